-- The accounts that are linked with one of this organisation.
CREATE OR REPLACE FUNCTION accounts_linked(person uuid)
RETURNS TABLE (
    organisation_id uuid, organisation_name text, user_id uuid, login_name text, name text, state text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.*
    FROM linked_accounts mine
        JOIN linked_accounts l ON l.person_id = mine.person_id AND l.organisation_id <> mine.organisation_id
        CROSS JOIN LATERAL account_shown(l.organisation_id, l.user_id) a
    WHERE mine.organisation_id = acting_organisation() AND mine.user_id = person
    ORDER BY a.organisation_name COLLATE "sv-x-icu", a.organisation_id;
$$;

REVOKE EXECUTE ON FUNCTION accounts_linked FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_linked TO usher_app;
