-- Paying one person: why, and what was kept as evidence; and what people typed to use again.

CREATE TABLE single_payout (
    batch_id bigint PRIMARY KEY REFERENCES batch,
    organisation_id bigint NOT NULL REFERENCES organisation,
    category text NOT NULL,
    category_reason text,
    evidence_file_id bigint REFERENCES file,
    evidence_kind text CHECK (evidence_kind IN ('pdf', 'png', 'jpeg')),
    form_key uuid,
    CONSTRAINT single_payout_reason CHECK ((category, coalesce(category_reason, '')) IN (
        ('support_credit', 'service disruption'), ('support_credit', 'account error'),
        ('support_credit', 'customer satisfaction'), ('one_time_refund', 'billing mistake'),
        ('one_time_refund', 'special request'), ('other', ''))),
    CONSTRAINT single_payout_evidence CHECK ((evidence_file_id IS NULL) = (evidence_kind IS NULL)),
    -- A form that is sent twice opens one batch.
    CONSTRAINT single_payout_once UNIQUE (organisation_id, form_key)
);
COMMENT ON TABLE single_payout IS 'Why a batch of one was typed: its category, reason and evidence. Signers decide by it, so it stays as it is';
COMMENT ON COLUMN single_payout.form_key IS 'Names the form that was shown, so that sending it twice pays once';
CREATE TRIGGER single_payout_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON single_payout
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE payout_template (
    id uuid PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    account_number integer,
    category text,
    category_reason text,
    entered jsonb NOT NULL,
    saved_by bigint NOT NULL REFERENCES person,
    saved_at timestamptz NOT NULL,
    CONSTRAINT payout_template_name UNIQUE (organisation_id, name)
);
COMMENT ON TABLE payout_template IS 'What somebody typed to pay one person, kept under a name to begin from again. Nothing in it is checked before it is used';
COMMENT ON COLUMN payout_template.entered IS 'Text by field, without reference and date';
