ALTER TABLE slice DROP COLUMN goes_at;
ALTER TABLE batch DROP COLUMN goes_at;
ALTER TABLE payout_account DROP COLUMN cut_off_minutes, DROP COLUMN weekend, DROP COLUMN holidays, DROP COLUMN cool_down_hours;
DROP TABLE beneficiary_check;
DROP INDEX slice_to_remember;
ALTER TABLE slice DROP COLUMN remembered_count;
DROP TABLE beneficiary_payment;
