-- A secret that is shown once, for ten minutes: reading deletes it.
CREATE OR REPLACE FUNCTION draft_take(draft uuid, browser bytea, whose bytea, at timestamptz) RETURNS bytea
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM drafts
    WHERE id = draft AND browser_hash = browser AND person = whose AND created_at > at - interval '10 minutes'
    RETURNING sealed;
$$;

REVOKE EXECUTE ON FUNCTION draft_take FROM PUBLIC;
GRANT EXECUTE ON FUNCTION draft_take TO usher_app;
