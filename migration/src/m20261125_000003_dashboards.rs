//! Dashboards: named sets of widgets, the users they are assigned to, and the roles that bring
//! them. Also indexes for the pages about activity.

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

/// `widgets` is in display order.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "dashboards",
        "id",
        "id uuid NOT NULL,
        key text,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        name_key text,
        widgets text[] NOT NULL CHECK (cardinality(widgets) BETWEEN 1 AND 50),
        form_key uuid NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        closed_at timestamptz,
        CONSTRAINT dashboards_named CHECK ((key IS NULL) <> (name_key IS NULL)),
        CONSTRAINT dashboards_form_key UNIQUE (organisation_id, form_key)",
    ),
    (
        "user_dashboards",
        "user_id, dashboard_id",
        "user_id uuid NOT NULL,
        dashboard_id uuid NOT NULL,
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, dashboard_id) REFERENCES dashboards (organisation_id, id)",
    ),
    (
        "role_dashboards",
        "role_id, dashboard_id",
        "role_id uuid NOT NULL,
        dashboard_id uuid NOT NULL,
        FOREIGN KEY (organisation_id, role_id) REFERENCES roles (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, dashboard_id) REFERENCES dashboards (organisation_id, id)",
    ),
];

/// The kind of an event has its own column, because `->>` is not leakproof: under row-level
/// security no index on it would be used.
const CHANGES: &str = "
CREATE UNIQUE INDEX dashboards_name_key ON dashboards (organisation_id, coalesce(key, name_key), (key IS NULL)) WHERE closed_at IS NULL;
CREATE INDEX user_dashboards_dashboard ON user_dashboards (organisation_id, dashboard_id);
CREATE INDEX role_dashboards_dashboard ON role_dashboards (organisation_id, dashboard_id);
ALTER TABLE users ADD COLUMN dashboard_id uuid,
    ADD CONSTRAINT users_dashboard FOREIGN KEY (organisation_id, dashboard_id) REFERENCES dashboards (organisation_id, id);
CREATE INDEX users_dashboard ON users (organisation_id, dashboard_id) WHERE dashboard_id IS NOT NULL;
CREATE INDEX users_untold ON users (organisation_id, id) WHERE archived_at IS NULL AND told_at IS NULL AND way_in <> 'password';
CREATE INDEX users_seen ON users (organisation_id, last_active_at, id) WHERE archived_at IS NULL;
ALTER TABLE audit_events ADD COLUMN kind text GENERATED ALWAYS AS (event ->> 'kind') STORED;
CREATE INDEX audit_events_actor ON audit_events (organisation_id, actor_id, at DESC, id DESC);
CREATE INDEX audit_events_kind ON audit_events (organisation_id, kind, at) INCLUDE (actor_id, subject_id);
CREATE INDEX credentials_ending ON credentials (organisation_id, expires_at) WHERE is_temporary;
CREATE INDEX covers_ending ON covers (organisation_id, ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX clients_created ON clients (organisation_id, created_at);
CREATE INDEX referrals_created ON referrals (organisation_id, created_at);
CREATE INDEX referrals_answered ON referrals (organisation_id, answered_at) WHERE answered_at IS NOT NULL;
";

/// Existing organisations get what new organisations are created with.
const SHIPPED: &str = "
INSERT INTO dashboards (organisation_id, id, key, name, widgets, form_key, created_at)
    SELECT o.id, gen_random_uuid(), shipped.key, shipped.key, shipped.widgets, gen_random_uuid(), now()
    FROM organisations o CROSS JOIN (VALUES
        ('administrators', ARRAY['untold', 'no_way_in', 'never_signed_in', 'expiring', 'seats', 'inactive', 'cover_ending',
            'referrals_to_answer', 'sign_ins', 'unusual']),
        ('supervisors', ARRAY['team_queue', 'my_referrals', 'cover_ending', 'inactive', 'sign_ins', 'unusual']),
        ('caseworkers', ARRAY['my_clients', 'team_queue', 'my_referrals'])) AS shipped (key, widgets);
INSERT INTO role_dashboards (organisation_id, role_id, dashboard_id)
    SELECT r.organisation_id, r.id, d.id FROM roles r
    JOIN (VALUES ('system_administrator', 'administrators'), ('organisation_administrator', 'administrators'),
        ('portal_administrator', 'administrators'), ('security_administrator', 'administrators'),
        ('supervisor', 'supervisors'), ('caseworker', 'caseworkers')) AS brings (role, dashboard) ON brings.role = r.key
    JOIN dashboards d ON d.organisation_id = r.organisation_id AND d.key = brings.dashboard;
";
