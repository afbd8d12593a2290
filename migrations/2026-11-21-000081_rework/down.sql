DROP TABLE rework;
DROP TABLE left_out_row;
DELETE FROM batch_columns WHERE asked IS NULL;
ALTER TABLE batch_columns DROP COLUMN read_as, ALTER COLUMN asked SET NOT NULL;
