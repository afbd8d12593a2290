DROP TABLE payout_template;
DROP TABLE single_payout;
