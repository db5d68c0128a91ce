//! Which organisation is the operator is fixed at its creation: the server's role can no longer
//! change it.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // a migration that adds a column must grant it, too
        let grant = format!(
            "REVOKE UPDATE ON organisations FROM {APP_ROLE};
            DO $$ BEGIN
                EXECUTE (SELECT format('GRANT UPDATE (%s) ON organisations TO {APP_ROLE}', string_agg(quote_ident(column_name), ', '))
                    FROM information_schema.columns
                    WHERE table_schema = 'public' AND table_name = 'organisations' AND column_name NOT IN ('id', 'is_operator', 'created_at'));
            END $$;"
        );
        manager.get_connection().execute_unprepared(&grant).await?;
        Ok(())
    }
}
