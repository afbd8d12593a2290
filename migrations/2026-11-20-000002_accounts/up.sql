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

-- The entries of a statement must end where the balance row stands: a ledger that says one thing
-- and a balance that says another can't be committed.
CREATE FUNCTION ledger_meets_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT account_id FROM added) a
        JOIN balance b USING (account_id)
        LEFT JOIN ledger_entry e ON e.account_id = b.account_id AND e.entry = b.entry_last
        WHERE e.entry IS NULL OR (e.available_after, e.reserved_after, e.in_transit_after)
            IS DISTINCT FROM (b.available, b.reserved, b.in_transit)
    ) THEN
        RAISE EXCEPTION 'ledger entries do not end at the balance' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_meets_balance AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_meets_balance();
