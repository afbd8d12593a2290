ALTER TABLE left_out_row DROP COLUMN amount;
COMMENT ON TABLE left_out_row IS 'Faulty rows that nobody means to correct; one that is corrected all the same is no longer here';
