-- The clients whose names or numbers resemble the words, the most similar first: for a search that finds nothing as it
-- was typed. Within the same reach as clients_search; archived clients are left out.
CREATE OR REPLACE FUNCTION clients_similar(
    words text[], patterns text[], everybody boolean, me uuid, account uuid, own_teams uuid[], covered uuid[],
    of_office uuid, bound uuid, most int
) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET pg_trgm.word_similarity_threshold = 0.45 AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT id FROM clients WHERE %s %s ORDER BY %s DESC, sort_name, id LIMIT %s',
        clients_found(patterns, '', everybody, me, account, own_teams, covered, of_office, bound, false),
        (SELECT string_agg(format('AND %L <%% search_text', word), ' ') FROM unnest(words) AS word),
        (SELECT string_agg(format('word_similarity(%L, search_text)', word), ' + ') FROM unnest(words) AS word),
        most);
END $$;

REVOKE EXECUTE ON FUNCTION clients_similar FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clients_similar TO usher_app;
ALTER FUNCTION clients_similar OWNER TO usher_search;
