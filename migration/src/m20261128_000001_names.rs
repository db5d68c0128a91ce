//! Separates the equality of names from their order: the keys are recomputed without folding
//! accents, and lists are ordered by the name itself, in Swedish collation.

use std::collections::HashSet;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;
use usher_types::names::{fold, name_key};

use crate::rows;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(SEARCH).await?;
        for (table, within) in KEYED {
            rewrite_keys(db, table, within).await?;
        }
        refold_organisations(db).await?;
        db.execute_unprepared(ORDER).await?;
        Ok(())
    }
}

/// The search for customers used their key, which contains the folded name until it is recomputed
/// below.
const SEARCH: &str = "
ALTER TABLE customers ADD COLUMN search_text text NOT NULL DEFAULT '';
UPDATE customers SET search_text = ' ' || name_key || ' ';
ALTER TABLE customers ALTER COLUMN search_text DROP DEFAULT;
";

/// The tables whose rows have names, and the scope within which a name is unique. Rows without a
/// key are built-in, and named in the reader's language, or deactivated roles.
const KEYED: [(&str, &str); 8] = [
    ("offices", "organisation_id"),
    ("teams", "organisation_id"),
    ("customers", "organisation_id"),
    ("contracts", "organisation_id::text || customer_id"),
    ("resources", "organisation_id"),
    ("roles", "organisation_id"),
    ("lists", "organisation_id"),
    ("dashboards", "organisation_id"),
];

async fn rewrite_keys(db: &impl ConnectionTrait, table: &str, within: &str) -> Result<(), DbErr> {
    let sql = format!(
        "SELECT id::text, ({within})::text, name::text FROM {table} WHERE name_key IS NOT NULL ORDER BY id"
    );
    let mut taken = HashSet::new();
    let mut keys = Vec::new();
    for [id, within, name] in rows::texts(db, &sql).await? {
        let mut key = name_key(&name);
        // Two existing names may now be equal: the second keeps its name, with a key that cannot be
        // typed, until it is renamed.
        if !taken.insert((within, key.clone())) {
            key = format!("{key}\n{id}");
        }
        keys.push((id, key));
    }
    rows::set(db, table, "name_key", &keys).await
}

/// Organisations are found by their key. Existing keys were not folded.
async fn refold_organisations(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let found = rows::texts(db, "SELECT id::text, name::text FROM organisations").await?;
    let keys: Vec<_> = found
        .into_iter()
        .map(|[id, name]| (id, fold(&name)))
        .collect();
    rows::set(db, "organisations", "name_key", &keys).await
}

/// The columns that every list is ordered by, with an index for each paged list.
const ORDER: &str = "
ALTER TABLE organisations ALTER COLUMN name TYPE text COLLATE \"sv-x-icu\";
ALTER TABLE offices ALTER COLUMN name TYPE text COLLATE \"sv-x-icu\";
ALTER TABLE teams ALTER COLUMN name TYPE text COLLATE \"sv-x-icu\";
ALTER TABLE customers ALTER COLUMN name TYPE text COLLATE \"sv-x-icu\";
ALTER TABLE contracts ALTER COLUMN name TYPE text COLLATE \"sv-x-icu\", ALTER COLUMN config TYPE text COLLATE \"sv-x-icu\";
ALTER TABLE resources ALTER COLUMN name TYPE text COLLATE \"sv-x-icu\";
ALTER TABLE roles ALTER COLUMN name TYPE text COLLATE \"sv-x-icu\";
ALTER TABLE lists ALTER COLUMN name TYPE text COLLATE \"sv-x-icu\";
ALTER TABLE dashboards ALTER COLUMN name TYPE text COLLATE \"sv-x-icu\";
ALTER TABLE clients ALTER COLUMN sort_name TYPE text COLLATE \"sv-x-icu\";
CREATE INDEX customers_by_name ON customers (organisation_id, name, id) WHERE closed_at IS NULL;
CREATE INDEX resources_by_name ON resources (organisation_id, name, id) WHERE closed_at IS NULL;
CREATE INDEX resources_shared_by_name ON resources (name, id) WHERE is_shared AND closed_at IS NULL;
CREATE INDEX organisations_by_name ON organisations (name, id);
CREATE INDEX organisations_taking_by_name ON organisations (name, id) WHERE takes_referrals AND suspended_at IS NULL;
DROP INDEX organisations_list, organisations_taking, resources_shared;

CREATE OR REPLACE FUNCTION resources_offered(patterns text[], wanted_of uuid, wanted uuid, most int)
RETURNS TABLE (id uuid, organisation_id uuid, organisation_name text, name text, description text, contact text, opening text, is_full boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.organisation_id, o.name, r.name, r.description, r.contact, r.opening,
        r.capacity IS NOT NULL AND r.capacity <= (SELECT count(*) FROM referrals t
            WHERE t.organisation_id = r.organisation_id AND t.resource_id = r.id AND t.status = 'accepted')
    FROM resources r JOIN organisations o ON o.id = r.organisation_id
    WHERE r.is_shared AND r.closed_at IS NULL AND o.takes_referrals AND o.suspended_at IS NULL
        AND r.organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
        AND r.search_text LIKE ALL (patterns)
        AND (wanted IS NULL OR (r.organisation_id = wanted_of AND r.id = wanted))
    ORDER BY r.name, r.id LIMIT most;
$$;

CREATE OR REPLACE FUNCTION accounts_all(most int) RETURNS TABLE (person_id uuid, is_trusted boolean, account jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.person_id, l.is_trusted, account_shown(l.organisation_id, l.user_id) FROM linked_accounts l
        JOIN users u ON (u.organisation_id, u.id) = (l.organisation_id, l.user_id)
    WHERE operator_acts() AND l.person_id IN (
        SELECT p.person_id FROM linked_accounts p GROUP BY p.person_id ORDER BY max(p.linked_at) DESC, p.person_id LIMIT most)
    ORDER BY min(u.sort_name) OVER (PARTITION BY l.person_id), l.person_id, u.sort_name, l.organisation_id;
$$;
";
