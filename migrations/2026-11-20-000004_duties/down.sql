DROP TRIGGER slice_claim ON slice;
DROP TRIGGER batch_duties ON batch;
DROP TABLE signature, batch_maker;
DROP FUNCTION slice_of_paying_batch(), batch_keeps_duties(), maker_has_not_signed(), signature_stays(), signature_keeps_duties();
