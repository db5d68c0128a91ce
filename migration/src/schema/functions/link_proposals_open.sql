-- The proposals that wait for answers, for the operator alone.
CREATE OR REPLACE FUNCTION link_proposals_open(at timestamptz, most int)
RETURNS TABLE (proposal_id uuid, expires_at timestamptz, accounts jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.proposal_id, min(p.expires_at),
        jsonb_agg(jsonb_build_array(account_shown(p.organisation_id, p.user_id), p.agreed_at IS NOT NULL) ORDER BY g.name, g.id)
    FROM link_proposals p JOIN organisations g ON g.id = p.organisation_id
    WHERE operator_acts() AND p.expires_at > at GROUP BY p.proposal_id ORDER BY 2, 1 LIMIT most;
$$;

REVOKE EXECUTE ON FUNCTION link_proposals_open FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_proposals_open TO usher_app;
