//! Writes values that a migration computes in Rust, many rows in each statement.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};

/// The number of rows in a statement.
const CHUNK: usize = 1_000;

/// Runs a query; returns each row as texts.
///
/// # Errors
/// If the database fails.
pub async fn texts<const N: usize>(
    db: &impl ConnectionTrait,
    sql: &str,
) -> Result<Vec<[String; N]>, DbErr> {
    let rows = db
        .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    let text = |row: &sea_orm_migration::sea_orm::QueryResult| -> Result<[String; N], DbErr> {
        let mut texts = std::array::from_fn(|_| String::new());
        for (place, text) in texts.iter_mut().enumerate() {
            *text = row.try_get_by_index(place)?;
        }
        Ok(texts)
    };
    rows.iter().map(text).collect()
}

/// Sets a text column of the rows with these ids.
///
/// # Errors
/// If the database fails.
pub async fn set(
    db: &impl ConnectionTrait,
    table: &str,
    column: &str,
    rows: &[(String, String)],
) -> Result<(), DbErr> {
    set_from(db, table, column, "k.text", rows).await
}

/// Sets a column of the rows with these ids to an expression over each `k.text`.
///
/// # Errors
/// If the database fails.
pub async fn set_from(
    db: &impl ConnectionTrait,
    table: &str,
    column: &str,
    from: &str,
    rows: &[(String, String)],
) -> Result<(), DbErr> {
    let sql = format!(
        "UPDATE {table} t SET {column} = {from} FROM jsonb_to_recordset($1::text::jsonb) AS k (id uuid, text text) WHERE t.id = k.id"
    );
    for some in rows.chunks(CHUNK) {
        let some: Vec<_> = some
            .iter()
            .map(|(id, text)| serde_json::json!({"id": id, "text": text}))
            .collect();
        let values = [serde_json::Value::from(some).to_string().into()];
        db.execute_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            &sql,
            values,
        ))
        .await?;
    }
    Ok(())
}
