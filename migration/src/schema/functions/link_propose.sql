-- Proposes to link two accounts and those linked with them; for the operator alone, and never with an account of the
-- proposer. Returns, for each account, the organisations of the others.
CREATE OR REPLACE FUNCTION link_propose(
    one_in uuid, one uuid, other_in uuid, other uuid, proposer uuid, fresh uuid, at timestamptz, until timestamptz
) RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT operator_acts() THEN
        RAISE insufficient_privilege;
    END IF;
    LOCK TABLE linked_accounts IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM link_proposals p WHERE p.expires_at <= at;
    INSERT INTO link_proposals (organisation_id, user_id, proposal_id, expires_at)
        SELECT one_in, one, fresh, until UNION SELECT other_in, other, fresh, until
        UNION SELECT l.organisation_id, l.user_id, fresh, until FROM linked_accounts l WHERE l.person_id IN (
            SELECT m.person_id FROM linked_accounts m
            WHERE (m.organisation_id, m.user_id) IN ((one_in, one), (other_in, other)));
    IF EXISTS (SELECT FROM link_proposals p
            WHERE p.proposal_id = fresh AND p.organisation_id = acting_organisation() AND p.user_id = proposer) THEN
        RAISE EXCEPTION 'link_proposals_own: nobody links their own account'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'link_proposals_own';
    END IF;
    RETURN QUERY SELECT p.organisation_id, p.user_id, o.organisation_id FROM link_proposals p JOIN link_proposals o
            ON o.proposal_id = p.proposal_id AND o.organisation_id <> p.organisation_id
        WHERE p.proposal_id = fresh ORDER BY p.organisation_id, o.organisation_id;
END $$;

REVOKE EXECUTE ON FUNCTION link_propose FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_propose TO usher_app;
