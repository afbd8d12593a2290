DROP TABLE repayment;
DROP FUNCTION repayment_is_freed;
DROP FUNCTION repayment_is_due;
