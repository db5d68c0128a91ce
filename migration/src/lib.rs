//! The schema of the database: one migration that creates it, and one for each later change.
//!
//! [`m20261126_000001_schema`] reads the files of `src/schema`: one for each table, with its
//! indexes, and one for each function, with its grants. The README of this crate says how to change
//! the schema.
//!
//! Invariant: every tenant table is created by [`tenant::table`], which adds the policy and the
//! grants. A catalogue test in `domain` fails for a table that is created in another way.

use sea_orm_migration::prelude::*;

mod m20261126_000001_schema;
mod m20261127_000001_similar_names;
mod tenant;

pub use sea_orm_migration::MigratorTrait;

/// All migrations in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261126_000001_schema::Migration),
            Box::new(m20261127_000001_similar_names::Migration),
        ]
    }
}
