-- The condition of a search for clients: the organisation, the texts, and the clients within reach. It is text, with
-- every value quoted, because a plan for unknown patterns does not use the trigram index. An empty rarest pattern asks
-- for nothing.
CREATE OR REPLACE FUNCTION clients_found(
    patterns text[], rarest text, everybody boolean, me uuid, account uuid, own_teams uuid[], covered uuid[],
    of_office uuid, bound uuid, archived boolean
) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT format('organisation_id = %1$L AND archived_at IS %2$s NULL %3$s
            AND search_text LIKE ALL (%4$L::text[]) %5$s',
        nullif(current_setting('app.organisation', true), '')::uuid,
        CASE WHEN archived THEN 'NOT' ELSE '' END,
        CASE WHEN rarest = '' THEN '' ELSE format('AND search_text LIKE %L', rarest) END, patterns,
        CASE WHEN everybody THEN ''
            ELSE format('AND id IN (SELECT within.id FROM clients_within(
                    %L::uuid, %L::uuid, %L::uuid, %L::uuid[], %L::uuid[], %L::uuid, %L::uuid) AS within (id))',
                nullif(current_setting('app.organisation', true), '')::uuid,
                me, account, own_teams, covered, of_office, bound) END);
$$;

REVOKE EXECUTE ON FUNCTION clients_found FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clients_found TO usher_search;
