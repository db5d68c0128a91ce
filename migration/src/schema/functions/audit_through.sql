-- The name and the organisation of accounts elsewhere that acted in this organisation through a switched session, and
-- of no others.
CREATE OR REPLACE FUNCTION audit_through(events uuid[])
RETURNS TABLE (event_id uuid, name text, organisation_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, concat_ws(' ', u.first_name, nullif(u.last_name, '')), o.name FROM audit_events e
        JOIN users u ON (u.organisation_id, u.id) = (e.through_organisation_id, e.through_id)
        JOIN organisations o ON o.id = u.organisation_id
    WHERE e.organisation_id = acting_organisation() AND e.id = ANY (events);
$$;

REVOKE EXECUTE ON FUNCTION audit_through FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_through TO usher_app;
