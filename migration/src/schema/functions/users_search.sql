-- A page of the users whose text matches all patterns, after or before a row, in the order of the list (decision
-- 0023).
CREATE OR REPLACE FUNCTION users_search(
    patterns text[], rarest text, everybody boolean, me uuid, of_office uuid, of_teams uuid[], bound uuid, status text,
    after_name text, after_id uuid, forward boolean, most int
) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT id FROM users WHERE %s %s ORDER BY sort_name %s, id %s LIMIT %s',
        users_found(patterns, rarest, everybody, me, of_office, of_teams, bound, status),
        CASE WHEN after_name IS NULL THEN ''
            ELSE format('AND (sort_name, id) %s (%L, %L::uuid)',
                CASE WHEN forward THEN '>' ELSE '<' END, after_name, after_id) END,
        CASE WHEN forward THEN 'ASC' ELSE 'DESC' END, CASE WHEN forward THEN 'ASC' ELSE 'DESC' END, most);
END $$;

REVOKE EXECUTE ON FUNCTION users_search FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users_search TO usher_app;
ALTER FUNCTION users_search OWNER TO usher_search;
