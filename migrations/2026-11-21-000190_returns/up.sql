-- Payments that come back after they were paid: what rails tell of them, counted where paid ones are.

ALTER TABLE slice
    ADD COLUMN returned_count integer NOT NULL DEFAULT 0,
    ADD COLUMN returned_total bigint NOT NULL DEFAULT 0,
    -- What came back was paid: it stays counted as that.
    ADD CONSTRAINT slice_returned CHECK (returned_count BETWEEN 0 AND paid_count AND returned_total BETWEEN 0 AND paid_total);
COMMENT ON COLUMN slice.returned_count IS 'Of the paid ones, how many came back';
COMMENT ON COLUMN slice.returned_total IS 'Their total in minor units';

-- Whatever a rail says how often: a payout's money comes back once.
CREATE UNIQUE INDEX ledger_entry_returned_once ON ledger_entry (payout_id) WHERE movement = 'return';

CREATE TABLE rail_news (
    rail text PRIMARY KEY,
    heard_until text NOT NULL,
    heard_at timestamptz NOT NULL
);
COMMENT ON TABLE rail_news IS 'How far each rail was heard out on payments that came back; the whole installation''s, not one organisation''s';
COMMENT ON COLUMN rail_news.heard_until IS 'A place in the rail''s own books, in its own words';

ALTER TABLE sandbox.payment
    ADD COLUMN comes_back boolean NOT NULL DEFAULT false,
    ADD COLUMN return_number bigint UNIQUE;
COMMENT ON COLUMN sandbox.payment.return_number IS 'The rail''s own numbering of what came back, in the order it tells it';
CREATE INDEX sandbox_payment_coming_back ON sandbox.payment (intent_id) WHERE comes_back AND return_number IS NULL;
