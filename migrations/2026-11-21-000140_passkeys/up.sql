-- Passkeys (WebAuthn) as a second factor, beside an authenticator app or instead of one. Like the app
-- they belong to a person, not to an organisation.

CREATE TABLE passkey (
    credential_id bytea PRIMARY KEY CHECK (length(credential_id) BETWEEN 16 AND 1023),
    person_id bigint NOT NULL REFERENCES person,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    transports smallint NOT NULL CHECK (transports BETWEEN 0 AND 255),
    public_key bytea NOT NULL,
    state bytea NOT NULL CHECK (length(state) = 7),
    made_at timestamptz NOT NULL,
    used_at timestamptz,
    number bigint NOT NULL UNIQUE DEFAULT nextval('second_factor_number_seq')
);
CREATE INDEX passkey_person ON passkey (person_id, made_at);
COMMENT ON TABLE passkey IS 'Public keys of people''s authenticators; nothing in it is secret';
COMMENT ON COLUMN passkey.transports IS 'How the authenticator is reached, as bits';
COMMENT ON COLUMN passkey.number IS 'Counted with second_factor.number';
COMMENT ON COLUMN passkey.state IS 'Its signature counter and what else changes with use';

CREATE FUNCTION factor_of(person bigint) RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT min(number) FROM (
        SELECT number FROM second_factor WHERE person_id = $1 AND confirmed_at IS NOT NULL
        UNION ALL
        SELECT number FROM passkey WHERE person_id = $1
    ) AS theirs
$$;
COMMENT ON FUNCTION factor_of IS 'Which second factor a person has: the oldest that is on, app or passkey. What was agreed to with a code holds while that one stays; adding another changes nothing';

CREATE TABLE passkey_question (
    person_id bigint NOT NULL REFERENCES person,
    purpose text NOT NULL CHECK (purpose IN ('make', 'answer')),
    name text NOT NULL,
    origin text NOT NULL,
    kept bytea NOT NULL,
    PRIMARY KEY (person_id, purpose)
);
COMMENT ON TABLE passkey_question IS 'A challenge that a browser has not answered yet; its row is gone with the first answer, right or wrong, and a newer one takes its place';
COMMENT ON COLUMN passkey_question.name IS 'The host that the passkey is bound to';
COMMENT ON COLUMN passkey_question.kept IS 'The challenge, whom it allows, and until when';
