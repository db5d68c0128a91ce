//! Offices and teams, which determine who sees whom. A user may be bound to one office, belongs to
//! teams, and may cover other teams for a time.

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
        db.execute_unprepared(&grants()).await?;
        Ok(())
    }
}

const TABLES: &[(&str, &str, &str)] = &[
    (
        "offices",
        "id",
        "id uuid NOT NULL,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        name_key text NOT NULL,
        form_key uuid NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        closed_at timestamptz,
        CONSTRAINT offices_form_key UNIQUE (organisation_id, form_key)",
    ),
    (
        "teams",
        "id",
        "id uuid NOT NULL,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        name_key text NOT NULL,
        office_id uuid,
        form_key uuid NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        closed_at timestamptz,
        CONSTRAINT teams_form_key UNIQUE (organisation_id, form_key),
        CONSTRAINT teams_office FOREIGN KEY (organisation_id, office_id) REFERENCES offices (organisation_id, id)",
    ),
    (
        "team_members",
        "team_id, user_id",
        "team_id uuid NOT NULL,
        user_id uuid NOT NULL,
        FOREIGN KEY (organisation_id, team_id) REFERENCES teams (organisation_id, id),
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE",
    ),
    (
        "covers",
        "id",
        "id uuid NOT NULL,
        user_id uuid NOT NULL,
        team_id uuid NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz,
        reason text NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL,
        CONSTRAINT covers_end CHECK (ends_at > starts_at),
        FOREIGN KEY (organisation_id, team_id) REFERENCES teams (organisation_id, id),
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE",
    ),
];

const CHANGES: &str = "
ALTER TABLE organisations ADD COLUMN requires_office boolean NOT NULL DEFAULT false;
ALTER TABLE users
    ADD COLUMN office_id uuid,
    ADD CONSTRAINT users_office FOREIGN KEY (organisation_id, office_id) REFERENCES offices (organisation_id, id);
ALTER TABLE roles ADD COLUMN requires_office boolean NOT NULL DEFAULT false;
UPDATE roles SET requires_office = true WHERE key = 'staff';
ALTER TABLE role_permissions
    DROP CONSTRAINT role_permissions_reach_check,
    ADD CONSTRAINT role_permissions_reach_check CHECK (reach IN ('own', 'team', 'office', 'organisation'));
INSERT INTO role_permissions (organisation_id, role_id, permission, reach)
    SELECT r.organisation_id, r.id, p.code, 'organisation' FROM roles r CROSS JOIN unnest(ARRAY['manage_offices', 'manage_teams']) AS p (code)
    WHERE r.key IN ('system_administrator', 'organisation_administrator');
CREATE UNIQUE INDEX offices_name_key ON offices (organisation_id, name_key) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX teams_name_key ON teams (organisation_id, name_key) WHERE closed_at IS NULL;
CREATE INDEX teams_in_office ON teams (organisation_id, office_id) WHERE office_id IS NOT NULL;
CREATE INDEX team_members_user ON team_members (organisation_id, user_id);
CREATE INDEX covers_user ON covers (organisation_id, user_id, starts_at);
CREATE INDEX covers_team ON covers (organisation_id, team_id, starts_at);
CREATE INDEX users_in_office ON users (organisation_id, office_id, sort_name, id) WHERE office_id IS NOT NULL;
";

/// The functions that authenticate return the office and teams of the user, and the search is
/// restricted by them, as every query is.
const FUNCTIONS: &str = "
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
        'organisation_language', o.language, 'time_zone', o.time_zone,
        'must_change_password', coalesce(c.is_temporary, false),
        'teams', coalesce((SELECT jsonb_agg(t.team_id) FROM team_members t
            WHERE t.organisation_id = u.organisation_id AND t.user_id = u.id), '[]'),
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
    WHERE u.organisation_id = session.organisation_id AND u.id = session.user_id AND u.archived_at IS NULL;
    IF answer IS NOT NULL AND session.seen_at < at - interval '1 minute' THEN
        UPDATE sessions SET seen_at = at WHERE token_hash = hash;
        UPDATE users SET last_active_at = at WHERE organisation_id = session.organisation_id AND id = session.user_id;
    END IF;
    RETURN answer;
END $$;

DROP FUNCTION users_search, users_count, users_found;

CREATE FUNCTION users_found(patterns text[], rarest text, everybody boolean, me uuid, of_office uuid, of_teams uuid[], bound uuid, status text) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT format('organisation_id = %1$L AND archived_at IS %2$s NULL AND search_text LIKE %3$L AND search_text LIKE ALL (%4$L::text[]) %5$s %6$s %7$s',
        nullif(current_setting('app.organisation', true), '')::uuid, CASE WHEN status = 'archived' THEN 'NOT' ELSE '' END, rarest, patterns,
        CASE WHEN everybody THEN ''
            ELSE format('AND (id = %L OR office_id = %L OR id IN (SELECT user_id FROM team_members WHERE organisation_id = %L AND team_id = ANY (%L::uuid[])))',
                me, of_office, nullif(current_setting('app.organisation', true), '')::uuid, of_teams) END,
        CASE WHEN bound IS NULL THEN '' ELSE format('AND (office_id = %L OR id = %L)', bound, me) END,
        CASE WHEN status IS NULL OR status = 'archived' THEN '' ELSE format('AND way_in = %L', status) END);
$$;

CREATE FUNCTION users_search(patterns text[], rarest text, everybody boolean, me uuid, of_office uuid, of_teams uuid[], bound uuid, status text,
    after_name text, after_id uuid, forward boolean, most int)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT id FROM users WHERE %s %s ORDER BY sort_name %s, id %s LIMIT %s',
        users_found(patterns, rarest, everybody, me, of_office, of_teams, bound, status),
        CASE WHEN after_name IS NULL THEN '' ELSE format('AND (sort_name, id) %s (%L, %L::uuid)', CASE WHEN forward THEN '>' ELSE '<' END, after_name, after_id) END,
        CASE WHEN forward THEN 'ASC' ELSE 'DESC' END, CASE WHEN forward THEN 'ASC' ELSE 'DESC' END, most);
END $$;

CREATE FUNCTION users_count(patterns text[], rarest text, everybody boolean, me uuid, of_office uuid, of_teams uuid[], bound uuid, status text, most int)
RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counted bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM users WHERE %s LIMIT %s) AS found',
        users_found(patterns, rarest, everybody, me, of_office, of_teams, bound, status), most)
        INTO counted;
    RETURN counted;
END $$;
";

fn grants() -> String {
    format!(
        "REVOKE EXECUTE ON FUNCTION users_search, users_count, users_found FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION users_search, users_count TO {APP_ROLE};
        GRANT EXECUTE ON FUNCTION users_found TO {SEARCH_ROLE};
        GRANT SELECT (office_id) ON users TO {SEARCH_ROLE};
        GRANT SELECT (organisation_id, team_id, user_id) ON team_members TO {SEARCH_ROLE};
        CREATE POLICY search ON team_members FOR SELECT TO {SEARCH_ROLE} USING (true);
        ALTER FUNCTION users_search OWNER TO {SEARCH_ROLE};
        ALTER FUNCTION users_count OWNER TO {SEARCH_ROLE};"
    )
}
