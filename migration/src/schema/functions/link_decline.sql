-- Ends a proposal as the holder of one of its accounts. Returns the accounts that it concerns.
CREATE OR REPLACE FUNCTION link_decline(proposal uuid, holder uuid, at timestamptz)
RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH declined AS (DELETE FROM link_proposals p WHERE p.proposal_id IN (
        SELECT m.proposal_id FROM link_proposals m
        WHERE m.proposal_id = proposal AND m.expires_at > at
            AND m.organisation_id = acting_organisation() AND m.user_id = holder) RETURNING p.*)
    SELECT p.organisation_id, p.user_id, o.organisation_id
    FROM declined p JOIN declined o ON o.organisation_id <> p.organisation_id
    WHERE acting_organisation() IN (p.organisation_id, o.organisation_id) ORDER BY p.organisation_id, o.organisation_id;
$$;

REVOKE EXECUTE ON FUNCTION link_decline FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_decline TO usher_app;
