-- The proposals that wait for answers, the first to expire first: a row for each account; for the operator alone.
CREATE OR REPLACE FUNCTION link_proposals_open(at timestamptz, most int)
RETURNS TABLE (
    proposal_id uuid, expires_at timestamptz, has_agreed boolean,
    organisation_id uuid, organisation_name text, user_id uuid, login_name text, name text, state text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.proposal_id, w.expires_at, p.agreed_at IS NOT NULL, a.*
    FROM (SELECT o.proposal_id, min(o.expires_at) AS expires_at FROM link_proposals o
            WHERE operator_acts() AND o.expires_at > at GROUP BY o.proposal_id ORDER BY 2, 1 LIMIT most) w
        JOIN link_proposals p ON p.proposal_id = w.proposal_id
        CROSS JOIN LATERAL account_shown(p.organisation_id, p.user_id) a
    ORDER BY w.expires_at, p.proposal_id, a.organisation_name COLLATE "sv-x-icu", a.organisation_id;
$$;

REVOKE EXECUTE ON FUNCTION link_proposals_open FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_proposals_open TO usher_app;
