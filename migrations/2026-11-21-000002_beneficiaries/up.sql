-- What each destination was paid before, and an account's rules about dates and changed bank details.

-- Beside the payouts, not in their indexes: an index on destination or name would be hit at random by
-- every row of a file, which doubles the time that taking a file in needs. These rows are written
-- after a slice was paid, when nobody waits.
CREATE TABLE beneficiary_payment (
    organisation_id bigint NOT NULL,
    destination_key bytea NOT NULL CHECK (length(destination_key) = 16),
    payout_id uuid NOT NULL,
    account_id bigint NOT NULL,
    name_key bytea CHECK (length(name_key) = 16),
    amount bigint NOT NULL CHECK (amount > 0),
    was_paid boolean NOT NULL,
    PRIMARY KEY (organisation_id, destination_key, payout_id)
);
COMMENT ON TABLE beneficiary_payment IS 'Payouts with an outcome, found by where they went and to whom; written by the worker after it paid';
COMMENT ON COLUMN beneficiary_payment.destination_key IS 'The first half of the SHA-256 of IBAN, bank code and account number, or mobile number';
COMMENT ON COLUMN beneficiary_payment.name_key IS 'The same of the beneficiary''s name in lower case with single spaces; null where the row names nobody';
COMMENT ON COLUMN beneficiary_payment.amount IS 'Minor units of the account''s currency';
COMMENT ON COLUMN beneficiary_payment.was_paid IS 'False where the attempt failed';
-- For one question only: was this name ever paid to another destination?
CREATE INDEX beneficiary_payment_by_name ON beneficiary_payment
    (organisation_id, account_id, name_key, destination_key) WHERE was_paid AND name_key IS NOT NULL;

-- Which slices have outcomes that are not remembered yet: by counts, not by times, so that nothing is
-- missed between two moments.
ALTER TABLE slice ADD COLUMN remembered_count integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN slice.remembered_count IS 'Outcomes that stand in beneficiary_payment; behind paid_count + failed_count while some are to be written';
CREATE INDEX slice_to_remember ON slice (id) WHERE paid_count + failed_count > remembered_count;

CREATE TABLE beneficiary_check (
    batch_id bigint PRIMARY KEY REFERENCES batch,
    organisation_id bigint NOT NULL,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    found jsonb NOT NULL,
    changed_at timestamptz,
    counted_at timestamptz NOT NULL
);
COMMENT ON TABLE beneficiary_check IS 'How a batch''s payouts stand to what was paid before, counted by the worker over the revision with this fingerprint';
COMMENT ON COLUMN beneficiary_check.found IS 'Of each flag: how many rows have it, and the first of them';
COMMENT ON COLUMN beneficiary_check.changed_at IS 'When the last row with changed bank details was captured or edited; a cool-down counts from here';
CREATE INDEX beneficiary_check_of_organisation ON beneficiary_check (organisation_id, batch_id);

-- Rules of an account, none unless set.
ALTER TABLE payout_account
    ADD COLUMN cut_off_minutes smallint CHECK (cut_off_minutes BETWEEN 0 AND 1439),
    ADD COLUMN weekend smallint NOT NULL DEFAULT 0 CHECK (weekend BETWEEN 0 AND 126),
    ADD COLUMN holidays text[] NOT NULL DEFAULT '{}',
    ADD COLUMN cool_down_hours smallint CHECK (cool_down_hours BETWEEN 1 AND 720);
COMMENT ON COLUMN payout_account.cut_off_minutes IS 'Minutes after local midnight from which a payout goes the next working day; null is no cut-off';
COMMENT ON COLUMN payout_account.weekend IS 'Days of the week on which nothing is sent, a bit each: 1 Monday, 2 Tuesday, … 64 Sunday; never all seven';
COMMENT ON COLUMN payout_account.holidays IS 'Days on which nothing is sent, as YYYY-MM-DD';
COMMENT ON COLUMN payout_account.cool_down_hours IS 'How long a payout to changed bank details waits before it can be approved; null is not at all';

-- When a payout really goes is settled with the deciding signature, once a date.
ALTER TABLE batch ADD COLUMN goes_at timestamptz;
COMMENT ON COLUMN batch.goes_at IS 'When rows without a date of their own are sent, where the account''s calendar moves it; null is pay_on, or at once';
ALTER TABLE slice ADD COLUMN goes_at timestamptz;
COMMENT ON COLUMN slice.goes_at IS 'When rows with a date of their own are sent, where the account''s calendar moves it; null is due_at';
