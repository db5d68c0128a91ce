-- Deletes a browser's drafts: one person's, or all.
CREATE OR REPLACE FUNCTION drafts_delete(browser bytea, whose bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM drafts WHERE browser_hash = browser AND (whose IS NULL OR person = whose);
$$;

REVOKE EXECUTE ON FUNCTION drafts_delete FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drafts_delete TO usher_app;
