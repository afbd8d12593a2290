-- Batches that come by API: how integrators name them, which client sent them, and what it saw of them.

ALTER TABLE batch
    ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN api_client_id bigint REFERENCES api_client,
    ADD COLUMN webhook_url text CHECK (length(webhook_url) BETWEEN 1 AND 2000),
    -- What is sent as JSON in one piece is kept as the batch's file; typed rows have none.
    DROP CONSTRAINT batch_source_file,
    ADD CONSTRAINT batch_source_file CHECK ((source = 'file') <= (file_id IS NOT NULL) AND (source = 'portal') <= (file_id IS NULL));
COMMENT ON COLUMN batch.public_id IS 'The id that bulk payouts are named by';
COMMENT ON COLUMN batch.api_client_id IS 'The API client that sent it; such a batch is submitted as soon as it is validated';
COMMENT ON COLUMN batch.webhook_url IS 'Where the changes of its payouts are told, where the request named a place';
CREATE UNIQUE INDEX batch_by_public_id ON batch (organisation_id, public_id);

CREATE TABLE batch_sent (
    organisation_id bigint NOT NULL REFERENCES organisation,
    api_client_id bigint NOT NULL REFERENCES api_client,
    batch_id bigint NOT NULL REFERENCES batch,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    sent_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, api_client_id, batch_id)
);
COMMENT ON TABLE batch_sent IS 'The fingerprint that a client last saw of a batch: what it signs where it names none';

-- Metadata is searched by key and value. Rows without any are in no index.
CREATE INDEX payout_by_metadata ON payout USING gin (metadata jsonb_path_ops) WHERE metadata IS NOT NULL;

-- The level may be fixed by the step that ends validation too: a batch that comes by API is submitted
-- in it.
CREATE OR REPLACE FUNCTION batch_stays_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status NOT IN ('validating', 'open') AND (OLD.level, OLD.policy_id) IS DISTINCT FROM (NEW.level, NEW.policy_id) THEN
        RAISE EXCEPTION 'level and policy of batch % are fixed at submission', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_level_fixed';
    END IF;
    IF OLD.status NOT IN ('queued', 'matching', 'validating', 'error', 'open') AND (
        (OLD.payable_count, OLD.payable_total, OLD.largest, OLD.pay_on)
            IS DISTINCT FROM (NEW.payable_count, NEW.payable_total, NEW.largest, NEW.pay_on)
        OR ((OLD.revision, OLD.fingerprint) IS DISTINCT FROM (NEW.revision, NEW.fingerprint) AND NEW.status <> 'open')
    ) THEN
        RAISE EXCEPTION 'batch % is signed as it is', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_figures_signed';
    END IF;
    RETURN NEW;
END $$;
