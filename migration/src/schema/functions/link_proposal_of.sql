-- The proposal that waits for the answer of an account's holder: a row for each other account, with what the holders
-- see of each other.
CREATE OR REPLACE FUNCTION link_proposal_of(holder uuid, at timestamptz)
RETURNS TABLE (
    proposal_id uuid, has_agreed boolean, expires_at timestamptz,
    name text, organisation_name text, other_has_agreed boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.proposal_id, p.agreed_at IS NOT NULL, p.expires_at,
        concat_ws(' ', u.first_name, nullif(u.last_name, '')), g.name, o.agreed_at IS NOT NULL
    FROM link_proposals p
        JOIN link_proposals o ON o.proposal_id = p.proposal_id AND o.organisation_id <> p.organisation_id
        JOIN users u ON (u.organisation_id, u.id) = (o.organisation_id, o.user_id)
        JOIN organisations g ON g.id = o.organisation_id
    WHERE p.organisation_id = acting_organisation() AND p.user_id = holder AND p.expires_at > at
    ORDER BY g.name, g.id;
$$;

REVOKE EXECUTE ON FUNCTION link_proposal_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_proposal_of TO usher_app;
