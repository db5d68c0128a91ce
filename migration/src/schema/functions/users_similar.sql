-- The people whose names, login name or address resemble the words, the most similar first: for a search that finds
-- nothing as it was typed. Within the same reach as users_search; archived people are left out.
CREATE OR REPLACE FUNCTION users_similar(
    words text[], patterns text[], everybody boolean, me uuid, of_office uuid, of_teams uuid[], bound uuid, most int
) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET pg_trgm.word_similarity_threshold = 0.45 AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT id FROM users WHERE %s %s ORDER BY %s DESC, sort_name, id LIMIT %s',
        users_found(patterns, '', everybody, me, of_office, of_teams, bound, NULL),
        (SELECT string_agg(format('AND %L <%% search_text', word), ' ') FROM unnest(words) AS word),
        (SELECT string_agg(format('word_similarity(%L, search_text)', word), ' + ') FROM unnest(words) AS word),
        most);
END $$;

REVOKE EXECUTE ON FUNCTION users_similar FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users_similar TO usher_app;
ALTER FUNCTION users_similar OWNER TO usher_search;
