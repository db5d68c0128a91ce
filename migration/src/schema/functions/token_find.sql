-- What a link is for, without consuming it.
CREATE OR REPLACE FUNCTION token_find(hash bytea, what text, at timestamptz)
RETURNS TABLE (organisation_id uuid, user_id uuid, data jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT organisation_id, user_id, data FROM tokens WHERE token_hash = hash AND purpose = what AND expires_at > at;
$$;

REVOKE EXECUTE ON FUNCTION token_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_find TO usher_app;
