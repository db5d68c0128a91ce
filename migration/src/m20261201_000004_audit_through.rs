//! Events in a switched session record the account that signed in.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(COLUMNS).await?;
        db.execute_unprepared(&functions()).await?;
        Ok(())
    }
}

/// Repeated events are counted for each account that signed in; the nil id stands for the user's
/// own account.
const COLUMNS: &str = "
ALTER TABLE audit_events ADD COLUMN through_id uuid, ADD COLUMN through_organisation_id uuid;
ALTER TABLE repeated_events ADD COLUMN through_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    ADD COLUMN through_organisation_id uuid;
ALTER TABLE repeated_events DROP CONSTRAINT repeated_events_pkey, ADD PRIMARY KEY (organisation_id, user_id, kind, through_id);
";

/// An organisation can read the name and the organisation of accounts elsewhere that acted in it,
/// and of no others.
fn functions() -> String {
    format!(
        "CREATE FUNCTION session_through(hash bytea) RETURNS jsonb
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT jsonb_build_array(root_user_id, root_organisation_id) FROM sessions
            WHERE token_hash = hash AND (root_organisation_id, root_user_id) <> (organisation_id, user_id);
        $$;
        CREATE FUNCTION audit_through(events uuid[]) RETURNS TABLE (event_id uuid, name text, organisation_name text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT e.id, concat_ws(' ', u.first_name, nullif(u.last_name, '')), o.name FROM audit_events e
                JOIN users u ON (u.organisation_id, u.id) = (e.through_organisation_id, e.through_id)
                JOIN organisations o ON o.id = u.organisation_id
            WHERE e.organisation_id = acting_organisation() AND e.id = ANY (events);
        $$;
        DROP FUNCTION repeated_due;
        CREATE FUNCTION repeated_due(over timestamptz) RETURNS TABLE (organisation_id uuid, through_id uuid, through_organisation_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT DISTINCT organisation_id, through_id, through_organisation_id FROM repeated_events WHERE since <= over;
        $$;
        REVOKE EXECUTE ON FUNCTION session_through, audit_through, repeated_due FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION session_through, audit_through, repeated_due TO {APP_ROLE};"
    )
}
