ALTER TABLE payout_account DROP COLUMN shortfall_told_on;
