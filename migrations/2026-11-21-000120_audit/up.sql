-- The audit log's page: each filter has an index that begins with the organisation and ends in the
-- order of the page, so that one page costs the same at any length of the log.

CREATE INDEX event_by_time ON event (organisation_id, at, seq);
CREATE INDEX event_by_actor ON event (organisation_id, actor_id, at, seq) WHERE actor_id IS NOT NULL;
CREATE INDEX event_by_kind ON event (organisation_id, kind, at, seq);
CREATE INDEX event_by_batch ON event (organisation_id, batch_id, at, seq) WHERE batch_id IS NOT NULL;
CREATE INDEX event_by_payout ON event (organisation_id, payout_id, at, seq) WHERE payout_id IS NOT NULL;
-- What a line is about where it is neither a batch nor a payout. The query says the same expression.
CREATE INDEX event_by_subject ON event (organisation_id,
    lower(coalesce(data->>'email', data->>'client_id', data->>'account', data->>'url', data->>'role', data->>'template')),
    at, seq);

CREATE TABLE audit_check (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    asked_by bigint NOT NULL REFERENCES person,
    asked_at timestamptz NOT NULL,
    checkpoint_seq bigint CHECK (checkpoint_seq > 0),
    checkpoint_hash bytea CHECK (length(checkpoint_hash) = 32),
    lines_total bigint NOT NULL DEFAULT 0,
    lines_done bigint NOT NULL DEFAULT 0,
    finished_at timestamptz,
    outcome text CHECK (outcome IN ('whole', 'broken', 'shorter', 'other', 'failed')),
    at_seq bigint,
    CHECK ((finished_at IS NULL) = (outcome IS NULL)),
    CHECK ((checkpoint_seq IS NULL) = (checkpoint_hash IS NULL))
) WITH (fillfactor = 50);
COMMENT ON TABLE audit_check IS 'Recomputations of an organisation''s log that somebody asked for, and what they found';
COMMENT ON COLUMN audit_check.checkpoint_seq IS 'The line that a checkpoint names, where the log is compared with one';
COMMENT ON COLUMN audit_check.outcome IS 'whole; broken at at_seq; shorter than the checkpoint (at_seq lines); other hash at at_seq than the checkpoint''s; failed on our side';
CREATE INDEX audit_check_newest ON audit_check (organisation_id, id);
