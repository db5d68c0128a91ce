-- Where counted events are due to be written: the worker asks for all organisations, and writes in each.
CREATE OR REPLACE FUNCTION repeated_due(over timestamptz)
RETURNS TABLE (organisation_id uuid, through_id uuid, through_organisation_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id, through_id, through_organisation_id FROM repeated_events WHERE since <= over;
$$;

REVOKE EXECUTE ON FUNCTION repeated_due FROM PUBLIC;
GRANT EXECUTE ON FUNCTION repeated_due TO usher_app;
