-- Ends all sessions of an organisation, which was suspended.
CREATE OR REPLACE FUNCTION sessions_end_in(organisation uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM sessions WHERE organisation_id = organisation;
$$;

REVOKE EXECUTE ON FUNCTION sessions_end_in FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sessions_end_in TO usher_app;
