-- Ends a person's sessions, and those that were switched from them, except one.
CREATE OR REPLACE FUNCTION sessions_end_of(organisation uuid, person uuid, but bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM sessions WHERE token_hash IS DISTINCT FROM but
        AND ((organisation_id = organisation AND user_id = person)
            OR (root_organisation_id = organisation AND root_user_id = person));
$$;

REVOKE EXECUTE ON FUNCTION sessions_end_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sessions_end_of TO usher_app;
