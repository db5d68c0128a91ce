-- Whether a session could be switched to an account: the codes of State in types/src/accounts/views.rs.
CREATE OR REPLACE FUNCTION account_state(organisation uuid, person uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN u.archived_at IS NOT NULL THEN 'archived'
        WHEN o.suspended_at IS NOT NULL THEN 'suspended'
        WHEN u.way_in = 'invited' THEN 'invited'
        WHEN u.way_in = 'none' OR c.user_id IS NULL THEN 'no_way_in'
        WHEN c.is_temporary THEN 'temporary'
        ELSE 'ready' END
    FROM users u JOIN organisations o ON o.id = u.organisation_id
        LEFT JOIN credentials c ON (c.organisation_id, c.user_id) = (u.organisation_id, u.id)
    WHERE u.organisation_id = organisation AND u.id = person;
$$;

REVOKE EXECUTE ON FUNCTION account_state FROM PUBLIC;
