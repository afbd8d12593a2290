-- Payouts that look alike: the same destination and amount twice in a file, or in another batch within
-- 30 days, or the same file again. Warnings, never faults, with the maker's answer for the signers.

-- Beside the payouts, not in their indexes, as with beneficiary_payment: a worker writes it in the order
-- of the key after a file was taken in, when nobody waits.
CREATE TABLE payout_likeness (
    organisation_id bigint NOT NULL,
    likeness bigint NOT NULL,
    batch_id bigint NOT NULL,
    "row" integer NOT NULL,
    PRIMARY KEY (organisation_id, likeness, batch_id, "row")
);
COMMENT ON TABLE payout_likeness IS 'Where recent payouts go and how much, hashed: the key by which look-alikes are found. Cleared 60 days after capture, and when a batch is rejected, cancelled or failed';
COMMENT ON COLUMN payout_likeness.likeness IS 'Hash of currency, amount and destination; what agrees here is compared in full before it is told';
CREATE INDEX payout_likeness_of_batch ON payout_likeness (organisation_id, batch_id, "row");

CREATE TABLE duplicate (
    organisation_id bigint NOT NULL REFERENCES organisation,
    -- No foreign keys to the batches: they would keep both locked while a million rows are compared.
    batch_id bigint NOT NULL,
    "row" integer NOT NULL CHECK ("row" >= 0),
    kind text NOT NULL CHECK (kind IN ('same_file', 'in_file', 'in_batch')),
    other_batch_id bigint NOT NULL,
    other_account_id bigint NOT NULL,
    other_row integer NOT NULL CHECK (other_row >= 0),
    asked integer NOT NULL CHECK (asked >= 0),
    reason text CHECK (length(reason) BETWEEN 1 AND 500),
    answered_by bigint REFERENCES person,
    answered_at timestamptz,
    PRIMARY KEY (organisation_id, batch_id, "row", kind),
    CONSTRAINT duplicate_answered CHECK ((reason IS NULL) = (answered_by IS NULL) AND (reason IS NULL) = (answered_at IS NULL)),
    CONSTRAINT duplicate_file CHECK ((kind = 'same_file') = ("row" = 0 AND other_row = 0))
);
COMMENT ON TABLE duplicate IS 'Rows that look like others, one of each kind a row, and what the maker says to it. Never blocks';
COMMENT ON COLUMN duplicate."row" IS 'The spreadsheet''s row number; 0 is the whole file';
COMMENT ON COLUMN duplicate.other_account_id IS 'What the other is paid from: who may not see that account is not told';
COMMENT ON COLUMN duplicate.asked IS 'How many answers to all rows the batch had when this was found: only a later one answers it';
-- A row that is corrected is looked up from the other side too.
CREATE INDEX duplicate_of_other ON duplicate (organisation_id, other_batch_id, other_row);

CREATE TABLE duplicate_answer (
    organisation_id bigint NOT NULL REFERENCES organisation,
    batch_id bigint NOT NULL REFERENCES batch,
    n integer NOT NULL CHECK (n > 0),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    by_person bigint NOT NULL REFERENCES person,
    at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, batch_id, n)
);
COMMENT ON TABLE duplicate_answer IS 'What the maker said to all that was not answered then: one line for any number of rows';

CREATE TABLE duplicate_count (
    organisation_id bigint NOT NULL REFERENCES organisation,
    batch_id bigint NOT NULL,
    account_id bigint NOT NULL,
    found bigint NOT NULL,
    answered bigint NOT NULL,
    PRIMARY KEY (organisation_id, batch_id, account_id)
);
COMMENT ON TABLE duplicate_count IS 'How many rows of a batch look like others, kept so that no page counts them';
COMMENT ON COLUMN duplicate_count.account_id IS 'The batch''s own account where the row resembles one of it, else the other''s: a reader is told the sum over the accounts that they may see';

CREATE TABLE duplicate_check (
    organisation_id bigint NOT NULL REFERENCES organisation,
    batch_id bigint NOT NULL,
    fingerprint bytea CHECK (length(fingerprint) = 32),
    remembered boolean NOT NULL DEFAULT true,
    PRIMARY KEY (organisation_id, batch_id)
);
COMMENT ON TABLE duplicate_check IS 'Which contents of a batch were compared; locked by whoever writes its duplicates';
COMMENT ON COLUMN duplicate_check.remembered IS 'Whether its rows stand in payout_likeness';
CREATE INDEX duplicate_check_to_clear ON duplicate_check (organisation_id, batch_id) WHERE remembered;

CREATE INDEX batch_of_file ON batch (organisation_id, file_id) WHERE file_id IS NOT NULL;

-- What was taken in before is compared too.
INSERT INTO task (what, run_at)
    SELECT jsonb_build_object('task', 'find_duplicates', 'batch', id, 'rows', '[]'::jsonb), now() FROM batch
    WHERE captured_at > now() - interval '30 days'
      AND status NOT IN ('queued', 'matching', 'validating', 'failed', 'rejected', 'cancelled')
    ORDER BY id;
