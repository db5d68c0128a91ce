//! The move of a caseload is stored while it can be undone, and swept afterwards.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(SWEEP).await?;
        Ok(())
    }
}

/// The audit log is the only lasting record of who was whose client, so a move is not needed after
/// its time for undoing (ASVS 14.2.7).
const SWEEP: &str = "
CREATE INDEX caseload_moves_age ON caseload_moves (moved_at);
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
            SELECT organisation_id, id FROM caseload_moves WHERE moved_at <= at - interval '24 hours' LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1)
    SELECT greatest((SELECT count(*) FROM ended), (SELECT count(*) FROM dead), (SELECT count(*) FROM forgotten), (SELECT count(*) FROM stale),
        (SELECT count(*) FROM settled));
$$;";
