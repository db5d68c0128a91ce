-- The clients within reach of a person who does not reach all of them: those they are responsible for or linked to,
-- their own record if `account` is given, those of teams they cover in any office, those of the teams of an office,
-- and those of their own teams, as far as the office that bounds them goes (decisions 0016, 0042). Defined once, for
-- the queries and for the search.
CREATE OR REPLACE FUNCTION clients_within(
    organisation uuid, me uuid, account uuid, own_teams uuid[], covered uuid[], of_office uuid, bound uuid
) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
    SELECT id FROM clients WHERE organisation_id = organisation AND responsible_id = me
    UNION ALL SELECT client_id FROM client_links WHERE organisation_id = organisation AND user_id = me
    UNION ALL SELECT id FROM clients WHERE organisation_id = organisation AND user_id = account
    UNION ALL SELECT c.id FROM clients c WHERE c.organisation_id = organisation AND c.team_id IN (
        SELECT t.id FROM teams t WHERE t.organisation_id = organisation
            AND (t.id = ANY (covered) OR t.office_id = of_office
            OR (t.id = ANY (own_teams) AND (bound IS NULL OR t.office_id IS NULL OR t.office_id = bound))))
$$;

REVOKE EXECUTE ON FUNCTION clients_within FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clients_within TO usher_app, usher_search;
