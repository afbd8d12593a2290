-- Batches that repeat: a rule makes an open copy on its day, which is signed like any other batch.

CREATE TABLE repetition (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    batch_id bigint NOT NULL REFERENCES batch,
    every text NOT NULL CHECK (every IN ('month', 'week')),
    day smallint NOT NULL,
    ends_on date,
    next_on date,
    next_at timestamptz,
    created_by bigint NOT NULL REFERENCES person,
    created_at timestamptz NOT NULL,
    stopped_by bigint REFERENCES person,
    stopped_at timestamptz,
    stopped_reason text,
    CONSTRAINT repetition_day CHECK (day BETWEEN 1 AND CASE every WHEN 'week' THEN 7 ELSE 31 END),
    CONSTRAINT repetition_next CHECK ((next_on IS NULL) = (next_at IS NULL)),
    CONSTRAINT repetition_stopped CHECK (stopped_at IS NULL OR next_at IS NULL)
);
COMMENT ON TABLE repetition IS 'A batch is copied on these days until it is stopped or ends';
COMMENT ON COLUMN repetition.day IS 'Of the month (its last day where it has fewer), or of the week from Monday, 1';
COMMENT ON COLUMN repetition.next_on IS 'The day of the next copy, in the account''s zone; null when there is none';
COMMENT ON COLUMN repetition.next_at IS 'When that day begins there';
COMMENT ON COLUMN repetition.stopped_by IS 'Null where it stopped by itself, for stopped_reason';
CREATE UNIQUE INDEX repetition_once ON repetition (organisation_id, batch_id) WHERE next_at IS NOT NULL;
CREATE INDEX repetition_due ON repetition (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE repetition_run (
    organisation_id bigint NOT NULL REFERENCES organisation,
    repetition_id bigint NOT NULL REFERENCES repetition,
    day date NOT NULL,
    batch_id bigint NOT NULL UNIQUE REFERENCES batch,
    -- However many workers there are, a day has one copy.
    PRIMARY KEY (organisation_id, repetition_id, day)
);
COMMENT ON TABLE repetition_run IS 'Which copy a repetition made for which day';
CREATE TRIGGER repetition_run_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON repetition_run
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
