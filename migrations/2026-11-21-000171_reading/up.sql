-- How fast a file is read and how long it will take are told from these two, whoever reads and however
-- often the page is loaded. A worker that goes on after another writes them anew, so that the time in
-- which nobody read does not count.
CREATE TABLE batch_reading (
    organisation_id bigint NOT NULL REFERENCES organisation,
    batch_id bigint NOT NULL REFERENCES batch,
    begun_at timestamptz NOT NULL,
    rows_before bigint NOT NULL CHECK (rows_before >= 0),
    PRIMARY KEY (organisation_id, batch_id)
);
COMMENT ON TABLE batch_reading IS 'When the worker that reads a batch''s file began';
COMMENT ON COLUMN batch_reading.begun_at IS 'When it began, or went on after another';
COMMENT ON COLUMN batch_reading.rows_before IS 'How many rows were judged by then';
