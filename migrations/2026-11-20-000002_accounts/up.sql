-- Payout accounts, who may do what on them, their policies, and the ledger.

CREATE TABLE payout_account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    organisation_id bigint NOT NULL REFERENCES organisation,
    number integer NOT NULL UNIQUE CHECK (number BETWEEN 10000000 AND 99999999),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 140),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    time_zone text NOT NULL,
    rail text NOT NULL,
    purpose_default text,
    approvals integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE payout_account IS 'What payouts are paid from';
COMMENT ON COLUMN payout_account.number IS 'The merchant account number';
COMMENT ON COLUMN payout_account.approvals IS 'Deciding signatures given on this account; tells a batch whether references must be compared again';
CREATE INDEX payout_account_of_organisation ON payout_account (organisation_id, number);

CREATE TABLE role_grant (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL,
    person_id bigint NOT NULL,
    role_id bigint NOT NULL REFERENCES role,
    account_id bigint REFERENCES payout_account,
    FOREIGN KEY (organisation_id, person_id) REFERENCES membership
);
COMMENT ON TABLE role_grant IS 'A role given to a person: for one payout account, or for all where account_id is null';
CREATE UNIQUE INDEX role_grant_once ON role_grant (organisation_id, person_id, role_id, coalesce(account_id, 0));

CREATE TABLE policy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    account_id bigint NOT NULL REFERENCES payout_account,
    version integer NOT NULL CHECK (version > 0),
    rule jsonb NOT NULL,
    created_by bigint REFERENCES person,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account_id, version)
);
COMMENT ON TABLE policy IS 'Authorisation policies, one row a version; batches keep the version they were submitted under';
COMMENT ON COLUMN policy.rule IS '{"bands": [{"up_to": minor units or null, "level": "2"|"4"|"6"}], "six_eyes_from": minor units or null}';

CREATE TABLE balance (
    account_id bigint PRIMARY KEY REFERENCES payout_account,
    organisation_id bigint NOT NULL REFERENCES organisation,
    available bigint NOT NULL DEFAULT 0 CHECK (available >= 0),
    reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    in_transit bigint NOT NULL DEFAULT 0 CHECK (in_transit >= 0),
    outside bigint NOT NULL DEFAULT 0,
    entry_last bigint NOT NULL DEFAULT 0,
    CONSTRAINT balance_sums_to_zero CHECK (available + reserved + in_transit + outside = 0)
) WITH (fillfactor = 50);
COMMENT ON TABLE balance IS 'What an account has where, in minor units; always what its ledger entries add up to';
COMMENT ON COLUMN balance.outside IS 'The mirror of the other three, so that the four sum to zero at any time';

CREATE TABLE ledger_entry (
    account_id bigint NOT NULL REFERENCES payout_account,
    entry bigint NOT NULL CHECK (entry > 0),
    organisation_id bigint NOT NULL,
    at timestamptz NOT NULL,
    movement text NOT NULL,
    from_bucket text NOT NULL,
    to_bucket text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    batch_id bigint,
    slice_id bigint,
    payout_id uuid,
    available_after bigint NOT NULL CHECK (available_after >= 0),
    reserved_after bigint NOT NULL CHECK (reserved_after >= 0),
    in_transit_after bigint NOT NULL CHECK (in_transit_after >= 0),
    PRIMARY KEY (account_id, entry),
    -- A movement has one shape: an unbalanced or nameless posting can't be written.
    CONSTRAINT ledger_entry_shape CHECK ((movement, from_bucket, to_bucket) IN (
        ('fund', 'outside', 'available'), ('reserve', 'available', 'reserved'),
        ('send', 'reserved', 'in_transit'), ('settle', 'in_transit', 'outside'),
        ('release', 'reserved', 'available'), ('release', 'in_transit', 'available'),
        ('return', 'outside', 'available')))
);
COMMENT ON TABLE ledger_entry IS 'Double entry: each row takes amount from one bucket and puts it into another, so every posting balances. Entries are numbered without gaps per account';
COMMENT ON COLUMN ledger_entry.amount IS 'Minor units';
CREATE INDEX ledger_entry_of_batch ON ledger_entry (batch_id) WHERE payout_id IS NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Each new entry must follow from the one before it, and the last must be where the balance row
-- stands: a ledger that says one thing and a balance that says another can't be committed. Looks up
-- one older entry a statement, however long the ledger is.
CREATE FUNCTION ledger_meets_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (
            SELECT a.account_id, a.entry, a.available_after, a.reserved_after, a.in_transit_after,
                lead(a.entry) OVER line AS entry_next,
                CASE 'available' WHEN a.to_bucket THEN a.amount WHEN a.from_bucket THEN -a.amount ELSE 0 END AS available,
                CASE 'reserved' WHEN a.to_bucket THEN a.amount WHEN a.from_bucket THEN -a.amount ELSE 0 END AS reserved,
                CASE 'in_transit' WHEN a.to_bucket THEN a.amount WHEN a.from_bucket THEN -a.amount ELSE 0 END AS in_transit,
                coalesce(
                    lag(ARRAY[a.available_after, a.reserved_after, a.in_transit_after]) OVER line,
                    (SELECT ARRAY[p.available_after, p.reserved_after, p.in_transit_after]
                     FROM ledger_entry p WHERE p.account_id = a.account_id AND p.entry = a.entry - 1),
                    CASE WHEN a.entry = 1 THEN ARRAY[0, 0, 0]::bigint[] END) AS before
            FROM added a WINDOW line AS (PARTITION BY a.account_id ORDER BY a.entry)
        ) l
        WHERE l.before IS NULL OR l.entry_next <> l.entry + 1
            OR (l.available_after, l.reserved_after, l.in_transit_after)
                <> (l.before[1] + l.available, l.before[2] + l.reserved, l.before[3] + l.in_transit)
            OR (l.entry_next IS NULL AND NOT EXISTS (
                SELECT 1 FROM balance b WHERE b.account_id = l.account_id AND b.entry_last = l.entry
                AND (b.available, b.reserved, b.in_transit) = (l.available_after, l.reserved_after, l.in_transit_after)))
    ) THEN
        RAISE EXCEPTION 'ledger entries do not add up to the balance' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_meets_balance AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_meets_balance();

-- The other way round: a balance that moves without an entry can't be committed either.
CREATE FUNCTION balance_meets_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM balance b WHERE b.account_id = NEW.account_id
        AND (b.entry_last, b.available, b.reserved, b.in_transit) <> (0, 0, 0, 0)
        AND NOT EXISTS (
            SELECT 1 FROM ledger_entry e WHERE e.account_id = b.account_id AND e.entry = b.entry_last
            AND (e.available_after, e.reserved_after, e.in_transit_after) = (b.available, b.reserved, b.in_transit))
    ) THEN
        RAISE EXCEPTION 'the balance is not what the ledger ends with' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER balance_meets_ledger AFTER INSERT OR UPDATE ON balance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION balance_meets_ledger();
