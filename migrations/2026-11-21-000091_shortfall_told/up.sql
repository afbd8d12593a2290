-- A shortfall ahead is told by letter at most once a day and account, however many workers look.

ALTER TABLE payout_account ADD COLUMN shortfall_told_on date;
COMMENT ON COLUMN payout_account.shortfall_told_on IS 'The day, in the account''s zone, on which its administrators were last told that its money will not reach';
