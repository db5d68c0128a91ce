-- Agrees to a proposal as the holder of one of its accounts; the last agreement links them. Returns, for each account
-- that the agreement concerns, the organisations of the others, and nothing where the proposal is over or was agreed
-- to before.
CREATE OR REPLACE FUNCTION link_agree(proposal uuid, holder uuid, at timestamptz)
RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid, is_linked boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here uuid := acting_organisation();
    complete boolean;
    same uuid;
BEGIN
    LOCK TABLE linked_accounts IN SHARE ROW EXCLUSIVE MODE;
    UPDATE link_proposals p SET agreed_at = at
        WHERE p.proposal_id = proposal AND p.organisation_id = here AND p.user_id = holder
            AND p.agreed_at IS NULL AND p.expires_at > at AND account_state(here, holder) = 'ready';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    complete := NOT EXISTS (SELECT FROM link_proposals p WHERE p.proposal_id = proposal AND p.agreed_at IS NULL);
    RETURN QUERY SELECT p.organisation_id, p.user_id, o.organisation_id, complete
        FROM link_proposals p JOIN link_proposals o
            ON o.proposal_id = p.proposal_id AND o.organisation_id <> p.organisation_id
        WHERE p.proposal_id = proposal AND (complete OR here IN (p.organisation_id, o.organisation_id))
        ORDER BY p.organisation_id, o.organisation_id;
    IF complete THEN
        same := coalesce((SELECT l.person_id FROM linked_accounts l
            JOIN link_proposals p ON (p.organisation_id, p.user_id) = (l.organisation_id, l.user_id)
            WHERE p.proposal_id = proposal LIMIT 1), proposal);
        INSERT INTO linked_accounts (organisation_id, user_id, person_id, linked_at)
            SELECT p.organisation_id, p.user_id, same, at FROM link_proposals p WHERE p.proposal_id = proposal
            ON CONFLICT ON CONSTRAINT linked_accounts_pkey DO UPDATE SET person_id = same, is_trusted = true;
        DELETE FROM link_proposals p WHERE p.proposal_id = proposal;
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION link_agree FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_agree TO usher_app;
