-- What people said that columns mean, remembered by the set of headings; and what they are asked
-- while a batch waits for it.

CREATE TABLE column_match (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    headings_key bytea NOT NULL CHECK (length(headings_key) = 32),
    version integer NOT NULL CHECK (version > 0),
    decided jsonb NOT NULL,
    made_by bigint NOT NULL REFERENCES person,
    made_at timestamptz NOT NULL,
    CONSTRAINT column_match_version UNIQUE (organisation_id, headings_key, version)
);
COMMENT ON TABLE column_match IS 'What the columns under a set of headings mean; a change is a new version, so that every batch keeps the one it was read by';
COMMENT ON COLUMN column_match.headings_key IS 'SHA-256 of the headings, without regard to order, case and signs, and of the account''s currency';
COMMENT ON COLUMN column_match.decided IS 'Heading and meaning, in the order of the file that they were decided for';
CREATE TRIGGER column_match_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON column_match
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE batch_columns (
    organisation_id bigint NOT NULL REFERENCES organisation,
    batch_id bigint NOT NULL REFERENCES batch,
    asked jsonb NOT NULL,
    PRIMARY KEY (organisation_id, batch_id)
);
COMMENT ON TABLE batch_columns IS 'What a person is asked where the headings of a batch''s file are not certain';
COMMENT ON COLUMN batch_columns.asked IS 'Each column with its heading, first values, and what it might mean';

ALTER TABLE batch
    ADD COLUMN column_match_id bigint REFERENCES column_match,
    ADD COLUMN ask_columns boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN batch.column_match_id IS 'The version of the match that its file was read by; null where the headings were certain';
COMMENT ON COLUMN batch.ask_columns IS 'The maker wants to be asked, whatever is certain or remembered';
