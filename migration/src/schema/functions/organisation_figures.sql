-- How many people organisations have, and how many seats they take, for the operator, who does not see the people.
CREATE OR REPLACE FUNCTION organisation_figures(organisations uuid[])
RETURNS TABLE (id uuid, people bigint, seats bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT organisation_id, count(*), count(*) FILTER (WHERE way_in <> 'none') FROM users
    WHERE organisation_id = ANY (organisations) AND archived_at IS NULL GROUP BY organisation_id;
$$;

REVOKE EXECUTE ON FUNCTION organisation_figures FROM PUBLIC;
GRANT EXECUTE ON FUNCTION organisation_figures TO usher_app;
