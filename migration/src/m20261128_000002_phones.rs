//! Search for users and clients by phone number.

use sea_orm_migration::prelude::*;
use usher_types::phone;

use crate::rows;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for table in ["users", "clients"] {
            let sql =
                format!("SELECT id::text, search_text, phone FROM {table} WHERE phone IS NOT NULL");
            let found = rows::texts(db, &sql).await?;
            let texts: Vec<_> = found
                .into_iter()
                .map(|[id, text, number]| (id, format!("{text}{} ", phone::found_by(&number))))
                .collect();
            rows::set(db, table, "search_text", &texts).await?;
        }
        // the parts of a client's phone number are searched as a single text
        db.execute_unprepared(NUMBERS).await?;
        Ok(())
    }
}

const NUMBERS: &str = "
UPDATE clients SET search_text = search_text || regexp_replace(number, '[^0-9]', '', 'g') || ' ' WHERE number ~ '[0-9][^0-9]+[0-9]';
";
