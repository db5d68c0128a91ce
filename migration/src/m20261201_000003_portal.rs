//! The customer portal's roles are an organisation's once its settings switch the portal on, and then its Organisation administrators
//! give and manage them; the operator's System administrators always do.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(SWITCH).await?;
        db.execute_unprepared(&format!("GRANT UPDATE (uses_portal) ON organisations TO {APP_ROLE}")).await?;
        Ok(())
    }
}

/// Nobody could give these roles outside the operator's organisation, so that nobody holds one there and none is lost.
const SWITCH: &str = "
ALTER TABLE organisations ADD COLUMN uses_portal boolean NOT NULL DEFAULT false;
UPDATE roles r SET retired_at = now() FROM organisations o WHERE o.id = r.organisation_id AND NOT o.is_operator
    AND r.key IN ('security_administrator', 'portal_administrator', 'super_user');
";
