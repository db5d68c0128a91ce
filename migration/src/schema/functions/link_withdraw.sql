-- Ends a proposal, for the operator alone. Returns the accounts that it concerns.
CREATE OR REPLACE FUNCTION link_withdraw(proposal uuid)
RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH withdrawn AS (DELETE FROM link_proposals p WHERE p.proposal_id = proposal AND operator_acts() RETURNING p.*)
    SELECT p.organisation_id, p.user_id, o.organisation_id
    FROM withdrawn p JOIN withdrawn o ON o.organisation_id <> p.organisation_id
    ORDER BY p.organisation_id, o.organisation_id;
$$;

REVOKE EXECUTE ON FUNCTION link_withdraw FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_withdraw TO usher_app;
