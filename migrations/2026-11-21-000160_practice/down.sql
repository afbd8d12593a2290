DROP TRIGGER practice_goes_on ON proposal;
DROP TRIGGER practice_goes_on ON batch;
DROP FUNCTION practice_goes_on();
DROP TRIGGER practice_session ON session;
DROP FUNCTION practice_colleague_stays_out();
DROP TRIGGER practice_colleague ON batch_maker;
DROP TRIGGER practice_colleague ON signature;
DROP FUNCTION practice_colleague_stays();
DROP TRIGGER practice_people ON membership;
DROP FUNCTION practice_among_themselves();
DROP TRIGGER practice_rail ON payout_account;
DROP FUNCTION practice_has_no_money();
DROP TABLE practice;
DROP FUNCTION practice_stays();
-- What the colleagues did stays in the log of their practices, so they stay too, as people without a way in.
ALTER TABLE person DROP COLUMN practice_role;
