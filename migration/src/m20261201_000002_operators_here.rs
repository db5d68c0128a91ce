//! Names of the operator's users who acted in an organisation, because its audit log shows System
//! administrators by name.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(&function())
            .await?;
        Ok(())
    }
}

/// Returns only the names of users who are in the audit log of the current tenant.
fn function() -> String {
    format!(
        "CREATE OR REPLACE FUNCTION operators_here(people uuid[]) RETURNS TABLE (id uuid, name text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT u.id, concat_ws(' ', u.first_name, nullif(u.last_name, '')) || ' (' || o.name || ')'
            FROM organisations o JOIN users u ON u.organisation_id = o.id
            WHERE o.is_operator AND u.id = ANY (people) AND EXISTS (SELECT FROM audit_events e
                WHERE e.organisation_id = acting_organisation() AND e.actor_id = u.id AND e.actor_organisation_id = o.id);
        $$;
        REVOKE EXECUTE ON FUNCTION operators_here FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION operators_here TO {APP_ROLE};"
    )
}
