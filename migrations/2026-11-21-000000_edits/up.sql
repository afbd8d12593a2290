-- Changes after submission: editing, rescheduling, cancelling some.
--
-- An edit takes a signed batch back to open in its next revision, also one of which something was paid
-- already: what is claimed stays as it is, whatever the batch's status. Cancelling some payouts only
-- shrinks what was signed, so it touches neither figures nor fingerprint.

ALTER TABLE batch
    ADD COLUMN cancelled_count bigint NOT NULL DEFAULT 0 CHECK (cancelled_count >= 0),
    ADD COLUMN cancelled_total bigint NOT NULL DEFAULT 0 CHECK (cancelled_total >= 0),
    ADD COLUMN cancelled_faulty bigint NOT NULL DEFAULT 0 CHECK (cancelled_faulty >= 0);
COMMENT ON COLUMN batch.cancelled_count IS 'Payouts cancelled since the revision was signed; still in payable_count, because that is what was signed';
COMMENT ON COLUMN batch.cancelled_total IS 'Their total, in minor units';
COMMENT ON COLUMN batch.cancelled_faulty IS 'Faulty rows that were cancelled; no longer in fault_count';

ALTER TABLE slice ADD COLUMN cancelled_count integer NOT NULL DEFAULT 0 CHECK (cancelled_count >= 0);
COMMENT ON COLUMN slice.cancelled_count IS 'Payouts cancelled by themselves; no longer in payable_count';

CREATE INDEX slice_scheduled ON slice (organisation_id, account_id, due_at) WHERE state = 'waiting';

CREATE TABLE payout_closed (
    organisation_id bigint NOT NULL,
    payout_id uuid NOT NULL,
    batch_id bigint NOT NULL REFERENCES batch,
    by bigint NOT NULL REFERENCES person,
    at timestamptz NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    PRIMARY KEY (organisation_id, payout_id),
    CONSTRAINT payout_closed_payout FOREIGN KEY (organisation_id, payout_id) REFERENCES payout (organisation_id, id)
);
COMMENT ON TABLE payout_closed IS 'Who cancelled a payout by itself, when and why; cancelled with their batch, payouts have none';
CREATE INDEX payout_closed_of_batch ON payout_closed (batch_id);
CREATE TRIGGER payout_closed_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payout_closed
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A faulty row may be cancelled too, and keeps its faults.
ALTER TABLE payout DROP CONSTRAINT payout_judged;
ALTER TABLE payout ADD CONSTRAINT payout_judged CHECK (CASE WHEN faults IS NULL THEN status <> 'VALIDATION_FAILED'
    ELSE status IN ('VALIDATION_FAILED', 'CANCELLED') END);

CREATE OR REPLACE FUNCTION batch_keeps_duties() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('failed', 'completed', 'rejected', 'cancelled') AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'a % batch is final', OLD.status USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_final';
    END IF;
    -- A signature counts for one revision: without the next one, those given would still count.
    IF NEW.status = 'open' AND OLD.status NOT IN ('queued', 'matching', 'validating', 'error')
        AND NEW.revision <> OLD.revision + 1 THEN
        RAISE EXCEPTION 'batch % returns to open in its next revision only', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_revised';
    END IF;
    -- Paying without signatures is only what ends a batch of which nothing waits any more.
    IF NEW.status IN ('approved', 'paying') AND NEW.status <> OLD.status AND (
        SELECT count(*) FROM signature s
        WHERE s.batch_id = NEW.id AND s.revision = NEW.revision AND s.fingerprint = NEW.fingerprint
          AND CASE NEW.level
                WHEN 2 THEN s.seat = 'initiator' AND s.released_at IS NOT NULL
                WHEN 4 THEN s.seat IN ('initiator', 'approver')
                ELSE true END
    ) <> (CASE NEW.level WHEN 2 THEN 1 WHEN 4 THEN 2 ELSE 3 END)
      AND (NEW.status = 'approved' OR EXISTS (
        SELECT 1 FROM slice WHERE batch_id = NEW.id AND state = 'waiting')) THEN
        RAISE EXCEPTION 'batch % lacks the signatures of its level', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_signed';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION batch_stays_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'open' AND (OLD.level, OLD.policy_id) IS DISTINCT FROM (NEW.level, NEW.policy_id) THEN
        RAISE EXCEPTION 'level and policy of batch % are fixed at submission', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_level_fixed';
    END IF;
    IF OLD.status NOT IN ('queued', 'matching', 'validating', 'error', 'open') AND (
        (OLD.payable_count, OLD.payable_total, OLD.largest, OLD.pay_on)
            IS DISTINCT FROM (NEW.payable_count, NEW.payable_total, NEW.largest, NEW.pay_on)
        OR ((OLD.revision, OLD.fingerprint) IS DISTINCT FROM (NEW.revision, NEW.fingerprint) AND NEW.status <> 'open')
    ) THEN
        RAISE EXCEPTION 'batch % is signed as it is', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_figures_signed';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER batch_stays_signed ON batch;
CREATE TRIGGER batch_stays_signed
    BEFORE UPDATE OF level, policy_id, payable_count, payable_total, largest, fingerprint, revision, pay_on ON batch
    FOR EACH ROW WHEN (
        (OLD.level, OLD.policy_id, OLD.payable_count, OLD.payable_total, OLD.largest, OLD.revision, OLD.fingerprint, OLD.pay_on)
        IS DISTINCT FROM
        (NEW.level, NEW.policy_id, NEW.payable_count, NEW.payable_total, NEW.largest, NEW.revision, NEW.fingerprint, NEW.pay_on)
    ) EXECUTE FUNCTION batch_stays_signed();

CREATE OR REPLACE FUNCTION payout_stays_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM batch WHERE id = OLD.batch_id AND status IN ('open', 'error', 'validating')) THEN
        RAISE EXCEPTION 'payout % is signed as it is', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_signed';
    END IF;
    -- Of a batch that is open again, what was claimed or cancelled stays as it was.
    IF OLD.status NOT IN ('VALIDATION_PENDING', 'VALIDATION_IN_PROGRESS', 'SCHEDULED', 'VALIDATION_FAILED') THEN
        RAISE EXCEPTION 'payout % is %', OLD.id, OLD.status USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_claimed';
    END IF;
    RETURN NEW;
END $$;

-- What was sent or called off stays so.
CREATE FUNCTION slice_stays_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'slice % is %', OLD.id, OLD.state USING ERRCODE = 'check_violation', CONSTRAINT = 'slice_final';
END $$;
CREATE TRIGGER slice_final BEFORE UPDATE OF state ON slice
    FOR EACH ROW WHEN (OLD.state IN ('done', 'cancelled') AND NEW.state <> OLD.state) EXECUTE FUNCTION slice_stays_final();
