-- The proposal that waits for the answer of an account's holder, with what they see of the other accounts.
CREATE OR REPLACE FUNCTION link_proposal_of(holder uuid, at timestamptz)
RETURNS TABLE (proposal_id uuid, has_agreed boolean, expires_at timestamptz, others jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.proposal_id, p.agreed_at IS NOT NULL, p.expires_at,
        (SELECT jsonb_agg(jsonb_build_object('name', concat_ws(' ', u.first_name, nullif(u.last_name, '')), 'organisation_name', g.name,
                'has_agreed', o.agreed_at IS NOT NULL) ORDER BY g.name, g.id)
            FROM link_proposals o JOIN users u ON (u.organisation_id, u.id) = (o.organisation_id, o.user_id)
                JOIN organisations g ON g.id = o.organisation_id
            WHERE o.proposal_id = p.proposal_id AND o.organisation_id <> p.organisation_id)
    FROM link_proposals p WHERE p.organisation_id = acting_organisation() AND p.user_id = holder AND p.expires_at > at;
$$;

REVOKE EXECUTE ON FUNCTION link_proposal_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_proposal_of TO usher_app;
