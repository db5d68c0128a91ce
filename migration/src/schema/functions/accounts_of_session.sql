-- The organisations in which the holder of a session has linked accounts, for the menu.
CREATE OR REPLACE FUNCTION accounts_of_session(hash bytea) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_agg(jsonb_build_array(o.id, o.name) ORDER BY o.name, o.id)
    FROM sessions s JOIN linked_accounts mine ON (mine.organisation_id, mine.user_id) = (s.organisation_id, s.user_id)
        JOIN linked_accounts l ON l.person_id = mine.person_id AND l.organisation_id <> mine.organisation_id
        JOIN organisations o ON o.id = l.organisation_id
    WHERE s.token_hash = hash;
$$;

REVOKE EXECUTE ON FUNCTION accounts_of_session FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_of_session TO usher_app;
