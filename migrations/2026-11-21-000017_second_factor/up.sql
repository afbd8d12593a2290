-- A second factor beside the password, and the way back in where the password is forgotten. These
-- belong to a person, not to an organisation: somebody who works for two signs in once.

CREATE TABLE password_reset (
    token bytea PRIMARY KEY CHECK (length(token) = 32),
    person_id bigint NOT NULL UNIQUE REFERENCES person,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE password_reset IS 'A link to a new password; its row is gone once it is used, and a newer one takes its place';
COMMENT ON COLUMN password_reset.token IS 'SHA-256 of the token in the link';

CREATE TABLE second_factor (
    person_id bigint PRIMARY KEY REFERENCES person,
    secret bytea NOT NULL,
    confirmed_at timestamptz,
    step_last bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE second_factor IS 'The secret of a person''s authenticator app (RFC 6238)';
COMMENT ON COLUMN second_factor.secret IS 'Sealed with a key of the installation, for this person';
COMMENT ON COLUMN second_factor.confirmed_at IS 'Null until the person has given a first code: before that it is asked for nowhere';
COMMENT ON COLUMN second_factor.step_last IS 'The step of the last code that was taken: neither it nor an older one is taken again';

CREATE TABLE recovery_code (
    person_id bigint NOT NULL REFERENCES person,
    code bytea NOT NULL CHECK (length(code) = 32),
    PRIMARY KEY (person_id, code)
);
COMMENT ON TABLE recovery_code IS 'Codes for when the app is lost; each works once, and its row is gone then';
COMMENT ON COLUMN recovery_code.code IS 'SHA-256; a code has 80 random bits, so a slow hash would add nothing';
