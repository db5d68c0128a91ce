//! Indexes for the counts on dashboards of large organisations, measured by `make bench` with 100
//! 000 people and 200 000 referrals.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(INDEXES).await?;
        Ok(())
    }
}

const INDEXES: &str = "
CREATE INDEX users_never_signed_in ON users (organisation_id, id)
    WHERE archived_at IS NULL AND last_active_at IS NULL AND way_in <> 'none';
CREATE INDEX referrals_to_answer ON referrals (organisation_id, created_at, id) WHERE status = 'sent' AND direction <> 'sent';";
