-- From where and until when a client calls is a part of what its person agreed to: it shrinks at a
-- word, and grows as what it may do grows, by a proposal and the person's agreement.

ALTER TABLE api_client
    ADD COLUMN ip_ranges_offered text[] CHECK (cardinality(ip_ranges_offered) <= 50),
    ADD COLUMN expires_offered timestamptz,
    ADD CONSTRAINT api_client_bounds_whole CHECK (ip_ranges_offered IS NOT NULL OR expires_offered IS NULL);
COMMENT ON COLUMN api_client.ip_ranges_offered IS 'Networks that two administrators let it call from, once its person agrees; empty is anywhere, null where nothing is offered';
COMMENT ON COLUMN api_client.expires_offered IS 'The end that goes with ip_ranges_offered; null there is no end';

CREATE FUNCTION api_client_bounds_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ip_ranges_offered IS NOT NULL AND NEW.ip_ranges = OLD.ip_ranges_offered
        AND NEW.expires_at IS NOT DISTINCT FROM OLD.expires_offered THEN
        RETURN NEW;
    END IF;
    IF coalesce(NEW.expires_at, 'infinity') > coalesce(OLD.expires_at, 'infinity')
        OR (cardinality(OLD.ip_ranges) > 0 AND (cardinality(NEW.ip_ranges) = 0 OR EXISTS (
            SELECT 1 FROM unnest(NEW.ip_ranges) AS wanted(range) WHERE NOT EXISTS (
                SELECT 1 FROM unnest(OLD.ip_ranges) AS had(range) WHERE wanted.range::inet <<= had.range::inet)))) THEN
        RAISE EXCEPTION 'an API client gets only the bounds it had and those offered to its person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'api_client_bounds';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER api_client_bounds BEFORE UPDATE OF ip_ranges, expires_at ON api_client
    FOR EACH ROW WHEN (OLD.confirmed_at IS NOT NULL) EXECUTE FUNCTION api_client_bounds_stay();
