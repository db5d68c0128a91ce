-- The number of clients whose text matches all patterns, counted up to `most`.
CREATE OR REPLACE FUNCTION clients_count(
    patterns text[], rarest text, everybody boolean, me uuid, account uuid, own_teams uuid[], covered uuid[],
    of_office uuid, bound uuid, archived boolean, most int
) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counted bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM clients WHERE %s LIMIT %s) AS found',
        clients_found(patterns, rarest, everybody, me, account, own_teams, covered, of_office, bound, archived), most)
        INTO counted;
    RETURN counted;
END $$;

REVOKE EXECUTE ON FUNCTION clients_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clients_count TO usher_app;
ALTER FUNCTION clients_count OWNER TO usher_search;
