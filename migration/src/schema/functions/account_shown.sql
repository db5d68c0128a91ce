-- An account as other organisations see it: one row, for a lateral join.
CREATE OR REPLACE FUNCTION account_shown(organisation uuid, person uuid)
RETURNS TABLE (
    organisation_id uuid, organisation_name text, user_id uuid, login_name text, name text, state text
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT o.id, o.name, u.id, u.login_name,
        concat_ws(' ', u.first_name, nullif(u.last_name, '')), account_state(organisation, person)
    FROM users u JOIN organisations o ON o.id = u.organisation_id
    WHERE u.organisation_id = organisation AND u.id = person;
$$;

REVOKE EXECUTE ON FUNCTION account_shown FROM PUBLIC;
