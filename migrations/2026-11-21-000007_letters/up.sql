-- Letters: an outbox, written in the transaction of what they tell, sent by the workers; and which of
-- them each person wants.

CREATE TABLE letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    person_id bigint REFERENCES person,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    name text,
    message_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    what jsonb NOT NULL,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    sent_at timestamptz,
    failed_at timestamptz,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (sent_at IS NULL OR failed_at IS NULL)
) WITH (fillfactor = 70);
COMMENT ON TABLE letter IS 'The outbox: each letter is claimed, sent with no connection held, and marked';
COMMENT ON COLUMN letter.person_id IS 'Null for somebody who is only invited';
COMMENT ON COLUMN letter.message_id IS 'Its Message-ID on every attempt: where a crash sends it twice, the receiver can tell';
COMMENT ON COLUMN letter.what IS 'What it tells; the token of a link in it is taken out once it is sent or given up';
COMMENT ON COLUMN letter.attempts IS 'Also the fencing token of the lease';
COMMENT ON COLUMN letter.failed_at IS 'Given up after the last attempt, or because the receiving server refused it for good';
CREATE INDEX letter_of_organisation ON letter (organisation_id, id);
CREATE INDEX letter_due ON letter (due_at) WHERE sent_at IS NULL AND failed_at IS NULL;
-- One daily letter for a person and morning, however much begins to wait before it.
CREATE UNIQUE INDEX letter_daily ON letter (organisation_id, person_id, due_at) WHERE kind = 'waiting_daily';

CREATE TABLE letter_wish (
    person_id bigint PRIMARY KEY REFERENCES person,
    waiting text NOT NULL CHECK (waiting IN ('at_once', 'daily', 'never')),
    outcomes boolean NOT NULL
);
COMMENT ON TABLE letter_wish IS 'Which letters a person wants; without a row: all of them, at once. What concerns their sign-in is always sent';
COMMENT ON COLUMN letter_wish.waiting IS 'How they hear of batches that wait for their signature';
COMMENT ON COLUMN letter_wish.outcomes IS 'Whether they hear what became of batches they sent';
