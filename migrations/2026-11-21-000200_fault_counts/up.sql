-- In how many rows which column has a fault: kept, so that no page counts them, and faulty payouts are
-- found newest first without those that can be paid.

CREATE TABLE fault_count (
    organisation_id bigint NOT NULL REFERENCES organisation,
    batch_id bigint NOT NULL REFERENCES batch,
    field text NOT NULL,
    count bigint NOT NULL CHECK (count >= 0),
    PRIMARY KEY (organisation_id, batch_id, field)
);
COMMENT ON TABLE fault_count IS 'In how many rows of a batch which column has a fault; left out and cancelled ones are not counted';

INSERT INTO fault_count (organisation_id, batch_id, field, count)
    SELECT p.organisation_id, p.batch_id, fault ->> 'field', count(*)
    FROM payout p, jsonb_array_elements(p.faults) AS fault
    WHERE p.faults IS NOT NULL AND p.status = 'VALIDATION_FAILED'
      AND NOT EXISTS (SELECT 1 FROM left_out_row l WHERE l.organisation_id = p.organisation_id
          AND l.batch_id = p.batch_id AND l."row" = p."row")
    GROUP BY 1, 2, 3;

CREATE INDEX payout_faulty_newest ON payout (organisation_id, id) WHERE faults IS NOT NULL;
