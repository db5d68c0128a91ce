-- The number of users whose text matches all patterns, counted up to `most`.
CREATE OR REPLACE FUNCTION users_count(
    patterns text[], rarest text, everybody boolean, me uuid, of_office uuid, of_teams uuid[], bound uuid, status text,
    most int
) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counted bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM users WHERE %s LIMIT %s) AS found',
        users_found(patterns, rarest, everybody, me, of_office, of_teams, bound, status), most)
        INTO counted;
    RETURN counted;
END $$;

REVOKE EXECUTE ON FUNCTION users_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users_count TO usher_app;
ALTER FUNCTION users_count OWNER TO usher_search;
