-- Webhooks. The audit log is the outbox: its lines are written in the transaction of the change, and
-- are without gaps in each organisation. A worker reads it from a cursor, writes messages once and a
-- delivery for each endpoint that wants them; other workers send these, lane by lane.

CREATE TABLE webhook_endpoint (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE,
    organisation_id bigint NOT NULL REFERENCES organisation,
    api_client_id bigint,
    url text NOT NULL CHECK (length(url) BETWEEN 8 AND 2000),
    events text[] NOT NULL CHECK (cardinality(events) > 0),
    from_seq bigint NOT NULL,
    created_by bigint REFERENCES person,
    created_at timestamptz NOT NULL,
    failing_since timestamptz,
    off_at timestamptz,
    off_because text CHECK (off_because IN ('person', 'gone', 'failing')),
    removed_at timestamptz,
    CHECK ((off_at IS NULL) = (off_because IS NULL)),
    CHECK ((api_client_id IS NULL) = (created_by IS NOT NULL))
);
COMMENT ON TABLE webhook_endpoint IS 'Where an organisation wants to hear of what happens';
COMMENT ON COLUMN webhook_endpoint.api_client_id IS 'Set on addresses that a request named itself (batch.webhook_url): they are signed with that client''s secret';
COMMENT ON COLUMN webhook_endpoint.from_seq IS 'The last line of the log when it was made: it hears of later ones only';
COMMENT ON COLUMN webhook_endpoint.failing_since IS 'Its first failure after its last success';
COMMENT ON COLUMN webhook_endpoint.off_because IS 'A person did it, it answered 410, or it failed for days';
CREATE INDEX webhook_endpoint_of_organisation ON webhook_endpoint (organisation_id, id);
CREATE UNIQUE INDEX webhook_endpoint_of_request ON webhook_endpoint (organisation_id, api_client_id, url)
    WHERE api_client_id IS NOT NULL;

CREATE TABLE webhook_secret (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    endpoint_id bigint REFERENCES webhook_endpoint,
    api_client_id bigint,
    sealed bytea NOT NULL,
    created_by bigint REFERENCES person,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    kept_at timestamptz,
    CHECK (num_nonnulls(endpoint_id, api_client_id) = 1)
);
COMMENT ON TABLE webhook_secret IS 'What messages are signed with; two at once while one rolls';
COMMENT ON COLUMN webhook_secret.sealed IS 'Encrypted with a key derived from the server''s secret: a copy of the database alone signs nothing';
COMMENT ON COLUMN webhook_secret.kept_at IS 'When its maker said that they keep it: from then on it is not shown again';
CREATE INDEX webhook_secret_of_endpoint ON webhook_secret (organisation_id, endpoint_id) WHERE endpoint_id IS NOT NULL;
CREATE INDEX webhook_secret_of_client ON webhook_secret (organisation_id, api_client_id) WHERE api_client_id IS NOT NULL;

CREATE TABLE webhook_cursor (
    organisation_id bigint PRIMARY KEY REFERENCES organisation,
    seq bigint NOT NULL,
    told_at timestamptz
) WITH (fillfactor = 50);
COMMENT ON TABLE webhook_cursor IS 'How far each log is told; organisations without endpoints have no row and cost nothing';

CREATE TABLE webhook_message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE,
    organisation_id bigint NOT NULL REFERENCES organisation,
    event_seq bigint NOT NULL,
    part integer NOT NULL,
    kind text NOT NULL,
    batch_id bigint REFERENCES batch,
    sequence integer,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT webhook_message_once UNIQUE (organisation_id, event_seq, part)
);
COMMENT ON TABLE webhook_message IS 'What is sent, byte by byte the same on every attempt';
COMMENT ON COLUMN webhook_message.part IS 'A line of the log may be told in several messages';
COMMENT ON COLUMN webhook_message.sequence IS 'Rises within a batch, so that a receiver can put them in order';
CREATE INDEX webhook_message_of_batch ON webhook_message (batch_id, sequence) WHERE batch_id IS NOT NULL;

CREATE TABLE webhook_delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    endpoint_id bigint NOT NULL REFERENCES webhook_endpoint,
    message_id bigint NOT NULL REFERENCES webhook_message,
    batch_id bigint,
    lane smallint NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    tries integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz,
    CONSTRAINT webhook_delivery_once UNIQUE (endpoint_id, message_id),
    CHECK ((state = 'pending') = (next_at IS NOT NULL))
) WITH (fillfactor = 70);
COMMENT ON TABLE webhook_delivery IS 'One message for one endpoint';
COMMENT ON COLUMN webhook_delivery.tries IS 'Failures since it was first sent, or sent again by a person: the place in the retry schedule';
COMMENT ON COLUMN webhook_delivery.attempts IS 'How many rows it has in webhook_attempt';
CREATE INDEX webhook_delivery_pending ON webhook_delivery (endpoint_id, lane, id) WHERE state = 'pending';
CREATE INDEX webhook_delivery_next ON webhook_delivery (endpoint_id, lane, next_at) WHERE state = 'pending';
CREATE INDEX webhook_delivery_of_organisation ON webhook_delivery (organisation_id, id);

CREATE TABLE webhook_lane (
    endpoint_id bigint NOT NULL REFERENCES webhook_endpoint,
    lane smallint NOT NULL,
    organisation_id bigint NOT NULL REFERENCES organisation,
    token integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    next_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    PRIMARY KEY (endpoint_id, lane)
) WITH (fillfactor = 50);
COMMENT ON TABLE webhook_lane IS 'An endpoint is served in a few lanes; a batch stays in one, and a lane is in one worker''s hands, so that a batch is told in order';
COMMENT ON COLUMN webhook_lane.token IS 'Fencing: rises with every claim; a worker that comes back with an older one is refused';
COMMENT ON COLUMN webhook_lane.next_at IS 'When there is something to send; null when nothing waits or the endpoint is off';
COMMENT ON COLUMN webhook_lane.failures IS 'In a row: lanes that fail get only some of the workers';
CREATE INDEX webhook_lane_due ON webhook_lane (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE webhook_attempt (
    delivery_id bigint NOT NULL REFERENCES webhook_delivery,
    n integer NOT NULL CHECK (n > 0),
    organisation_id bigint NOT NULL REFERENCES organisation,
    at timestamptz NOT NULL,
    took_ms integer NOT NULL CHECK (took_ms >= 0),
    status integer,
    error text,
    answer text,
    PRIMARY KEY (delivery_id, n)
);
COMMENT ON TABLE webhook_attempt IS 'Every attempt, with what came back';
COMMENT ON COLUMN webhook_attempt.answer IS 'The first 2 kB of it';
CREATE INDEX webhook_attempt_of_organisation ON webhook_attempt (organisation_id, delivery_id);
CREATE TRIGGER webhook_attempt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON webhook_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A request that names an address of its own is heard without an endpoint of a person's.
CREATE FUNCTION webhook_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO webhook_cursor (organisation_id, seq)
    SELECT organisation_id, seq FROM event_head WHERE organisation_id = NEW.organisation_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER webhook_followed AFTER INSERT OR UPDATE OF webhook_url ON batch
    FOR EACH ROW WHEN (NEW.webhook_url IS NOT NULL) EXECUTE FUNCTION webhook_follow();
