DROP TABLE intent, payout, batch_block, slice, batch, file_chunk, file;
DROP SEQUENCE payout_number;
DROP FUNCTION payout_has_place();
