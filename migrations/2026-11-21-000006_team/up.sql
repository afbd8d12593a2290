-- Proposals that a second administrator confirms, invitations, and who could have confirmed of late.

CREATE TABLE proposal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    kind text NOT NULL CHECK (kind IN ('policy', 'new_role', 'role', 'role_deletion', 'person_roles', 'invitation',
        'suspension', 'removal', 'reactivation', 'second_factor_reset', 'funding', 'client_scopes')),
    change jsonb NOT NULL,
    permission text NOT NULL CHECK (permission IN ('team.manage', 'account.manage', 'developer.manage')),
    account_id bigint REFERENCES payout_account,
    person_id bigint REFERENCES person,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'confirmed', 'refused', 'expired', 'withdrawn')),
    proposed_by bigint NOT NULL REFERENCES person,
    proposed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > proposed_at),
    decided_by bigint REFERENCES person,
    decided_at timestamptz,
    reason text CHECK (length(reason) BETWEEN 1 AND 500),
    alone boolean NOT NULL DEFAULT false,
    CONSTRAINT proposal_closed CHECK ((status = 'open') = (decided_at IS NULL)),
    CONSTRAINT proposal_decided_by CHECK ((status IN ('open', 'expired')) = (decided_by IS NULL)),
    CONSTRAINT proposal_refused_why CHECK (status <> 'refused' OR reason IS NOT NULL),
    CONSTRAINT proposal_two_people CHECK (status NOT IN ('confirmed', 'refused') OR alone OR decided_by <> proposed_by),
    CONSTRAINT proposal_withdrawn_by CHECK (status <> 'withdrawn' OR decided_by = proposed_by),
    CONSTRAINT proposal_alone CHECK (NOT alone OR (status = 'confirmed' AND decided_by = proposed_by)),
    -- Who leaves may agree to it; nobody agrees to what they are given.
    CONSTRAINT proposal_not_about_oneself CHECK (status <> 'confirmed' OR kind IN ('suspension', 'removal')
        OR alone OR decided_by IS DISTINCT FROM person_id),
    CONSTRAINT proposal_in_time CHECK (status <> 'confirmed' OR decided_at < expires_at)
);
COMMENT ON TABLE proposal IS 'What one administrator proposes and another confirms; nothing of it holds before';
COMMENT ON COLUMN proposal.change IS 'What it changes, from and to; a proposal whose "from" no longer holds can''t be confirmed';
COMMENT ON COLUMN proposal.permission IS 'What the one who proposes and the one who confirms must hold';
COMMENT ON COLUMN proposal.account_id IS 'Where they must hold it; null is for all payout accounts';
COMMENT ON COLUMN proposal.person_id IS 'The person it is about, where it is about one';
COMMENT ON COLUMN proposal.alone IS 'Confirmed by the one who proposed it, because nobody else could have in the last 30 days';
CREATE INDEX proposal_newest ON proposal (organisation_id, id);
CREATE INDEX proposal_open ON proposal (organisation_id, id) WHERE status = 'open';

CREATE TABLE permission_lost (
    organisation_id bigint NOT NULL REFERENCES organisation,
    person_id bigint NOT NULL REFERENCES person,
    permission text NOT NULL,
    account_id bigint REFERENCES payout_account,
    at timestamptz NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
COMMENT ON TABLE permission_lost IS 'Who ceased to hold an administrator''s permission, and when: somebody suspended two days ago still counts as another administrator, so that nobody suspends the other and then acts alone';
COMMENT ON COLUMN permission_lost.account_id IS 'Where it was held; null is for all payout accounts';
CREATE INDEX permission_lost_of_late ON permission_lost (organisation_id, permission, at);
CREATE TRIGGER permission_lost_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON permission_lost
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION proposal_keeps_duties() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'proposals are kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'open' THEN
            RAISE EXCEPTION 'a proposal begins open, not %', NEW.status USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_begins';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'open' THEN
        RAISE EXCEPTION 'proposal % is decided', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_final';
    END IF;
    IF (OLD.organisation_id, OLD.kind, OLD.change, OLD.permission, OLD.account_id, OLD.person_id, OLD.proposed_by, OLD.proposed_at, OLD.expires_at)
        IS DISTINCT FROM
       (NEW.organisation_id, NEW.kind, NEW.change, NEW.permission, NEW.account_id, NEW.person_id, NEW.proposed_by, NEW.proposed_at, NEW.expires_at) THEN
        RAISE EXCEPTION 'proposal % stays as it was made', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_stays';
    END IF;
    IF NEW.alone AND (
        EXISTS (
            SELECT 1 FROM membership m
            JOIN role_grant g ON g.organisation_id = m.organisation_id AND g.person_id = m.person_id
            JOIN role r ON r.id = g.role_id
            WHERE m.organisation_id = NEW.organisation_id AND m.status = 'active' AND m.person_id <> NEW.proposed_by
              AND NEW.permission = ANY (r.permissions) AND (g.account_id IS NULL OR g.account_id = NEW.account_id))
        OR EXISTS (
            SELECT 1 FROM permission_lost l
            WHERE l.organisation_id = NEW.organisation_id AND l.person_id <> NEW.proposed_by
              AND l.permission = NEW.permission AND (l.account_id IS NULL OR l.account_id = NEW.account_id)
              AND l.at > NEW.decided_at - interval '30 days')
    ) THEN
        RAISE EXCEPTION 'somebody else could confirm proposal %', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_alone';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposal_duties BEFORE INSERT OR UPDATE OR DELETE ON proposal
    FOR EACH ROW EXECUTE FUNCTION proposal_keeps_duties();
CREATE TRIGGER proposal_not_emptied BEFORE TRUNCATE ON proposal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- However people and roles are changed: at the end of the transaction somebody active can still
-- manage the team. Looked at only where something is taken away.
CREATE FUNCTION administrator_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM membership m
        JOIN role_grant g ON g.organisation_id = m.organisation_id AND g.person_id = m.person_id AND g.account_id IS NULL
        JOIN role r ON r.id = g.role_id
        WHERE m.organisation_id = OLD.organisation_id AND m.status = 'active' AND 'team.manage' = ANY (r.permissions)
    ) THEN
        RAISE EXCEPTION 'the last administrator stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'administrator_stays';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER administrator_stays AFTER UPDATE OF status ON membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.status = 'active' AND NEW.status <> 'active') EXECUTE FUNCTION administrator_stays();
CREATE CONSTRAINT TRIGGER administrator_stays AFTER UPDATE OR DELETE ON role_grant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION administrator_stays();
CREATE CONSTRAINT TRIGGER administrator_stays AFTER UPDATE OF permissions ON role
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION administrator_stays();

CREATE TABLE invitation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisation,
    email text NOT NULL CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    roles jsonb NOT NULL,
    token bytea NOT NULL UNIQUE CHECK (length(token) = 32),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'accepted', 'revoked')),
    proposal_id bigint NOT NULL REFERENCES proposal,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    closed_by bigint REFERENCES person,
    closed_at timestamptz
);
COMMENT ON TABLE invitation IS 'A confirmed invitation: whoever has its link joins with these roles, once';
COMMENT ON COLUMN invitation.token IS 'SHA-256 of the link''s token; the token itself is never stored';
COMMENT ON COLUMN invitation.roles IS 'The roles as they were confirmed, each with the accounts it holds for';
CREATE UNIQUE INDEX invitation_open ON invitation (organisation_id, email) WHERE status = 'open';
CREATE INDEX invitation_newest ON invitation (organisation_id, id);

CREATE TABLE funding (
    account_id bigint NOT NULL,
    entry bigint NOT NULL,
    organisation_id bigint NOT NULL REFERENCES organisation,
    reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 140),
    comment text NOT NULL CHECK (length(comment) <= 500),
    -- A proposal brings money in once.
    proposal_id bigint NOT NULL UNIQUE REFERENCES proposal,
    PRIMARY KEY (account_id, entry),
    FOREIGN KEY (account_id, entry) REFERENCES ledger_entry
);
COMMENT ON TABLE funding IS 'What is known of money that came in, beside its ledger entry';
COMMENT ON COLUMN funding.reference IS 'The bank''s or the funder''s own';
CREATE INDEX funding_of_organisation ON funding (organisation_id, account_id, entry);
CREATE TRIGGER funding_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON funding
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE membership ADD COLUMN chosen_at timestamptz;
COMMENT ON COLUMN membership.chosen_at IS 'When the person last turned to this organisation; they act in the one chosen last';

-- A session says when somebody was last here; when it goes, the person keeps that.
ALTER TABLE person ADD COLUMN seen_at timestamptz;
COMMENT ON COLUMN person.seen_at IS 'Last seen in a session that has ended; open sessions say it themselves';
CREATE FUNCTION session_was_seen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE person SET seen_at = greatest(seen_at, OLD.seen_at) WHERE id = OLD.person_id;
    RETURN NULL;
END $$;
CREATE TRIGGER session_was_seen AFTER DELETE ON session
    FOR EACH ROW WHEN (OLD.person_id IS NOT NULL) EXECUTE FUNCTION session_was_seen();
