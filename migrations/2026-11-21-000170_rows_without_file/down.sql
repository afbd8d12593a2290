DROP TABLE batch_form;
-- Not checked for what is there: batches of pasted rows stay.
ALTER TABLE batch
    DROP CONSTRAINT batch_source_file,
    ADD CONSTRAINT batch_source_file CHECK ((source = 'file') <= (file_id IS NOT NULL) AND (source = 'portal') <= (file_id IS NULL)) NOT VALID;
