-- Rows that can be paid can be left out too; what was left out still counts towards the total that was
-- announced with the file.
ALTER TABLE left_out_row ADD COLUMN amount bigint CHECK (amount > 0);
COMMENT ON TABLE left_out_row IS 'Rows that nobody means to pay; one that is corrected or checked again is no longer here';
COMMENT ON COLUMN left_out_row.amount IS 'Minor units of the account''s currency; null where it could not be read or no total was announced';
