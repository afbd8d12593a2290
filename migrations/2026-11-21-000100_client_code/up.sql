-- What the person of an API client agreed to. Where they have a second factor, a client of theirs signs
-- only if they gave a code of it: a session left open must not make a program that signs. And a client
-- gets more to do only after its person agreed to that as well.

ALTER TABLE second_factor ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE;
COMMENT ON COLUMN second_factor.number IS 'Another one with each setup: a code that was given to the one before does not count for the next';

ALTER TABLE api_client
    -- No foreign key: the factor may go, and then the code counts no more.
    ADD COLUMN code_factor bigint,
    ADD COLUMN scopes_offered text[] NOT NULL DEFAULT '{}' CHECK (scopes_offered <@ ARRAY[
        'batch.view', 'batch.capture', 'batch.review', 'batch.approve', 'batch.cancel',
        'report.download', 'audit.read', 'team.manage', 'account.manage', 'developer.manage']);
COMMENT ON COLUMN api_client.code_factor IS 'Whose code was given when its person agreed to what it may do: the number of their second factor then; it signs for people with one only while that is still theirs';
COMMENT ON COLUMN api_client.scopes_offered IS 'What two administrators let it do more, once its person agrees; until then it can''t';

CREATE FUNCTION api_client_gains_what_was_offered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.scopes <@ (OLD.scopes || OLD.scopes_offered) THEN
        RAISE EXCEPTION 'an API client gets only what it had and what was offered to its person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'api_client_offered';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER api_client_offered BEFORE UPDATE OF scopes ON api_client
    FOR EACH ROW EXECUTE FUNCTION api_client_gains_what_was_offered();
