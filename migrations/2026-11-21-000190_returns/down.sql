DROP INDEX sandbox.sandbox_payment_coming_back;
ALTER TABLE sandbox.payment DROP COLUMN comes_back, DROP COLUMN return_number;
DROP TABLE rail_news;
DROP INDEX ledger_entry_returned_once;
ALTER TABLE slice DROP CONSTRAINT slice_returned, DROP COLUMN returned_count, DROP COLUMN returned_total;
