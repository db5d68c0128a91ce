-- A page of the clients whose text matches all patterns, after or before a row, in the order of the list (decision
-- 0023).
CREATE OR REPLACE FUNCTION clients_search(
    patterns text[], rarest text, everybody boolean, me uuid, account uuid, own_teams uuid[], covered uuid[],
    of_office uuid, bound uuid, archived boolean, after_name text, after_id uuid, forward boolean, most int
) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT id FROM clients WHERE %s %s ORDER BY sort_name %s, id %s LIMIT %s',
        clients_found(patterns, rarest, everybody, me, account, own_teams, covered, of_office, bound, archived),
        CASE WHEN after_name IS NULL THEN ''
            ELSE format('AND (sort_name, id) %s (%L, %L::uuid)',
                CASE WHEN forward THEN '>' ELSE '<' END, after_name, after_id) END,
        CASE WHEN forward THEN 'ASC' ELSE 'DESC' END, CASE WHEN forward THEN 'ASC' ELSE 'DESC' END, most);
END $$;

REVOKE EXECUTE ON FUNCTION clients_search FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clients_search TO usher_app;
ALTER FUNCTION clients_search OWNER TO usher_search;
