-- Organisations, the people in them, what their roles allow, and how they sign in.

CREATE TABLE organisation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9]{12}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 140),
    batch_number_last integer NOT NULL DEFAULT 10000000 CHECK (batch_number_last BETWEEN 10000000 AND 99999999),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE organisation IS 'A merchant. Everything a tenant owns carries its id.';
COMMENT ON COLUMN organisation.code IS 'Public id: 12 characters A-Z0-9';
COMMENT ON COLUMN organisation.batch_number_last IS 'The last 8-digit batch number given out';

CREATE TABLE person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 140),
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE person IS 'Somebody who signs in; belongs to organisations through memberships';
COMMENT ON COLUMN person.password_hash IS 'Argon2id in PHC form';

CREATE TABLE membership (
    organisation_id bigint NOT NULL REFERENCES organisation,
    person_id bigint NOT NULL REFERENCES person,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'removed')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organisation_id, person_id)
);
COMMENT ON TABLE membership IS 'That a person belongs to an organisation';
CREATE INDEX membership_of_person ON membership (person_id);

CREATE TABLE role (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    permissions text[] NOT NULL CHECK (permissions <@ ARRAY[
        'batch.view', 'batch.capture', 'batch.review', 'batch.approve', 'batch.cancel',
        'report.download', 'audit.read', 'team.manage', 'account.manage', 'developer.manage']),
    built_in boolean NOT NULL DEFAULT false,
    UNIQUE (organisation_id, name)
);
COMMENT ON TABLE role IS 'A named set of permissions of one organisation';

CREATE TABLE session (
    id bytea PRIMARY KEY,
    person_id bigint REFERENCES person,
    state jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE session IS 'Who is signed in where. Deleting a row ends the session at once';
COMMENT ON COLUMN session.id IS 'SHA-256 of the cookie''s session key; the key itself is never stored';
COMMENT ON COLUMN session.expires_at IS 'Absolute end; idleness is judged from seen_at';
CREATE INDEX session_of_person ON session (person_id);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE known_device (
    token bytea NOT NULL,
    person_id bigint NOT NULL REFERENCES person,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person_id, token)
);
COMMENT ON TABLE known_device IS 'A browser on which this person has signed in before: its failures are counted apart, so that a stranger''s guesses can''t lock the person out of it';
COMMENT ON COLUMN known_device.token IS 'SHA-256 of the device cookie';

CREATE TABLE sign_in_failure (
    subject text PRIMARY KEY,
    failures integer NOT NULL CHECK (failures >= 0),
    failed_at timestamptz NOT NULL
);
COMMENT ON TABLE sign_in_failure IS 'Failed sign-ins counted per address, per account and per known device, for growing delays';
