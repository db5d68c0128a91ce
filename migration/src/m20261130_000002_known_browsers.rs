//! Browsers that people have signed in with before.

use sea_orm_migration::prelude::*;

use crate::tenant::{Allowed, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(&table("known_browsers", "user_id, token_hash", COLUMNS, Allowed::All)).await?;
        db.execute_unprepared(SWEEP).await?;
        Ok(())
    }
}

const COLUMNS: &str = "user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    seen_at timestamptz NOT NULL,
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE";

/// A browser that nobody has signed in with for 90 days is forgotten.
const SWEEP: &str = "
CREATE INDEX known_browsers_age ON known_browsers (seen_at);
CREATE OR REPLACE FUNCTION sweep(at timestamptz, idle interval, most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH ended AS (DELETE FROM sessions WHERE token_hash IN (
            SELECT token_hash FROM sessions WHERE ends_at <= at OR seen_at <= at - idle LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        dead AS (DELETE FROM tokens WHERE token_hash IN (
            SELECT token_hash FROM tokens WHERE expires_at <= at LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        forgotten AS (DELETE FROM throttles WHERE key IN (
            SELECT key FROM throttles WHERE since < at - interval '1 day' LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        stale AS (DELETE FROM drafts WHERE id IN (
            SELECT id FROM drafts WHERE created_at <= at - interval '24 hours' LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        settled AS (DELETE FROM caseload_moves WHERE (organisation_id, id) IN (
            SELECT organisation_id, id FROM caseload_moves WHERE moved_at <= at - interval '24 hours' LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        unused AS (DELETE FROM known_browsers WHERE (organisation_id, user_id, token_hash) IN (
            SELECT organisation_id, user_id, token_hash FROM known_browsers WHERE seen_at <= at - interval '90 days'
            LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1)
    SELECT greatest((SELECT count(*) FROM ended), (SELECT count(*) FROM dead), (SELECT count(*) FROM forgotten), (SELECT count(*) FROM stale),
        (SELECT count(*) FROM settled), (SELECT count(*) FROM unused));
$$;";
