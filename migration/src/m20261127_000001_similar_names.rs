//! The search finds people and clients whose names resemble what was typed.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for file in [
            include_str!("schema/functions/users_found.sql"),
            include_str!("schema/functions/clients_found.sql"),
            include_str!("schema/functions/users_similar.sql"),
            include_str!("schema/functions/clients_similar.sql"),
        ] {
            db.execute_unprepared(file).await?;
        }
        Ok(())
    }
}
