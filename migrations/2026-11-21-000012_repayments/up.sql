-- Paying again: which payout pays which one again. One payout is paid again once; where the batch that
-- was to do it is called off, it is free to be chosen again.

CREATE TABLE repayment (
    organisation_id bigint NOT NULL REFERENCES organisation,
    by_payout_id uuid NOT NULL,
    payout_id uuid NOT NULL,
    freed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (organisation_id, by_payout_id),
    CONSTRAINT repayment_by FOREIGN KEY (organisation_id, by_payout_id) REFERENCES payout (organisation_id, id),
    CONSTRAINT repayment_of FOREIGN KEY (organisation_id, payout_id) REFERENCES payout (organisation_id, id),
    CONSTRAINT repayment_another CHECK (by_payout_id <> payout_id)
);
COMMENT ON TABLE repayment IS 'Which payout (by_payout_id) pays which one (payout_id) again. Kept for good';
COMMENT ON COLUMN repayment.freed IS 'The payout that was to pay it again was cancelled, so another one may. Set when the next one is chosen: calling a batch off costs nothing here';
CREATE UNIQUE INDEX repayment_once ON repayment (organisation_id, payout_id) WHERE NOT freed;
CREATE INDEX repayment_of_payout ON repayment (organisation_id, payout_id);

-- Only what surely was not paid, or came back, and only in a batch that says so. All these are final,
-- so what is looked at here can't change behind it.
CREATE FUNCTION repayment_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added r
        JOIN payout p ON p.organisation_id = r.organisation_id AND p.id = r.payout_id
        JOIN batch b ON b.id = p.batch_id
        JOIN payout n ON n.organisation_id = r.organisation_id AND n.id = r.by_payout_id
        JOIN batch nb ON nb.id = n.batch_id
        WHERE nb.repeats IS DISTINCT FROM b.id OR n.account_id <> p.account_id OR r.freed
            OR NOT (p.status = 'INTENT_CREATION_FAILED'
                OR (p.status = 'PROCESSED' AND p.result IN ('failed', 'canceled', 'returned'))
                OR (p.status = 'VALIDATION_FAILED' AND b.status = 'completed'))
    ) THEN
        RAISE EXCEPTION 'only what was not paid can be paid again' USING ERRCODE = 'check_violation', CONSTRAINT = 'repayment_due';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER repayment_due AFTER INSERT ON repayment
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION repayment_is_due();

CREATE FUNCTION repayment_is_freed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.organisation_id, OLD.by_payout_id, OLD.payout_id) IS DISTINCT FROM (NEW.organisation_id, NEW.by_payout_id, NEW.payout_id)
        OR OLD.freed OR NOT NEW.freed OR NOT EXISTS (
        SELECT 1 FROM payout n JOIN batch nb ON nb.id = n.batch_id LEFT JOIN slice ns ON ns.id = n.slice_id
        WHERE n.organisation_id = OLD.organisation_id AND n.id = OLD.by_payout_id
          AND (n.status = 'CANCELLED' OR (nb.status IN ('rejected', 'cancelled') AND n.status IN (
                'VALIDATION_PENDING', 'VALIDATION_IN_PROGRESS', 'SCHEDULED', 'VALIDATION_FAILED'))
            OR (ns.state = 'cancelled' AND n.status = 'SCHEDULED')))
    THEN
        RAISE EXCEPTION 'payout % is paid again by one that is not cancelled', OLD.payout_id USING ERRCODE = 'check_violation', CONSTRAINT = 'repayment_freed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER repayment_freed BEFORE UPDATE ON repayment
    FOR EACH ROW EXECUTE FUNCTION repayment_is_freed();
CREATE TRIGGER repayment_kept BEFORE DELETE OR TRUNCATE ON repayment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
