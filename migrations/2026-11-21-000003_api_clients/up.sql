-- Who calls by API: clients that belong to people, the keys their tokens are signed with, and the
-- answers that are kept so that a repeated request does nothing twice.

CREATE TABLE api_client (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    person_id bigint NOT NULL REFERENCES person,
    client_id text NOT NULL UNIQUE CHECK (client_id ~ '^[a-z0-9][a-z0-9-]{2,38}[a-z0-9]$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 140),
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY[
        'batch.view', 'batch.capture', 'batch.review', 'batch.approve', 'batch.cancel',
        'report.download', 'audit.read', 'team.manage', 'account.manage', 'developer.manage']),
    ip_ranges text[] NOT NULL DEFAULT '{}' CHECK (cardinality(ip_ranges) <= 50),
    expires_at timestamptz,
    secret_hash text,
    previous_hash text,
    previous_until timestamptz,
    created_by bigint NOT NULL REFERENCES person,
    created_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    -- A client never outlives the membership it stands on.
    FOREIGN KEY (organisation_id, person_id) REFERENCES membership,
    -- A secret exists only once its person has seen it, and that is when the client becomes active.
    CHECK ((confirmed_at IS NULL) = (secret_hash IS NULL)),
    CHECK ((previous_hash IS NULL) = (previous_until IS NULL))
);
COMMENT ON TABLE api_client IS 'A program that acts for a person, with at most that person''s permissions';
COMMENT ON COLUMN api_client.client_id IS 'Public id, unique over all organisations: a token request names no organisation';
COMMENT ON COLUMN api_client.scopes IS 'What it may do of what its person may do';
COMMENT ON COLUMN api_client.ip_ranges IS 'Networks it may call from; empty is anywhere';
COMMENT ON COLUMN api_client.secret_hash IS 'sha256: and hex for a generated secret of 32 random bytes; Argon2id in PHC form for the demonstration''s known one';
COMMENT ON COLUMN api_client.previous_hash IS 'The secret before the last roll, good until previous_until';
COMMENT ON COLUMN api_client.confirmed_at IS 'When its person confirmed it, signed in; before that it can do nothing';
COMMENT ON COLUMN api_client.last_used_at IS 'To the minute';
CREATE INDEX api_client_of_organisation ON api_client (organisation_id, person_id);

CREATE TABLE token_key (
    kid text PRIMARY KEY CHECK (length(kid) BETWEEN 8 AND 64),
    seed bytea NOT NULL CHECK (length(seed) = 32),
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE token_key IS 'Keys of access tokens: the newest signs, older ones verify until their tokens have run out';
COMMENT ON COLUMN token_key.seed IS 'The key is derived from this and the server''s secret: a copy of the database alone signs nothing';
CREATE INDEX token_key_age ON token_key (created_at);

CREATE TABLE idempotency_key (
    organisation_id bigint NOT NULL REFERENCES organisation,
    api_client_id bigint NOT NULL REFERENCES api_client,
    key text NOT NULL CHECK (key ~ '^[A-Za-z0-9-]{15,80}$'),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    status integer NOT NULL CHECK (status BETWEEN 200 AND 499),
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, api_client_id, key)
);
COMMENT ON TABLE idempotency_key IS 'The first answer to a request with an idempotency key, written in the transaction that did the work: either both are there or neither is';
COMMENT ON COLUMN idempotency_key.digest IS 'SHA-256 over method, path and body: the same key with another digest is refused';
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at);
