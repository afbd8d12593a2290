-- Duties, held by the database too: flows refuse first and explain; these refuse whatever gets past.

CREATE TABLE batch_maker (
    batch_id bigint NOT NULL REFERENCES batch,
    person_id bigint NOT NULL REFERENCES person,
    act text NOT NULL CHECK (act IN ('captured', 'matched', 'corrected', 'edited', 'left_out', 'rescheduled', 'answered', 'inherited')),
    at timestamptz NOT NULL,
    PRIMARY KEY (batch_id, person_id, act)
);
COMMENT ON TABLE batch_maker IS 'Everyone who made anything of the batch, in any revision; never dropped';
CREATE TRIGGER batch_maker_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON batch_maker
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE signature (
    batch_id bigint NOT NULL REFERENCES batch,
    revision integer NOT NULL,
    person_id bigint NOT NULL REFERENCES person,
    seat text NOT NULL CHECK (seat IN ('initiator', 'reviewer', 'approver')),
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    payable_count bigint NOT NULL,
    payable_total bigint NOT NULL,
    at timestamptz NOT NULL,
    released_at timestamptz,
    -- One person signs a revision once, and each seat is taken once.
    PRIMARY KEY (batch_id, revision, person_id),
    CONSTRAINT signature_seat UNIQUE (batch_id, revision, seat),
    CONSTRAINT signature_release CHECK (released_at IS NULL OR seat = 'initiator')
);
COMMENT ON TABLE signature IS 'Who signed which revision as what, over which fingerprint. Void when the revision is no longer the batch''s';
COMMENT ON COLUMN signature.released_at IS 'Under 2 eyes: when the initiator released';

CREATE FUNCTION signature_keeps_duties() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    current batch%ROWTYPE;
BEGIN
    SELECT * INTO current FROM batch WHERE id = NEW.batch_id;
    IF current.revision <> NEW.revision OR current.fingerprint IS DISTINCT FROM NEW.fingerprint THEN
        RAISE EXCEPTION 'a signature is given over the current revision' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_current';
    END IF;
    IF NEW.seat <> 'initiator' AND EXISTS (
        SELECT 1 FROM batch_maker WHERE batch_id = NEW.batch_id AND person_id = NEW.person_id) THEN
        RAISE EXCEPTION 'a maker can neither review nor approve' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_not_maker';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signature_duties BEFORE INSERT ON signature
    FOR EACH ROW EXECUTE FUNCTION signature_keeps_duties();

-- A signature never changes but for the release being noted on it, once.
CREATE FUNCTION signature_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.released_at IS NULL
        AND (OLD.batch_id, OLD.revision, OLD.person_id, OLD.seat, OLD.fingerprint, OLD.payable_count, OLD.payable_total, OLD.at)
        = (NEW.batch_id, NEW.revision, NEW.person_id, NEW.seat, NEW.fingerprint, NEW.payable_count, NEW.payable_total, NEW.at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'signature is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER signature_append_only BEFORE UPDATE OR DELETE ON signature
    FOR EACH ROW EXECUTE FUNCTION signature_stays();
CREATE TRIGGER signature_not_emptied BEFORE TRUNCATE ON signature
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whoever signed a revision as reviewer or approver does not change it.
CREATE FUNCTION maker_has_not_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM signature s JOIN batch b ON b.id = s.batch_id AND b.revision = s.revision
        WHERE s.batch_id = NEW.batch_id AND s.person_id = NEW.person_id AND s.seat <> 'initiator') THEN
        RAISE EXCEPTION 'a signer of this revision can''t change it' USING ERRCODE = 'check_violation', CONSTRAINT = 'maker_not_signer';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_maker_duties BEFORE INSERT ON batch_maker
    FOR EACH ROW EXECUTE FUNCTION maker_has_not_signed();

-- The level's signatures must stand before a batch counts as approved, and what is final stays so.
CREATE FUNCTION batch_keeps_duties() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER batch_duties BEFORE UPDATE OF status ON batch
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION batch_keeps_duties();

-- A batch begins unsigned: nothing is inserted into a later status, past the checks of its steps.
CREATE FUNCTION batch_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a batch begins queued, not %', NEW.status USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_begins';
END $$;
CREATE TRIGGER batch_begins BEFORE INSERT ON batch
    FOR EACH ROW WHEN (NEW.status <> 'queued') EXECUTE FUNCTION batch_begins();

-- What is signed stays as it was signed: the figures under the fingerprint while a batch is unsigned
-- or on its way back to open, the level and the policy while it is open. Other updates of a batch
-- pay one comparison.
CREATE FUNCTION batch_stays_signed() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- The same for its payouts. The trigger names its columns, so an update of a payout's status does not
-- even compare them.
CREATE FUNCTION payout_stays_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM batch WHERE id = OLD.batch_id AND status IN ('open', 'error', 'validating')) THEN
        RAISE EXCEPTION 'payout % is signed as it is', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_signed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payout_stays_signed
    BEFORE UPDATE OF batch_id, account_id, slice_id, "row", reference, beneficiary_name, iban, account_number,
        bank_code, mobile, provider, country, city, email, amount, purpose, comment, pay_on, metadata, faults ON payout
    FOR EACH ROW WHEN (
        (OLD.batch_id, OLD.account_id, OLD.slice_id, OLD."row", OLD.reference, OLD.beneficiary_name, OLD.iban,
            OLD.account_number, OLD.bank_code, OLD.mobile, OLD.provider, OLD.country, OLD.city, OLD.email, OLD.amount,
            OLD.purpose, OLD.comment, OLD.pay_on, OLD.metadata, OLD.faults)
        IS DISTINCT FROM
        (NEW.batch_id, NEW.account_id, NEW.slice_id, NEW."row", NEW.reference, NEW.beneficiary_name, NEW.iban,
            NEW.account_number, NEW.bank_code, NEW.mobile, NEW.provider, NEW.country, NEW.city, NEW.email, NEW.amount,
            NEW.purpose, NEW.comment, NEW.pay_on, NEW.metadata, NEW.faults)
    ) EXECUTE FUNCTION payout_stays_signed();

-- Nor is a payout slipped in or taken out: looked at once a statement, however many rows it has.
CREATE FUNCTION payouts_stay_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT batch_id FROM changed) c JOIN batch b ON b.id = c.batch_id
        WHERE b.status NOT IN ('open', 'error', 'validating')) THEN
        RAISE EXCEPTION 'the payouts of a signed batch stay' USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_signed';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payout_not_added AFTER INSERT ON payout
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION payouts_stay_signed();
CREATE TRIGGER payout_not_removed AFTER DELETE ON payout
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION payouts_stay_signed();

-- No slice leaves unless its batch is being paid.
CREATE FUNCTION slice_of_paying_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch_id AND status = 'paying') THEN
        RAISE EXCEPTION 'slice % belongs to a batch that is not being paid', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'slice_paying';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER slice_claim BEFORE UPDATE OF state ON slice
    FOR EACH ROW WHEN (NEW.state = 'claimed' AND OLD.state = 'waiting') EXECUTE FUNCTION slice_of_paying_batch();
