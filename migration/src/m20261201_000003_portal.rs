//! An organisation has the roles of the customer portal once its settings enable the portal. From
//! then on its Organisation administrators assign and manage them; the operator's System
//! administrators always can.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(SWITCH).await?;
        db.execute_unprepared(&format!(
            "GRANT UPDATE (uses_portal) ON organisations TO {APP_ROLE}"
        ))
        .await?;
        Ok(())
    }
}

/// Outside the operator's organisation nobody could assign these roles, so no assignments exist
/// there that could be lost.
const SWITCH: &str = "
ALTER TABLE organisations ADD COLUMN uses_portal boolean NOT NULL DEFAULT false;
UPDATE roles r SET retired_at = now() FROM organisations o WHERE o.id = r.organisation_id AND NOT o.is_operator
    AND r.key IN ('security_administrator', 'portal_administrator', 'super_user');
";
