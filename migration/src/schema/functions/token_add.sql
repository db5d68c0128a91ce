-- Stores the hash of a link's token.
CREATE OR REPLACE FUNCTION token_add(
    hash bytea, what text, organisation uuid, person uuid, payload jsonb, until timestamptz
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO tokens VALUES (hash, what, organisation, person, payload, until);
$$;

REVOKE EXECUTE ON FUNCTION token_add FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_add TO usher_app;
