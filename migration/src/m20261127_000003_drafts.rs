//! Drafts are encrypted, belong to a user, and are limited in number.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(CHANGES).await?;
        db.execute_unprepared(&grants()).await?;
        Ok(())
    }
}

/// Existing drafts are readable for everybody who can read the table, so they are deleted; drafts
/// are kept for at most a day anyway.
const CHANGES: &str = "
DROP FUNCTION draft_keep, draft_find;
TRUNCATE drafts;
ALTER TABLE drafts DROP COLUMN body, ADD COLUMN person bytea, ADD COLUMN sealed bytea NOT NULL;
CREATE INDEX drafts_browser ON drafts (browser_hash, created_at DESC, id DESC);
CREATE INDEX drafts_person ON drafts (person, created_at DESC, id DESC) WHERE person IS NOT NULL;
CREATE INDEX drafts_visitors ON drafts (created_at DESC, id DESC) WHERE person IS NULL;

CREATE FUNCTION draft_keep(draft uuid, browser bytea, whose bytea, content bytea, at timestamptz,
    of_browser int, of_person int, of_visitors int, of_all int) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO drafts (id, browser_hash, person, sealed, created_at) VALUES (draft, browser, whose, content, at);
    DELETE FROM drafts WHERE id IN (SELECT d.id FROM drafts d WHERE d.id IN (
            (SELECT id FROM drafts WHERE browser_hash = browser ORDER BY created_at DESC, id DESC OFFSET of_browser)
            UNION (SELECT id FROM drafts WHERE person = whose ORDER BY created_at DESC, id DESC OFFSET of_person)
            UNION (SELECT id FROM drafts WHERE whose IS NULL AND person IS NULL ORDER BY created_at DESC, id DESC OFFSET of_visitors)
            UNION (SELECT id FROM drafts ORDER BY created_at DESC OFFSET of_all))
        FOR UPDATE OF d SKIP LOCKED);
$$;

CREATE FUNCTION draft_find(draft uuid, browser bytea, at timestamptz) RETURNS TABLE (person bytea, sealed bytea)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person, sealed FROM drafts WHERE id = draft AND browser_hash = browser AND created_at > at - interval '24 hours';
$$;

CREATE FUNCTION drafts_delete(browser bytea, whose bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM drafts WHERE browser_hash = browser AND (whose IS NULL OR person = whose);
$$;
";

const OURS: &str = "draft_keep, draft_find, drafts_delete";

fn grants() -> String {
    format!(
        "REVOKE EXECUTE ON FUNCTION {OURS} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {OURS} TO {APP_ROLE};"
    )
}
