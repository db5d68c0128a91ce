-- The account that signed in, if a session was switched from another one.
CREATE OR REPLACE FUNCTION session_through(hash bytea) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_array(root_user_id, root_organisation_id) FROM sessions
    WHERE token_hash = hash AND (root_organisation_id, root_user_id) <> (organisation_id, user_id);
$$;

REVOKE EXECUTE ON FUNCTION session_through FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_through TO usher_app;
