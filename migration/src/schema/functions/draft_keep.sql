-- Stores a draft, and deletes the oldest ones beyond the limits of the browser, the person, all visitors and all.
CREATE OR REPLACE FUNCTION draft_keep(
    draft uuid, browser bytea, whose bytea, content bytea, at timestamptz,
    of_browser int, of_person int, of_visitors int, of_all int
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO drafts (id, browser_hash, person, sealed, created_at) VALUES (draft, browser, whose, content, at);
    DELETE FROM drafts WHERE id IN (SELECT d.id FROM drafts d WHERE d.id IN (
            (SELECT id FROM drafts WHERE browser_hash = browser ORDER BY created_at DESC, id DESC OFFSET of_browser)
            UNION (SELECT id FROM drafts WHERE person = whose ORDER BY created_at DESC, id DESC OFFSET of_person)
            UNION (SELECT id FROM drafts WHERE whose IS NULL AND person IS NULL
                ORDER BY created_at DESC, id DESC OFFSET of_visitors)
            UNION (SELECT id FROM drafts ORDER BY created_at DESC OFFSET of_all))
        FOR UPDATE OF d SKIP LOCKED);
$$;

REVOKE EXECUTE ON FUNCTION draft_keep FROM PUBLIC;
GRANT EXECUTE ON FUNCTION draft_keep TO usher_app;
