-- A draft of a browser, for a day.
CREATE OR REPLACE FUNCTION draft_find(draft uuid, browser bytea, at timestamptz)
RETURNS TABLE (person bytea, sealed bytea)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person, sealed FROM drafts
    WHERE id = draft AND browser_hash = browser AND created_at > at - interval '24 hours';
$$;

REVOKE EXECUTE ON FUNCTION draft_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION draft_find TO usher_app;
