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
DROP INDEX payout_by_metadata;
DROP TABLE batch_sent;
ALTER TABLE batch
    DROP CONSTRAINT batch_source_file,
    ADD CONSTRAINT batch_source_file CHECK ((source = 'file') = (file_id IS NOT NULL)) NOT VALID,
    DROP COLUMN webhook_url, DROP COLUMN api_client_id, DROP COLUMN public_id;
