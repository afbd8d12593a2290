-- Many rows corrected at once, and rows that are left out with a reason.

ALTER TABLE batch_columns
    ALTER COLUMN asked DROP NOT NULL,
    ADD COLUMN read_as jsonb;
COMMENT ON TABLE batch_columns IS 'The columns of a batch''s file: what a person was asked about them, and what they were read as';
COMMENT ON COLUMN batch_columns.read_as IS 'Heading and meaning of each column, as the rows were read; the error file has the same';

CREATE TABLE left_out_row (
    organisation_id bigint NOT NULL REFERENCES organisation,
    batch_id bigint NOT NULL REFERENCES batch,
    "row" integer NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    by_person bigint NOT NULL REFERENCES person,
    at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, batch_id, "row")
);
COMMENT ON TABLE left_out_row IS 'Faulty rows that nobody means to correct; one that is corrected all the same is no longer here';

CREATE TABLE rework (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    batch_id bigint NOT NULL REFERENCES batch,
    what jsonb NOT NULL,
    file_id bigint REFERENCES file,
    by_person bigint NOT NULL REFERENCES person,
    at timestamptz NOT NULL,
    done_at timestamptz,
    message text
);
COMMENT ON TABLE rework IS 'Corrections of many rows: a corrected error file, or one column for all rows that have the same fault';
COMMENT ON COLUMN rework.what IS 'The column and its new value; nothing where a file says it';
COMMENT ON COLUMN rework.message IS 'Why nothing of it was taken over';
CREATE INDEX rework_of_batch ON rework (organisation_id, batch_id, id DESC);
