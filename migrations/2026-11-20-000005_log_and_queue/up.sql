-- The audit log (also timeline and source of webhooks), the queue, and the sandbox rail's own books.

CREATE TABLE event_head (
    organisation_id bigint PRIMARY KEY REFERENCES organisation,
    seq bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (length(hash) = 32)
) WITH (fillfactor = 50);
COMMENT ON TABLE event_head IS 'The last line of each organisation''s log; locked to append';

CREATE TABLE event (
    organisation_id bigint NOT NULL REFERENCES organisation,
    seq bigint NOT NULL CHECK (seq > 0),
    at timestamptz NOT NULL,
    actor_id bigint REFERENCES person,
    kind text NOT NULL,
    batch_id bigint,
    payout_id uuid,
    data jsonb NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (organisation_id, seq)
);
COMMENT ON TABLE event IS 'The audit log: append-only, each line''s hash covers the line before it';
CREATE INDEX event_of_batch ON event (batch_id, seq) WHERE batch_id IS NOT NULL;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE task (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    what jsonb NOT NULL,
    run_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    failed_at timestamptz,
    error text,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
COMMENT ON TABLE task IS 'Queued work, written in the transaction that wants it done; removed when done';
CREATE INDEX task_due ON task (run_at) WHERE failed_at IS NULL;

CREATE SCHEMA sandbox;
COMMENT ON SCHEMA sandbox IS 'The sandbox rail''s own books: stands for the outside world, never joined with ours';
CREATE TABLE sandbox.payment (
    intent_id uuid PRIMARY KEY,
    amount bigint NOT NULL,
    received integer NOT NULL DEFAULT 1,
    result text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE sandbox.payment IS 'What the sandbox rail was sent, and what it made of it';
COMMENT ON COLUMN sandbox.payment.received IS 'How often the rail was sent this intent; more than 1 would be a double payment on a rail without idempotency';
