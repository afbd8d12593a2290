-- Denied acts are lines of the log, but whoever knocks ten thousand times must not fill it: the first
-- few of a person, a sort and an hour have a line each, the rest are counted here and told in one line
-- when the hour is over.

CREATE TABLE denial_window (
    organisation_id bigint NOT NULL REFERENCES organisation,
    person_id bigint NOT NULL REFERENCES person,
    sort text NOT NULL CHECK (sort IN ('act', 'sign_in', 'client')),
    hour timestamptz NOT NULL,
    count bigint NOT NULL CHECK (count > 0),
    PRIMARY KEY (organisation_id, person_id, sort, hour)
) WITH (fillfactor = 50);
COMMENT ON TABLE denial_window IS 'How often a person was refused in an hour; emptied into one line of the log when the hour is over';
CREATE INDEX denial_window_over ON denial_window (hour);
