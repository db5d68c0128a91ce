-- The names of the operator's people who acted in this organisation, and of no others.
CREATE OR REPLACE FUNCTION operators_here(people uuid[]) RETURNS TABLE (id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, concat_ws(' ', u.first_name, nullif(u.last_name, '')) || ' (' || o.name || ')'
    FROM organisations o JOIN users u ON u.organisation_id = o.id
    WHERE o.is_operator AND u.id = ANY (people) AND EXISTS (SELECT FROM audit_events e
        WHERE e.organisation_id = acting_organisation() AND e.actor_id = u.id AND e.actor_organisation_id = o.id);
$$;

REVOKE EXECUTE ON FUNCTION operators_here FROM PUBLIC;
GRANT EXECUTE ON FUNCTION operators_here TO usher_app;
