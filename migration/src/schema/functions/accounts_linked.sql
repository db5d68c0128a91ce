-- The accounts that are linked with one of this organisation.
CREATE OR REPLACE FUNCTION accounts_linked(person uuid) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT account_shown(l.organisation_id, l.user_id)
    FROM linked_accounts mine JOIN linked_accounts l ON l.person_id = mine.person_id AND l.organisation_id <> mine.organisation_id
        JOIN organisations o ON o.id = l.organisation_id
    WHERE mine.organisation_id = acting_organisation() AND mine.user_id = person ORDER BY o.name, o.id;
$$;

REVOKE EXECUTE ON FUNCTION accounts_linked FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_linked TO usher_app;
