-- The condition of a search for users: the organisation, the texts, the people within reach (as Bounds in
-- domain/src/scope/bounds.rs narrows every other query), and the status. It is text, with every value quoted, because a
-- plan for unknown patterns does not use the trigram index. An empty rarest pattern asks for nothing.
CREATE OR REPLACE FUNCTION users_found(
    patterns text[], rarest text, everybody boolean, me uuid, of_office uuid, of_teams uuid[], bound uuid, status text
) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT format('organisation_id = %1$L AND archived_at IS %2$s NULL %3$s
            AND search_text LIKE ALL (%4$L::text[]) %5$s %6$s %7$s',
        nullif(current_setting('app.organisation', true), '')::uuid,
        CASE WHEN status = 'archived' THEN 'NOT' ELSE '' END,
        CASE WHEN rarest = '' THEN '' ELSE format('AND search_text LIKE %L', rarest) END, patterns,
        CASE WHEN everybody THEN ''
            ELSE format('AND (id = %L OR office_id = %L OR id IN (
                    SELECT user_id FROM team_members WHERE organisation_id = %L AND team_id = ANY (%L::uuid[])))',
                me, of_office, nullif(current_setting('app.organisation', true), '')::uuid, of_teams) END,
        CASE WHEN bound IS NULL THEN '' ELSE format('AND office_id = %L', bound) END,
        CASE WHEN status IS NULL OR status = 'archived' THEN '' ELSE format('AND way_in = %L', status) END);
$$;

REVOKE EXECUTE ON FUNCTION users_found FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users_found TO usher_search;
