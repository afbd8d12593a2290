-- Supporting documents on a batch: contracts, invoices, lists that signers decide by.
--
-- They are no part of the fingerprint, which covers what is paid. Instead they stay still while anything
-- is signed: the database takes and drops them only while the batch is open, and the log's line of a
-- submission names the digest of each. So whoever signs a revision signs over its documents, too.

CREATE TABLE batch_document (
    id uuid PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    batch_id bigint NOT NULL REFERENCES batch,
    file_id bigint NOT NULL REFERENCES file,
    kind text NOT NULL CHECK (kind IN ('pdf', 'png', 'jpeg')),
    added_by bigint NOT NULL REFERENCES person,
    added_at timestamptz NOT NULL,
    removed_by bigint REFERENCES person,
    removed_at timestamptz,
    CONSTRAINT batch_document_removed CHECK ((removed_by IS NULL) = (removed_at IS NULL))
);
COMMENT ON TABLE batch_document IS 'Documents that signers of a batch see. One that was removed is kept: it may have been signed over in an earlier revision';
COMMENT ON COLUMN batch_document.kind IS 'What it is by its first bytes, whatever it is called';
CREATE INDEX batch_document_of_batch ON batch_document (organisation_id, batch_id, added_at);

CREATE FUNCTION batch_document_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch_id AND status IN ('open', 'error')) THEN
        RAISE EXCEPTION 'the documents of a signed batch stay' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_signed';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.removed_at IS NOT NULL OR NEW.removed_at IS NULL
        OR (OLD.id, OLD.organisation_id, OLD.batch_id, OLD.file_id, OLD.kind, OLD.added_by, OLD.added_at)
        IS DISTINCT FROM (NEW.id, NEW.organisation_id, NEW.batch_id, NEW.file_id, NEW.kind, NEW.added_by, NEW.added_at)) THEN
        RAISE EXCEPTION 'a document is removed once and changed never' USING ERRCODE = 'check_violation', CONSTRAINT = 'document_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_document_stays BEFORE INSERT OR UPDATE ON batch_document
    FOR EACH ROW EXECUTE FUNCTION batch_document_stays();
CREATE TRIGGER batch_document_kept BEFORE DELETE OR TRUNCATE ON batch_document
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE batch_maker DROP CONSTRAINT batch_maker_act_check;
ALTER TABLE batch_maker ADD CONSTRAINT batch_maker_act_check CHECK (act IN ('captured', 'matched', 'corrected', 'edited',
    'left_out', 'rescheduled', 'answered', 'inherited', 'documented'));
