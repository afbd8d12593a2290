-- Files, batches, their slices and payouts, intents.
--
-- Cost stays flat as tables grow: a batch is cut into slices of about 500 payouts of one date;
-- workers claim slices; approval and cancelling touch the batch row only. `payout.status` is in no
-- index and pages are filled to 70 %, so status changes stay HOT.

CREATE TABLE file (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    name text NOT NULL,
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE file IS 'An uploaded file; its bytes are in file_chunk';
COMMENT ON COLUMN file.digest IS 'SHA-256 of the content';
CREATE INDEX file_by_content ON file (organisation_id, digest);

CREATE TABLE file_chunk (
    file_id bigint NOT NULL REFERENCES file,
    n integer NOT NULL CHECK (n >= 0),
    bytes bytea NOT NULL,
    PRIMARY KEY (file_id, n)
);
-- Uploads are compressed already or cheap enough as they are.
ALTER TABLE file_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
COMMENT ON TABLE file_chunk IS 'The bytes of a file, in order';

CREATE TABLE batch (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    account_id bigint NOT NULL REFERENCES payout_account,
    number integer NOT NULL CHECK (number BETWEEN 10000000 AND 99999999),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 140),
    status text NOT NULL CHECK (status IN ('queued', 'matching', 'validating', 'failed', 'error', 'open',
        'awaiting_review', 'awaiting_approval', 'awaiting_release', 'approved', 'paying', 'paused',
        'completed', 'rejected', 'cancelled')),
    content_type text NOT NULL,
    decimal_comma boolean NOT NULL DEFAULT false,
    file_id bigint REFERENCES file,
    purpose text,
    pay_on timestamptz,
    control_count bigint,
    control_total bigint,
    revision integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    level smallint CHECK (level IN (2, 4, 6)),
    policy_id bigint REFERENCES policy,
    rows_total bigint NOT NULL DEFAULT 0,
    rows_done bigint NOT NULL DEFAULT 0,
    row_last integer NOT NULL DEFAULT 0,
    payable_count bigint NOT NULL DEFAULT 0 CHECK (payable_count >= 0),
    payable_total bigint NOT NULL DEFAULT 0 CHECK (payable_total >= 0),
    fault_count bigint NOT NULL DEFAULT 0 CHECK (fault_count >= 0),
    largest bigint NOT NULL DEFAULT 0 CHECK (largest >= 0),
    fingerprint bytea CHECK (length(fingerprint) = 32),
    message text,
    captured_by bigint NOT NULL REFERENCES person,
    captured_at timestamptz NOT NULL,
    judged_approvals integer NOT NULL DEFAULT 0,
    approval_number integer,
    approved_at timestamptz,
    next_due_at timestamptz,
    closed_by bigint REFERENCES person,
    closed_at timestamptz,
    closed_reason text,
    returned_reason text,
    UNIQUE (organisation_id, number),
    CONSTRAINT batch_closed CHECK ((status IN ('rejected', 'cancelled')) <= (closed_at IS NOT NULL AND closed_by IS NOT NULL)),
    CONSTRAINT batch_level CHECK ((status IN ('awaiting_review', 'awaiting_approval', 'awaiting_release', 'approved', 'paying', 'paused', 'completed')) <= (level IS NOT NULL AND policy_id IS NOT NULL))
) WITH (fillfactor = 50);
COMMENT ON TABLE batch IS 'Payouts captured together, from one file or request';
COMMENT ON COLUMN batch.pay_on IS 'When its payouts are due unless a row says otherwise; null is when approved';
COMMENT ON COLUMN batch.decimal_comma IS 'Whether the file writes amounts with a decimal comma; corrections of other fields must read its amounts the same way';
COMMENT ON COLUMN batch.revision IS 'Every return to open from a signed state starts the next one';
COMMENT ON COLUMN batch.level IS 'Eyes demanded, fixed at submission from policy_id';
COMMENT ON COLUMN batch.row_last IS 'The last spreadsheet row that is judged and saved: a restarted validation goes on after it';
COMMENT ON COLUMN batch.payable_total IS 'Minor units';
COMMENT ON COLUMN batch.largest IS 'The largest single payout, in minor units';
COMMENT ON COLUMN batch.fingerprint IS 'Of the current revision; signatures are bound to it';
COMMENT ON COLUMN batch.judged_approvals IS 'payout_account.approvals when references were last compared';
COMMENT ON COLUMN batch.approval_number IS 'payout_account.approvals as of this batch''s deciding signature';
COMMENT ON COLUMN batch.next_due_at IS 'When its next unclaimed slice is due; null when none waits';
CREATE INDEX batch_newest ON batch (organisation_id, id DESC);
CREATE INDEX batch_by_status ON batch (organisation_id, status, id DESC);
CREATE INDEX batch_due ON batch (next_due_at) WHERE status IN ('approved', 'paying');
CREATE INDEX batch_paying ON batch (id) WHERE status IN ('paying', 'paused');
CREATE INDEX batch_by_approval ON batch (account_id, approval_number) WHERE approval_number IS NOT NULL;

CREATE TABLE slice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL,
    account_id bigint NOT NULL,
    batch_id bigint NOT NULL REFERENCES batch,
    n integer NOT NULL,
    due_at timestamptz,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'claimed', 'done', 'cancelled')),
    token integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    payable_count integer NOT NULL DEFAULT 0 CHECK (payable_count >= 0),
    payable_total bigint NOT NULL DEFAULT 0 CHECK (payable_total >= 0),
    paid_count integer NOT NULL DEFAULT 0,
    paid_total bigint NOT NULL DEFAULT 0,
    failed_count integer NOT NULL DEFAULT 0,
    failed_total bigint NOT NULL DEFAULT 0,
    settled_at timestamptz,
    UNIQUE (batch_id, n),
    CONSTRAINT slice_counts CHECK (paid_count + failed_count <= payable_count),
    CONSTRAINT slice_lease CHECK ((state = 'claimed') = (lease_until IS NOT NULL))
) WITH (fillfactor = 50);
COMMENT ON TABLE slice IS 'About 500 payable rows of one batch and one date, claimed and sent together';
COMMENT ON COLUMN slice.state IS 'cancelled: called off while others of its batch were paid; its payouts are CANCELLED because it is';
COMMENT ON COLUMN slice.due_at IS 'The rows'' own date; null is the batch''s';
COMMENT ON COLUMN slice.token IS 'Fencing: rises with every claim; a worker that comes back with an older one is refused';
COMMENT ON COLUMN slice.settled_at IS 'When outcomes were last counted on it: sums by day come from here, never from payouts';
CREATE INDEX slice_settled ON slice (organisation_id, settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX slice_waiting ON slice (batch_id, due_at, n) WHERE state = 'waiting';
CREATE INDEX slice_unfinished ON slice (batch_id) WHERE state IN ('waiting', 'claimed');
CREATE INDEX slice_lease_out ON slice (lease_until) WHERE state = 'claimed';

CREATE TABLE batch_block (
    batch_id bigint NOT NULL REFERENCES batch,
    n integer NOT NULL,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (batch_id, n)
);
COMMENT ON TABLE batch_block IS 'The digest of each block of 500 row numbers, under the fingerprint';

CREATE TABLE payout (
    organisation_id bigint NOT NULL,
    id uuid NOT NULL,
    batch_id bigint NOT NULL,
    account_id bigint NOT NULL,
    slice_id bigint,
    "row" integer NOT NULL,
    status text NOT NULL CHECK (status IN ('VALIDATION_PENDING', 'VALIDATION_IN_PROGRESS', 'SCHEDULED',
        'VALIDATION_FAILED', 'CANCELLED', 'PROCESSING_IN_PROGRESS', 'PROCESSED', 'INTENT_CREATION_FAILED')),
    result text CHECK (result IN ('queued', 'initiated', 'paid', 'failed', 'canceled', 'returned')),
    sequence_number bigint NOT NULL,
    reference text,
    beneficiary_name text,
    iban text,
    account_number text,
    bank_code text,
    mobile text,
    provider text,
    country text,
    city text,
    email text,
    amount bigint CHECK (amount > 0),
    purpose text,
    comment text,
    pay_on timestamptz,
    metadata jsonb,
    entered jsonb,
    faults jsonb,
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CONSTRAINT payout_row UNIQUE (batch_id, "row"),
    CONSTRAINT payout_sequence UNIQUE (account_id, sequence_number),
    CONSTRAINT payout_judged CHECK ((status = 'VALIDATION_FAILED') = (faults IS NOT NULL)),
    CONSTRAINT payout_payable CHECK (faults IS NOT NULL OR (amount IS NOT NULL AND slice_id IS NOT NULL
        AND (iban IS NOT NULL OR (account_number IS NOT NULL AND bank_code IS NOT NULL) OR mobile IS NOT NULL))),
    CONSTRAINT payout_result CHECK (result IS NULL OR status IN ('PROCESSING_IN_PROGRESS', 'PROCESSED', 'INTENT_CREATION_FAILED'))
) WITH (fillfactor = 70);
COMMENT ON TABLE payout IS 'One obligation to pay one beneficiary';
COMMENT ON COLUMN payout."row" IS 'The spreadsheet''s row number; JSON batches count from 1';
COMMENT ON COLUMN payout.status IS 'Its own; while unclaimed it is what slice and batch imply (see store::payout)';
COMMENT ON COLUMN payout.result IS 'Its last intent''s';
COMMENT ON COLUMN payout.sequence_number IS '16 digits, unique on the account for ever';
COMMENT ON COLUMN payout.amount IS 'Minor units of the account''s currency';
COMMENT ON COLUMN payout.pay_on IS 'The row''s own date, where it has one';
COMMENT ON COLUMN payout.entered IS 'Of a faulty row: what was entered, text by field';
COMMENT ON COLUMN payout.faults IS 'Of a faulty row: field, value, message and remedy of each fault';
CREATE INDEX payout_of_slice ON payout (slice_id);
-- Compared byte by byte, so that it finds the beginning of a reference too.
CREATE INDEX payout_by_reference ON payout (account_id, reference text_pattern_ops) WHERE reference IS NOT NULL;
CREATE INDEX payout_faulty ON payout (batch_id, "row") WHERE faults IS NOT NULL;

-- Batch and slice are checked once a statement: a foreign key checks row by row, which doubles the
-- time that a COPY of many rows takes. Neither is ever deleted while it has payouts, but where a file
-- that can't be read is dropped whole.
CREATE FUNCTION payout_has_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT batch_id, slice_id FROM added) a
        LEFT JOIN batch b ON b.id = a.batch_id
        LEFT JOIN slice s ON s.id = a.slice_id AND s.batch_id = a.batch_id
        WHERE b.id IS NULL OR (a.slice_id IS NOT NULL AND s.id IS NULL)
    ) THEN
        RAISE EXCEPTION 'a payout names a batch or slice that is not there' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payout_place';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payout_place AFTER INSERT ON payout
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payout_has_place();

-- Hands out blocks of 10,000 sequence numbers, so that a chunk of rows asks once.
CREATE SEQUENCE payout_number START 1000000000000000 INCREMENT 10000 MAXVALUE 9999999999990000;

CREATE TABLE intent (
    id uuid PRIMARY KEY,
    organisation_id bigint NOT NULL,
    payout_id uuid NOT NULL,
    slice_id bigint NOT NULL REFERENCES slice,
    superseded boolean NOT NULL DEFAULT false,
    result text NOT NULL CHECK (result IN ('queued', 'initiated', 'paid', 'failed', 'canceled', 'returned')),
    channel text,
    message text,
    failure_reason text,
    rail_reference text,
    created_at timestamptz NOT NULL,
    result_at timestamptz,
    look_up_at timestamptz,
    look_ups integer NOT NULL DEFAULT 0,
    CONSTRAINT intent_payout FOREIGN KEY (organisation_id, payout_id) REFERENCES payout (organisation_id, id),
    -- Only an attempt that surely did not pay makes room for another.
    CONSTRAINT intent_superseded CHECK (NOT superseded OR result IN ('failed', 'canceled'))
) WITH (fillfactor = 70);
COMMENT ON TABLE intent IS 'One attempt to pay a payout on a rail; its id is the rail''s idempotency key';
COMMENT ON COLUMN intent.look_up_at IS 'When the rail is to be asked what became of it; null when its outcome is known';
-- One live intent a payout: neither two in flight nor paid twice. Superseded ones stand beside it by
-- their own ids, so that one index holds all intents of a payout: its page and the foreign key use it
-- too. `result` stays out of it.
CREATE UNIQUE INDEX intent_live ON intent (
    payout_id, (CASE WHEN superseded THEN id ELSE '00000000-0000-0000-0000-000000000000' END));
CREATE INDEX intent_of_slice ON intent (slice_id);
CREATE INDEX intent_to_look_up ON intent (look_up_at) WHERE look_up_at IS NOT NULL;
