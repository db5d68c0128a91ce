//! Events that a caller can repeat at will are counted above a limit, and written as a single row.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;
use crate::tenant::{Allowed, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(&table(
            "repeated_events",
            "user_id, kind",
            COLUMNS,
            Allowed::All,
        ))
        .await?;
        db.execute_unprepared(&due()).await?;
        Ok(())
    }
}

const COLUMNS: &str = "user_id uuid NOT NULL,
        kind text NOT NULL,
        since timestamptz NOT NULL,
        counted int NOT NULL,
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE";

/// Finds the organisations with due counts: the worker asks for all of them at once, and writes in
/// each one separately.
fn due() -> String {
    format!(
        "CREATE INDEX repeated_events_age ON repeated_events (since);
        CREATE FUNCTION repeated_due(over timestamptz) RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT DISTINCT organisation_id FROM repeated_events WHERE since <= over;
        $$;
        REVOKE EXECUTE ON FUNCTION repeated_due FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION repeated_due TO {APP_ROLE};"
    )
}
