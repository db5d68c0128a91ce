-- An account as other organisations see it.
CREATE OR REPLACE FUNCTION account_shown(organisation uuid, person uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('organisation', o.id, 'organisation_name', o.name, 'user', u.id, 'login_name', u.login_name,
        'name', concat_ws(' ', u.first_name, nullif(u.last_name, '')), 'state', account_state(organisation, person))
    FROM users u JOIN organisations o ON o.id = u.organisation_id WHERE u.organisation_id = organisation AND u.id = person;
$$;

REVOKE EXECUTE ON FUNCTION account_shown FROM PUBLIC;
