-- Rows pasted in the portal are kept as a file and read like one, so a batch of the portal's may have a
-- file; rows that are typed still have none.
ALTER TABLE batch
    DROP CONSTRAINT batch_source_file,
    ADD CONSTRAINT batch_source_file CHECK (source <> 'file' OR file_id IS NOT NULL);

-- A form that is sent twice, by a double click or a reload, opens one batch. The second waits for the
-- first one's transaction at the key, and is led to its batch.
CREATE TABLE batch_form (
    organisation_id bigint NOT NULL REFERENCES organisation,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    batch_id bigint REFERENCES batch,
    PRIMARY KEY (organisation_id, digest)
);
COMMENT ON TABLE batch_form IS 'Forms that opened a batch, so that sending one twice opens one';
COMMENT ON COLUMN batch_form.digest IS 'SHA-256 of the form''s own key and of what was sent with it: another file is another batch';
COMMENT ON COLUMN batch_form.batch_id IS 'What it opened; empty only until that transaction ends';
