-- Makers are never dropped, so the wider check stays where somebody is one by a document.
ALTER TABLE batch_maker DROP CONSTRAINT batch_maker_act_check;
ALTER TABLE batch_maker ADD CONSTRAINT batch_maker_act_check CHECK (act IN ('captured', 'matched', 'corrected', 'edited',
    'left_out', 'rescheduled', 'answered', 'inherited')) NOT VALID;
DROP TABLE batch_document;
DROP FUNCTION batch_document_stays();
