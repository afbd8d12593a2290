DROP INDEX task_of_batch;
DROP INDEX task_due;
ALTER TABLE task DROP COLUMN lane;
CREATE INDEX task_due ON task (run_at) WHERE failed_at IS NULL;
