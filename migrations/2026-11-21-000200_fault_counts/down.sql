DROP INDEX payout_faulty_newest;
DROP TABLE fault_count;
