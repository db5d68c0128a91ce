-- Ends a session; returns whose it was.
CREATE OR REPLACE FUNCTION session_end(hash bytea) RETURNS TABLE (organisation_id uuid, user_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM sessions WHERE token_hash = hash RETURNING organisation_id, user_id;
$$;

REVOKE EXECUTE ON FUNCTION session_end FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_end TO usher_app;
