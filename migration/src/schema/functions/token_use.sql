-- Consumes a link.
CREATE OR REPLACE FUNCTION token_use(hash bytea, what text, at timestamptz)
RETURNS TABLE (organisation_id uuid, user_id uuid, data jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM tokens WHERE token_hash = hash AND purpose = what AND expires_at > at
    RETURNING organisation_id, user_id, data;
$$;

REVOKE EXECUTE ON FUNCTION token_use FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_use TO usher_app;
