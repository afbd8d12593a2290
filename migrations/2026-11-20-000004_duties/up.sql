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
