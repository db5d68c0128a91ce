//! Lists of people, the flag of users who manage the LMS, and permission for Staff to add other
//! staff.

use sea_orm_migration::prelude::*;

use crate::tenant::{Allowed, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for (name, key, columns) in TABLES {
            db.execute_unprepared(&table(name, key, columns, Allowed::All))
                .await?;
        }
        db.execute_unprepared(CHANGES).await?;
        db.execute_unprepared(SHIPPED).await?;
        Ok(())
    }
}

/// `key` is set while a built-in list has no name of its own; `name_key` is set while a list has
/// one.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "lists",
        "id",
        "id uuid NOT NULL,
        key text,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        name_key text,
        form_key uuid NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        closed_at timestamptz,
        CONSTRAINT lists_named CHECK ((key IS NULL) <> (name_key IS NULL)),
        CONSTRAINT lists_form_key UNIQUE (organisation_id, form_key)",
    ),
    (
        "list_members",
        "list_id, user_id",
        "list_id uuid NOT NULL,
        user_id uuid NOT NULL,
        FOREIGN KEY (organisation_id, list_id) REFERENCES lists (organisation_id, id),
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE",
    ),
];

const CHANGES: &str = "
ALTER TABLE organisations ADD COLUMN uses_lms boolean NOT NULL DEFAULT false;
ALTER TABLE users ADD COLUMN lms_manager boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX lists_name_key ON lists (organisation_id, coalesce(key, name_key), (key IS NULL)) WHERE closed_at IS NULL;
CREATE INDEX list_members_user ON list_members (organisation_id, user_id);
CREATE INDEX users_lms_manager ON users (organisation_id, sort_name, id) WHERE lms_manager;
";

/// Existing organisations get what new organisations are created with (decision 0017, S10).
const SHIPPED: &str = "
INSERT INTO lists (organisation_id, id, key, name, form_key, created_at)
    SELECT o.id, gen_random_uuid(), shipped.key, shipped.key, gen_random_uuid(), now() FROM organisations o
    CROSS JOIN (VALUES ('care_coordinators'), ('supervisors')) AS shipped (key);
INSERT INTO role_permissions (organisation_id, role_id, permission, reach)
    SELECT r.organisation_id, r.id, shipped.permission, shipped.reach FROM roles r
    JOIN (VALUES ('system_administrator', 'manage_lists', 'organisation'), ('organisation_administrator', 'manage_lists', 'organisation'),
        ('staff', 'create_users', 'office')) AS shipped (key, permission, reach) USING (key)
    ON CONFLICT DO NOTHING;
INSERT INTO role_gives (organisation_id, role_id, gives_id)
    SELECT organisation_id, id, id FROM roles WHERE key = 'staff' ON CONFLICT DO NOTHING;
";
