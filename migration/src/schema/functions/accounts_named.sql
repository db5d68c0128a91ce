-- The accounts with a login name or an address, in all organisations; for the operator alone.
CREATE OR REPLACE FUNCTION accounts_named(named text)
RETURNS TABLE (
    organisation_id uuid, organisation_name text, user_id uuid, login_name text, name text, state text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.* FROM users u CROSS JOIN LATERAL account_shown(u.organisation_id, u.id) a
    WHERE operator_acts()
        AND ((u.organisation_id, u.id) IN (SELECT n.organisation_id, n.user_id FROM login_names n WHERE n.key = named)
            OR (u.organisation_id, u.email) IN (SELECT o.id, named FROM organisations o))
    ORDER BY u.sort_name, u.organisation_id LIMIT 20;
$$;

REVOKE EXECUTE ON FUNCTION accounts_named FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_named TO usher_app;
