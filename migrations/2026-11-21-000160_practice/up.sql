-- Practice: a member walks through a role's part in an organisation of its own, with an account on the
-- sandbox rail and colleagues who are nobody. Because it is another organisation, nothing of it is in
-- the lists, reports, balances, API or log of the real one; the same rules and triggers hold in it.

ALTER TABLE person ADD COLUMN practice_role text UNIQUE
    CHECK (practice_role IN ('initiator', 'reviewer', 'approver', 'administrator'));
COMMENT ON COLUMN person.practice_role IS 'A colleague to practise with: nobody real, never signs in, belongs to practice organisations only';
-- The hash is no hash, so no password is right.
INSERT INTO person (email, name, password_hash, practice_role) VALUES
    ('initiator@practice.invalid', 'Practice initiator', '!', 'initiator'),
    ('reviewer@practice.invalid', 'Practice reviewer', '!', 'reviewer'),
    ('approver@practice.invalid', 'Practice approver', '!', 'approver'),
    ('administrator@practice.invalid', 'Practice administrator', '!', 'administrator')
ON CONFLICT (email) DO UPDATE SET practice_role = excluded.practice_role;

CREATE TABLE practice (
    organisation_id bigint PRIMARY KEY REFERENCES organisation,
    of_organisation_id bigint NOT NULL REFERENCES organisation CHECK (of_organisation_id <> organisation_id),
    person_id bigint NOT NULL REFERENCES person,
    part text NOT NULL CHECK (part IN ('initiator', 'reviewer', 'approver', 'auditor', 'administrator', 'developer')),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    turn bigint NOT NULL DEFAULT 1,
    turn_seen bigint NOT NULL DEFAULT 0 CHECK (turn_seen <= turn)
);
COMMENT ON TABLE practice IS 'Organisations that are only for practising: whose, which part of the work, and whether the colleagues have something to look at';
COMMENT ON COLUMN practice.of_organisation_id IS 'Where the person works in earnest; the practice is open only while they are active there';
COMMENT ON COLUMN practice.turn IS 'Counts what happened that a colleague may have to answer; raised by triggers';
COMMENT ON COLUMN practice.turn_seen IS 'Up to which turn the colleagues have looked';
CREATE UNIQUE INDEX practice_open ON practice (of_organisation_id, person_id, part) WHERE ended_at IS NULL;
CREATE INDEX practice_newest ON practice (of_organisation_id, person_id, started_at);
CREATE INDEX practice_due ON practice (organisation_id) WHERE turn > turn_seen AND ended_at IS NULL;

-- An organisation that has people or accounts never becomes one for practice, and a practice stays one.
CREATE FUNCTION practice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF TG_OP = 'DELETE' OR (NEW.organisation_id, NEW.of_organisation_id, NEW.person_id, NEW.part, NEW.started_at)
            IS DISTINCT FROM (OLD.organisation_id, OLD.of_organisation_id, OLD.person_id, OLD.part, OLD.started_at)
            OR OLD.ended_at IS DISTINCT FROM NEW.ended_at AND OLD.ended_at IS NOT NULL THEN
            RAISE EXCEPTION 'a practice stays what it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_stays';
        END IF;
    ELSIF EXISTS (SELECT 1 FROM membership WHERE organisation_id = NEW.organisation_id)
        OR EXISTS (SELECT 1 FROM payout_account WHERE organisation_id = NEW.organisation_id)
        OR EXISTS (SELECT 1 FROM practice WHERE organisation_id = NEW.of_organisation_id) THEN
        RAISE EXCEPTION 'this organisation is no practice' USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_stays';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER practice_stays BEFORE INSERT OR UPDATE OR DELETE ON practice
    FOR EACH ROW EXECUTE FUNCTION practice_stays();
CREATE TRIGGER practice_not_emptied BEFORE TRUNCATE ON practice
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- No money but the sandbox's is ever moved in a practice.
CREATE FUNCTION practice_has_no_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.rail <> 'sandbox' AND EXISTS (SELECT 1 FROM practice WHERE organisation_id = NEW.organisation_id) THEN
        RAISE EXCEPTION 'a practice pays on the sandbox rail only' USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_rail';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER practice_rail BEFORE INSERT OR UPDATE OF rail, organisation_id ON payout_account
    FOR EACH ROW EXECUTE FUNCTION practice_has_no_money();

-- To a practice belong its person and the colleagues; the colleagues belong to nothing else.
CREATE FUNCTION practice_among_themselves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose bigint;
    colleague boolean;
BEGIN
    SELECT person_id INTO whose FROM practice WHERE organisation_id = NEW.organisation_id;
    SELECT practice_role IS NOT NULL INTO colleague FROM person WHERE id = NEW.person_id;
    IF (whose IS NULL AND colleague) OR (whose IS NOT NULL AND NOT colleague AND whose <> NEW.person_id) THEN
        RAISE EXCEPTION 'person % and organisation % do not go together', NEW.person_id, NEW.organisation_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_people';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER practice_people BEFORE INSERT OR UPDATE OF organisation_id, person_id ON membership
    FOR EACH ROW EXECUTE FUNCTION practice_among_themselves();

-- Whatever a program gets wrong: a colleague makes and signs nothing outside a practice, and is never
-- signed in.
CREATE FUNCTION practice_colleague_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM person WHERE id = NEW.person_id AND practice_role IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM batch b JOIN practice p USING (organisation_id) WHERE b.id = NEW.batch_id) THEN
        RAISE EXCEPTION 'a practice colleague acts in practices only' USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_colleague';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER practice_colleague BEFORE INSERT ON signature
    FOR EACH ROW EXECUTE FUNCTION practice_colleague_stays();
CREATE TRIGGER practice_colleague BEFORE INSERT ON batch_maker
    FOR EACH ROW EXECUTE FUNCTION practice_colleague_stays();
CREATE FUNCTION practice_colleague_stays_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM person WHERE id = NEW.person_id AND practice_role IS NOT NULL) THEN
        RAISE EXCEPTION 'a practice colleague does not sign in' USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_session';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER practice_session BEFORE INSERT OR UPDATE OF person_id ON session
    FOR EACH ROW WHEN (NEW.person_id IS NOT NULL) EXECUTE FUNCTION practice_colleague_stays_out();

-- Tells the colleagues that there may be something for them.
CREATE FUNCTION practice_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE practice SET turn = turn + 1 WHERE organisation_id = NEW.organisation_id AND ended_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER practice_goes_on AFTER UPDATE OF status ON batch
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION practice_goes_on();
CREATE TRIGGER practice_goes_on AFTER INSERT ON proposal
    FOR EACH ROW EXECUTE FUNCTION practice_goes_on();
