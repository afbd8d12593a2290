-- Work that nobody waits for has a lane of its own: a file never waits behind comparisons of others.

ALTER TABLE task ADD COLUMN lane text NOT NULL DEFAULT 'prompt' CHECK (lane IN ('prompt', 'behind'));
COMMENT ON COLUMN task.lane IS 'prompt: somebody waits for it; behind: it goes over what was taken in, and nobody does';
UPDATE task SET lane = 'behind' WHERE what->>'task' IN ('compare_beneficiaries', 'find_duplicates', 'verify_log');

DROP INDEX task_due;
CREATE INDEX task_due ON task (lane, run_at) WHERE failed_at IS NULL;
-- Of one batch, tasks of one kind are done one after the other.
CREATE INDEX task_of_batch ON task ((what->>'batch'), (what->>'task'), id) WHERE failed_at IS NULL;
