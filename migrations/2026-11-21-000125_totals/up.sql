-- What is signed is what will be paid: the total that people read and that decides the level is the sum
-- of what the slices hold, to the minor unit, and fits what sums of it are kept in.

ALTER TABLE batch ADD CONSTRAINT batch_total_bounded CHECK (payable_total <= 2000000000000000000);

-- Slices are few (one for 500 rows), so this costs a signature next to nothing.
CREATE FUNCTION signature_keeps_figures() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held RECORD;
    signed RECORD;
BEGIN
    SELECT coalesce(sum(payable_count), 0) AS count, coalesce(sum(payable_total), 0) AS total
        INTO held FROM slice WHERE batch_id = NEW.batch_id;
    SELECT number, payable_count - cancelled_count AS count, payable_total - cancelled_total AS total
        INTO signed FROM batch WHERE id = NEW.batch_id;
    IF (held.count, held.total) IS DISTINCT FROM (signed.count, signed.total) THEN
        RAISE EXCEPTION 'batch % says % payouts of % and holds % of %',
            signed.number, signed.count, signed.total, held.count, held.total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_figures';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signature_figures BEFORE INSERT ON signature
    FOR EACH ROW EXECUTE FUNCTION signature_keeps_figures();
