DROP TRIGGER slice_claim ON slice;
DROP TRIGGER payout_not_removed ON payout;
DROP TRIGGER payout_not_added ON payout;
DROP TRIGGER payout_stays_signed ON payout;
DROP TRIGGER batch_stays_signed ON batch;
DROP TRIGGER batch_begins ON batch;
DROP TRIGGER batch_duties ON batch;
DROP TABLE signature, batch_maker;
DROP FUNCTION payouts_stay_signed(), payout_stays_signed(), batch_stays_signed(), batch_begins(), slice_of_paying_batch(), batch_keeps_duties(), maker_has_not_signed(), signature_stays(), signature_keeps_duties();
