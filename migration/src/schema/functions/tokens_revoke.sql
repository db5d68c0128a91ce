-- Revokes a person's links of one kind, or those that belong to nobody.
CREATE OR REPLACE FUNCTION tokens_revoke(organisation uuid, person uuid, what text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM tokens WHERE purpose = what
        AND organisation_id IS NOT DISTINCT FROM organisation AND user_id IS NOT DISTINCT FROM person;
$$;

REVOKE EXECUTE ON FUNCTION tokens_revoke FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tokens_revoke TO usher_app;
