//! A user with an unused temporary password counts as not notified: the index of users who were not
//! notified includes them.

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

/// The condition must be identical to that of the list and the start page, or Postgres does not use
/// the index.
const INDEX: &str = "
DROP INDEX users_untold;
CREATE INDEX users_untold ON users (organisation_id, id)
    WHERE archived_at IS NULL AND (way_in <> 'password' AND told_at IS NULL OR way_in = 'password' AND sign_in_ends_at IS NOT NULL);
";
