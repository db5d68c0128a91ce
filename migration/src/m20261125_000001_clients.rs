//! Clients, the people who work with them, and the reach of permissions on clients. Assistant and
//! Client become built-in roles.

use sea_orm_migration::prelude::*;

use crate::tenant::{Allowed, table};
use crate::{APP_ROLE, SEARCH_ROLE};

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
        db.execute_unprepared(FUNCTIONS).await?;
        db.execute_unprepared(SHIPPED).await?;
        db.execute_unprepared(&grants()).await?;
        Ok(())
    }
}

/// A client without a responsible person is in a team's queue: at least one of the two is always
/// set.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "clients",
        "id",
        "id uuid NOT NULL,
        first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 200),
        last_name text NOT NULL DEFAULT '' CHECK (length(last_name) <= 200),
        number text CHECK (length(number) BETWEEN 1 AND 32),
        email text CHECK (length(email) <= 254),
        phone text CHECK (length(phone) <= 32),
        note text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
        team_id uuid,
        responsible_id uuid,
        user_id uuid,
        created_at timestamptz NOT NULL,
        created_by uuid,
        archived_at timestamptz,
        archived_reason text,
        version int NOT NULL DEFAULT 1,
        form_key uuid NOT NULL,
        sort_name text NOT NULL,
        search_text text NOT NULL,
        CONSTRAINT clients_somebodys CHECK (responsible_id IS NOT NULL OR team_id IS NOT NULL),
        CONSTRAINT clients_form_key UNIQUE (organisation_id, form_key),
        CONSTRAINT clients_number UNIQUE (organisation_id, number),
        CONSTRAINT clients_user UNIQUE (organisation_id, user_id),
        FOREIGN KEY (organisation_id, team_id) REFERENCES teams (organisation_id, id),
        FOREIGN KEY (organisation_id, responsible_id) REFERENCES users (organisation_id, id),
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE SET NULL (user_id),
        FOREIGN KEY (organisation_id, created_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (created_by)",
    ),
    (
        "client_links",
        "client_id, user_id, kind",
        "client_id uuid NOT NULL,
        user_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('assistant', 'access')),
        linked_at timestamptz NOT NULL,
        FOREIGN KEY (organisation_id, client_id) REFERENCES clients (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE",
    ),
    (
        "caseload_moves",
        "id",
        "id uuid NOT NULL,
        from_id uuid NOT NULL,
        to_id uuid,
        moved_by uuid,
        moved_at timestamptz NOT NULL,
        clients int NOT NULL,
        returned_at timestamptz,
        FOREIGN KEY (organisation_id, from_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, to_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, moved_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (moved_by)",
    ),
    (
        "caseload_moved",
        "move_id, client_id",
        "move_id uuid NOT NULL,
        client_id uuid NOT NULL,
        FOREIGN KEY (organisation_id, move_id) REFERENCES caseload_moves (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, client_id) REFERENCES clients (organisation_id, id) ON DELETE CASCADE",
    ),
];

const CHANGES: &str = "
ALTER TABLE roles ADD COLUMN requires_client boolean NOT NULL DEFAULT false, ADD COLUMN requires_record boolean NOT NULL DEFAULT false;
CREATE INDEX clients_list ON clients (organisation_id, sort_name, id) WHERE archived_at IS NULL;
CREATE INDEX clients_archived ON clients (organisation_id, sort_name, id) WHERE archived_at IS NOT NULL;
CREATE INDEX clients_responsible ON clients (organisation_id, responsible_id, sort_name, id);
CREATE INDEX clients_team ON clients (organisation_id, team_id, sort_name, id);
CREATE INDEX clients_queue ON clients (organisation_id, team_id, created_at) WHERE responsible_id IS NULL AND archived_at IS NULL;
CREATE INDEX clients_search ON clients USING gin (organisation_id, search_text gin_trgm_ops);
CREATE INDEX caseload_moves_from ON caseload_moves (organisation_id, from_id, moved_at DESC);
CREATE INDEX client_links_user ON client_links (organisation_id, user_id, kind);
";

/// The clients within reach of a user who does not reach all of them: clients they are responsible
/// for or linked to, their own record if `account` is given, clients of teams they cover in any
/// office, clients of the teams of an office, and clients of their own teams, restricted to what
/// the office they are bound to lets them see. Defined once, for the queries and for the search.
const FUNCTIONS: &str = "
CREATE FUNCTION clients_within(organisation uuid, me uuid, account uuid, own_teams uuid[], covered uuid[], of_office uuid, bound uuid)
RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT id FROM clients WHERE organisation_id = organisation AND responsible_id = me
    UNION ALL SELECT client_id FROM client_links WHERE organisation_id = organisation AND user_id = me
    UNION ALL SELECT id FROM clients WHERE organisation_id = organisation AND user_id = account
    UNION ALL SELECT c.id FROM clients c WHERE c.organisation_id = organisation AND c.team_id IN (
        SELECT t.id FROM teams t WHERE t.organisation_id = organisation AND (t.id = ANY (covered) OR t.office_id = of_office
            OR (t.id = ANY (own_teams) AND (bound IS NULL OR t.office_id IS NULL OR t.office_id = bound))))
$$;

CREATE FUNCTION clients_found(patterns text[], rarest text, everybody boolean, me uuid, account uuid, own_teams uuid[], covered uuid[],
    of_office uuid, bound uuid, archived boolean) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT format('organisation_id = %1$L AND archived_at IS %2$s NULL AND search_text LIKE %3$L AND search_text LIKE ALL (%4$L::text[]) %5$s',
        nullif(current_setting('app.organisation', true), '')::uuid, CASE WHEN archived THEN 'NOT' ELSE '' END, rarest, patterns,
        CASE WHEN everybody THEN ''
            ELSE format('AND id IN (SELECT within.id FROM clients_within(%L::uuid, %L::uuid, %L::uuid, %L::uuid[], %L::uuid[], %L::uuid, %L::uuid) AS within (id))',
                nullif(current_setting('app.organisation', true), '')::uuid, me, account, own_teams, covered, of_office, bound) END);
$$;

CREATE FUNCTION clients_search(patterns text[], rarest text, everybody boolean, me uuid, account uuid, own_teams uuid[], covered uuid[],
    of_office uuid, bound uuid, archived boolean, after_name text, after_id uuid, forward boolean, most int)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT id FROM clients WHERE %s %s ORDER BY sort_name %s, id %s LIMIT %s',
        clients_found(patterns, rarest, everybody, me, account, own_teams, covered, of_office, bound, archived),
        CASE WHEN after_name IS NULL THEN '' ELSE format('AND (sort_name, id) %s (%L, %L::uuid)', CASE WHEN forward THEN '>' ELSE '<' END, after_name, after_id) END,
        CASE WHEN forward THEN 'ASC' ELSE 'DESC' END, CASE WHEN forward THEN 'ASC' ELSE 'DESC' END, most);
END $$;

CREATE FUNCTION clients_count(patterns text[], rarest text, everybody boolean, me uuid, account uuid, own_teams uuid[], covered uuid[],
    of_office uuid, bound uuid, archived boolean, most int)
RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counted bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM clients WHERE %s LIMIT %s) AS found',
        clients_found(patterns, rarest, everybody, me, account, own_teams, covered, of_office, bound, archived), most)
        INTO counted;
    RETURN counted;
END $$;

CREATE OR REPLACE FUNCTION session_authenticate(hash bytea, at timestamptz, idle interval) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    session sessions;
    answer jsonb;
BEGIN
    SELECT * INTO session FROM sessions WHERE token_hash = hash AND ends_at > at AND seen_at > at - idle;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT jsonb_build_object(
        'organisation', u.organisation_id, 'user', u.id, 'first_name', u.first_name, 'last_name', u.last_name,
        'login_name', u.login_name, 'language', u.language, 'theme', u.theme, 'office', u.office_id,
        'organisation_name', o.name, 'is_operator', o.is_operator, 'login_name_format', o.login_name_format,
        'organisation_language', o.language, 'languages', o.languages, 'time_zone', o.time_zone, 'support_contact', o.support_contact,
        'must_change_password', coalesce(c.is_temporary, false),
        'teams', coalesce((SELECT jsonb_agg(t.team_id) FROM team_members t
            WHERE t.organisation_id = u.organisation_id AND t.user_id = u.id), '[]'),
        'covered', coalesce((SELECT jsonb_agg(DISTINCT v.team_id) FROM covers v
            WHERE v.organisation_id = u.organisation_id AND v.user_id = u.id AND v.starts_at <= at
                AND (v.ends_at IS NULL OR v.ends_at > at)), '[]'),
        'grants', coalesce((SELECT jsonb_agg(DISTINCT jsonb_build_array(p.permission, p.reach)) FROM user_roles r
            JOIN role_permissions p USING (organisation_id, role_id)
            WHERE r.organisation_id = u.organisation_id AND r.user_id = u.id), '[]'),
        'gives', coalesce((SELECT jsonb_agg(DISTINCT g.gives_id) FROM user_roles r
            JOIN role_gives g USING (organisation_id, role_id)
            WHERE r.organisation_id = u.organisation_id AND r.user_id = u.id), '[]'),
        'manages', coalesce((SELECT jsonb_agg(DISTINCT m.manages_id) FROM user_roles r
            JOIN role_manages m USING (organisation_id, role_id)
            WHERE r.organisation_id = u.organisation_id AND r.user_id = u.id), '[]'))
    INTO answer
    FROM users u JOIN organisations o ON o.id = u.organisation_id
        LEFT JOIN credentials c ON c.organisation_id = u.organisation_id AND c.user_id = u.id
    WHERE u.organisation_id = session.organisation_id AND u.id = session.user_id AND u.archived_at IS NULL AND o.suspended_at IS NULL;
    IF answer IS NOT NULL AND session.seen_at < at - interval '1 minute' THEN
        UPDATE sessions SET seen_at = at WHERE token_hash = hash;
        UPDATE users SET last_active_at = at WHERE organisation_id = session.organisation_id AND id = session.user_id;
    END IF;
    RETURN answer;
END $$;
";

/// Existing organisations get what new organisations are created with (decision 0017).
const SHIPPED: &str = "
INSERT INTO roles (organisation_id, id, key, name, position, requires_client, requires_record)
    SELECT o.id, gen_random_uuid(), shipped.key, shipped.key, shipped.position, shipped.key = 'assistant', shipped.key = 'client'
    FROM organisations o CROSS JOIN (VALUES ('assistant', 10), ('client', 11)) AS shipped (key, position)
    ON CONFLICT ON CONSTRAINT roles_key DO NOTHING;
INSERT INTO role_permissions (organisation_id, role_id, permission, reach)
    SELECT r.organisation_id, r.id, permission, shipped.reach FROM roles r
    JOIN (VALUES
        ('system_administrator', 'organisation', ARRAY['view_clients', 'edit_clients', 'view_referrals', 'create_referrals', 'answer_referrals',
            'view_resources', 'manage_resources', 'view_reports', 'manage_customers', 'manage_dashboards']),
        ('organisation_administrator', 'organisation', ARRAY['view_clients', 'edit_clients', 'view_referrals', 'create_referrals', 'answer_referrals',
            'view_resources', 'manage_resources', 'view_reports', 'manage_customers', 'manage_dashboards']),
        ('supervisor', 'organisation', ARRAY['view_clients', 'view_referrals', 'view_resources', 'view_reports']),
        ('supervisor', 'team', ARRAY['edit_clients', 'create_referrals']),
        ('caseworker', 'organisation', ARRAY['view_clients', 'view_resources']),
        ('caseworker', 'own', ARRAY['edit_clients', 'view_referrals', 'create_referrals']),
        ('viewer', 'organisation', ARRAY['view_clients', 'view_resources']),
        ('assistant', 'own', ARRAY['view_clients']),
        ('client', 'own', ARRAY['view_clients'])) AS shipped (key, reach, permissions) USING (key)
    CROSS JOIN unnest(shipped.permissions) AS permission
    ON CONFLICT DO NOTHING;
CREATE TEMPORARY TABLE shipped_gives ON COMMIT DROP AS
    SELECT r.organisation_id, r.id AS role_id, given.id AS gives_id FROM roles r
    JOIN roles given ON given.organisation_id = r.organisation_id AND given.key IN ('assistant', 'client')
    WHERE r.key IN ('system_administrator', 'organisation_administrator');
INSERT INTO role_gives SELECT organisation_id, role_id, gives_id FROM shipped_gives ON CONFLICT DO NOTHING;
INSERT INTO role_manages SELECT organisation_id, role_id, gives_id FROM shipped_gives ON CONFLICT DO NOTHING;
DROP TABLE shipped_gives;
";

fn grants() -> String {
    format!(
        "REVOKE EXECUTE ON FUNCTION clients_within, clients_found, clients_search, clients_count FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION clients_within, clients_search, clients_count TO {APP_ROLE};
        GRANT EXECUTE ON FUNCTION clients_within, clients_found TO {SEARCH_ROLE};
        GRANT SELECT (organisation_id, id, sort_name, search_text, archived_at, team_id, responsible_id, user_id) ON clients TO {SEARCH_ROLE};
        GRANT SELECT (organisation_id, client_id, user_id) ON client_links TO {SEARCH_ROLE};
        GRANT SELECT (organisation_id, id, office_id) ON teams TO {SEARCH_ROLE};
        CREATE POLICY search ON clients FOR SELECT TO {SEARCH_ROLE} USING (true);
        CREATE POLICY search ON client_links FOR SELECT TO {SEARCH_ROLE} USING (true);
        CREATE POLICY search ON teams FOR SELECT TO {SEARCH_ROLE} USING (true);
        ALTER FUNCTION clients_search OWNER TO {SEARCH_ROLE};
        ALTER FUNCTION clients_count OWNER TO {SEARCH_ROLE};"
    )
}
