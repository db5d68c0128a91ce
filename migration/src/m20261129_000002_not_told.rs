//! Somebody whose temporary password was not used yet has not been told of their account: the index of those who were not holds them, too.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(INDEX).await?;
        Ok(())
    }
}

/// The condition is word for word what the list and the start page ask, or Postgres would not know that the index answers it.
const INDEX: &str = "
DROP INDEX users_untold;
CREATE INDEX users_untold ON users (organisation_id, id)
    WHERE archived_at IS NULL AND (way_in <> 'password' AND told_at IS NULL OR way_in = 'password' AND sign_in_ends_at IS NOT NULL);
";
