//! Custom roles of organisations: a version, a unique name, and the time of deactivation. Also the
//! built-in roles of the portal.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(COLUMNS).await?;
        db.execute_unprepared(SHIPPED).await?;
        Ok(())
    }
}

/// `name_key` is the folded name of an active custom role. It is NULL for built-in and deactivated
/// roles, which are not part of the unique index.
const COLUMNS: &str = "
ALTER TABLE roles ADD COLUMN version int NOT NULL DEFAULT 1, ADD COLUMN retired_at timestamptz, ADD COLUMN name_key text,
    ADD CONSTRAINT roles_name_key UNIQUE (organisation_id, name_key);
";

/// Existing organisations get what new organisations are created with (decision 0017).
const SHIPPED: &str = "
INSERT INTO roles (organisation_id, id, key, name, position)
    SELECT o.id, gen_random_uuid(), shipped.key, shipped.key, 0 FROM organisations o
    CROSS JOIN (VALUES ('security_administrator'), ('portal_administrator'), ('super_user')) AS shipped (key)
    ON CONFLICT ON CONSTRAINT roles_key DO NOTHING;
UPDATE roles r SET position = shipped.position - 1 FROM unnest(ARRAY['user', 'system_administrator', 'organisation_administrator',
        'security_administrator', 'portal_administrator', 'super_user', 'supervisor', 'caseworker', 'staff', 'viewer'])
    WITH ORDINALITY AS shipped (key, position) WHERE r.key = shipped.key;
INSERT INTO role_permissions (organisation_id, role_id, permission, reach)
    SELECT r.organisation_id, r.id, permission, 'organisation' FROM roles r
    JOIN (VALUES ('system_administrator', ARRAY['edit_roles']), ('organisation_administrator', ARRAY['edit_roles']),
        ('security_administrator', ARRAY['view_users', 'create_users', 'edit_users', 'give_roles', 'give_way_in', 'archive_users']),
        ('portal_administrator', ARRAY['view_users', 'create_users', 'edit_users', 'give_roles', 'give_way_in', 'archive_users']),
        ('super_user', ARRAY['view_users'])) AS shipped (key, permissions) USING (key)
    CROSS JOIN unnest(shipped.permissions) AS permission
    ON CONFLICT DO NOTHING;
CREATE TEMPORARY TABLE shipped_gives ON COMMIT DROP AS
    SELECT r.organisation_id, r.id AS role_id, given.id AS gives_id FROM roles r
    JOIN (VALUES ('system_administrator', ARRAY['security_administrator', 'portal_administrator', 'super_user']),
        ('security_administrator', ARRAY['portal_administrator', 'super_user']),
        ('portal_administrator', ARRAY['super_user', 'caseworker', 'staff', 'viewer'])) AS shipped (key, gives) USING (key)
    JOIN roles given ON given.organisation_id = r.organisation_id AND given.key = ANY (shipped.gives);
INSERT INTO role_gives SELECT organisation_id, role_id, gives_id FROM shipped_gives ON CONFLICT DO NOTHING;
INSERT INTO role_manages SELECT organisation_id, role_id, gives_id FROM shipped_gives ON CONFLICT DO NOTHING;
DROP TABLE shipped_gives;
";
