//! A new temporary password is shown once more to the administrator who set it, and deleted when it
//! is read.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(&format!("{CHANGES} {}", grants()))
            .await?;
        Ok(())
    }
}

const CHANGES: &str = "
CREATE FUNCTION draft_take(draft uuid, browser bytea, whose bytea, at timestamptz) RETURNS bytea
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM drafts WHERE id = draft AND browser_hash = browser AND person = whose AND created_at > at - interval '10 minutes' RETURNING sealed;
$$;
";

fn grants() -> String {
    format!(
        "REVOKE EXECUTE ON FUNCTION draft_take FROM PUBLIC; GRANT EXECUTE ON FUNCTION draft_take TO {APP_ROLE};"
    )
}
