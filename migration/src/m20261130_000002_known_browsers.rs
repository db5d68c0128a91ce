//! Browsers with which users have signed in before.

use sea_orm_migration::prelude::*;

use crate::tenant::{Allowed, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(&table(
            "known_browsers",
            "user_id, token_hash",
            COLUMNS,
            Allowed::All,
        ))
        .await?;
        db.execute_unprepared(AGE).await?;
        Ok(())
    }
}

const COLUMNS: &str = "user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    seen_at timestamptz NOT NULL,
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE";

/// For the sweep, which deletes browsers without a sign-in for 90 days (m20261201_000005).
const AGE: &str = "CREATE INDEX known_browsers_age ON known_browsers (seen_at)";
