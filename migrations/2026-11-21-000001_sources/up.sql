-- Batches that were typed or sent instead of read from a file, and batches made from another one.

ALTER TABLE batch
    ADD COLUMN source text NOT NULL DEFAULT 'file' CHECK (source IN ('file', 'json', 'portal')),
    ADD COLUMN repeats bigint REFERENCES batch,
    -- A file is what a batch of a file is judged by; the others have their rows from the start.
    ADD CONSTRAINT batch_source_file CHECK ((source = 'file') = (file_id IS NOT NULL)),
    ADD CONSTRAINT batch_repeats_another CHECK (repeats <> id);
COMMENT ON COLUMN batch.source IS 'How its rows came: an uploaded file, JSON by API, or typed in the portal';
COMMENT ON COLUMN batch.repeats IS 'The batch whose payouts this one pays again or copies';
CREATE INDEX batch_repeating ON batch (organisation_id, repeats, id) WHERE repeats IS NOT NULL;
