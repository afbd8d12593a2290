DROP TRIGGER signature_figures ON signature;
DROP FUNCTION signature_keeps_figures();
ALTER TABLE batch DROP CONSTRAINT batch_total_bounded;
