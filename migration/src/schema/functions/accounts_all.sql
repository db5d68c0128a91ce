-- The people with linked accounts, by name, and the accounts of one person after each other; the most recently linked,
-- if there are many; for the operator alone.
CREATE OR REPLACE FUNCTION accounts_all(most int)
RETURNS TABLE (
    person_id uuid, is_trusted boolean,
    organisation_id uuid, organisation_name text, user_id uuid, login_name text, name text, state text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.person_id, l.is_trusted, a.* FROM linked_accounts l
        JOIN users u ON (u.organisation_id, u.id) = (l.organisation_id, l.user_id)
        CROSS JOIN LATERAL account_shown(l.organisation_id, l.user_id) a
    WHERE operator_acts() AND l.person_id IN (
        SELECT p.person_id FROM linked_accounts p
        GROUP BY p.person_id ORDER BY max(p.linked_at) DESC, p.person_id LIMIT most)
    ORDER BY min(u.sort_name) OVER (PARTITION BY l.person_id), l.person_id, u.sort_name, l.organisation_id;
$$;

REVOKE EXECUTE ON FUNCTION accounts_all FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_all TO usher_app;
