-- The functions stand again as they did before.
CREATE OR REPLACE FUNCTION payout_stays_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM batch WHERE id = OLD.batch_id AND status IN ('open', 'error', 'validating')) THEN
        RAISE EXCEPTION 'payout % is signed as it is', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_signed';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER batch_stays_signed ON batch;
CREATE OR REPLACE FUNCTION batch_stays_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'open' AND (OLD.level, OLD.policy_id) IS DISTINCT FROM (NEW.level, NEW.policy_id) THEN
        RAISE EXCEPTION 'level and policy of batch % are fixed at submission', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_level_fixed';
    END IF;
    IF OLD.status NOT IN ('queued', 'matching', 'validating', 'error', 'open') AND (
        (OLD.payable_count, OLD.payable_total, OLD.largest) IS DISTINCT FROM (NEW.payable_count, NEW.payable_total, NEW.largest)
        OR ((OLD.revision, OLD.fingerprint) IS DISTINCT FROM (NEW.revision, NEW.fingerprint)
            AND NOT (OLD.status LIKE 'awaiting%' AND NEW.status = 'open'))
    ) THEN
        RAISE EXCEPTION 'batch % is signed as it is', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_figures_signed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_stays_signed
    BEFORE UPDATE OF level, policy_id, payable_count, payable_total, largest, fingerprint, revision ON batch
    FOR EACH ROW WHEN (
        (OLD.level, OLD.policy_id, OLD.payable_count, OLD.payable_total, OLD.largest, OLD.revision, OLD.fingerprint)
        IS DISTINCT FROM
        (NEW.level, NEW.policy_id, NEW.payable_count, NEW.payable_total, NEW.largest, NEW.revision, NEW.fingerprint)
    ) EXECUTE FUNCTION batch_stays_signed();
CREATE OR REPLACE FUNCTION batch_keeps_duties() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('failed', 'completed', 'rejected', 'cancelled') AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'a % batch is final', OLD.status USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_final';
    END IF;
    -- A signature counts for one revision: without the next one, those given would still count.
    IF NEW.status = 'open' AND OLD.status LIKE 'awaiting%' AND NEW.revision <> OLD.revision + 1 THEN
        RAISE EXCEPTION 'batch % returns to open in its next revision only', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_revised';
    END IF;
    IF NEW.status IN ('approved', 'paying') AND NEW.status <> OLD.status AND (
        SELECT count(*) FROM signature s
        WHERE s.batch_id = NEW.id AND s.revision = NEW.revision AND s.fingerprint = NEW.fingerprint
          AND CASE NEW.level
                WHEN 2 THEN s.seat = 'initiator' AND s.released_at IS NOT NULL
                WHEN 4 THEN s.seat IN ('initiator', 'approver')
                ELSE true END
    ) <> (CASE NEW.level WHEN 2 THEN 1 WHEN 4 THEN 2 ELSE 3 END) THEN
        RAISE EXCEPTION 'batch % lacks the signatures of its level', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_signed';
    END IF;
    RETURN NEW;
END $$;
UPDATE payout SET status = 'VALIDATION_FAILED' WHERE faults IS NOT NULL;
ALTER TABLE payout DROP CONSTRAINT payout_judged;
ALTER TABLE payout ADD CONSTRAINT payout_judged CHECK ((status = 'VALIDATION_FAILED') = (faults IS NOT NULL));
DROP TRIGGER slice_final ON slice;
DROP FUNCTION slice_stays_final();
DROP TABLE payout_closed;
DROP INDEX slice_scheduled;
ALTER TABLE slice DROP COLUMN cancelled_count;
ALTER TABLE batch DROP COLUMN cancelled_count, DROP COLUMN cancelled_total, DROP COLUMN cancelled_faulty;
