//! Organisations, users and their credentials, roles, sessions, drafts, audit and outbox.

use sea_orm_migration::prelude::*;

use crate::tenant::{Allowed, table};
use crate::{APP_ROLE, SEARCH_ROLE};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(&server_roles()).await?;
        db.execute_unprepared(GLOBAL_TABLES).await?;
        for (name, key, columns, allowed) in TENANT_TABLES {
            db.execute_unprepared(&table(name, key, columns, *allowed))
                .await?;
        }
        db.execute_unprepared(INDEXES).await?;
        db.execute_unprepared(FUNCTIONS).await?;
        db.execute_unprepared(&grants()).await?;
        Ok(())
    }
}

/// Creates the two roles besides the owner. If the owner may not create roles, they exist already,
/// and nothing is created.
fn server_roles() -> String {
    format!(
        "CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE EXTENSION IF NOT EXISTS btree_gin;
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
                CREATE ROLE {APP_ROLE} LOGIN NOINHERIT;
            END IF;
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SEARCH_ROLE}') THEN
                CREATE ROLE {SEARCH_ROLE} NOLOGIN;
            END IF;
            IF NOT pg_has_role(current_user, '{SEARCH_ROLE}', 'MEMBER') THEN
                EXECUTE format('GRANT {SEARCH_ROLE} TO %I', current_user);
            END IF;
        END $$;
        GRANT USAGE ON SCHEMA public TO {APP_ROLE};
        GRANT USAGE, CREATE ON SCHEMA public TO {SEARCH_ROLE};
        GRANT SELECT ON seaql_migrations TO {APP_ROLE};"
    )
}

const GLOBAL_TABLES: &str = "
CREATE TABLE organisations (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    is_operator boolean NOT NULL DEFAULT false,
    login_name_format text NOT NULL DEFAULT 'first.last' CHECK (login_name_format IN ('first.last', 'email', 'free')),
    language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'sv')),
    time_zone text NOT NULL DEFAULT 'Europe/Stockholm',
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX organisations_one_operator ON organisations (is_operator) WHERE is_operator;

CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (organisation_id, user_id);

CREATE TABLE tokens (
    token_hash bytea PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('set_up', 'invitation', 'email_change')),
    organisation_id uuid,
    user_id uuid,
    data jsonb NOT NULL DEFAULT '{}',
    expires_at timestamptz NOT NULL
);
CREATE INDEX tokens_user ON tokens (organisation_id, user_id);

CREATE TABLE throttles (
    key text PRIMARY KEY,
    failures int NOT NULL,
    since timestamptz NOT NULL,
    blocked_until timestamptz
);
CREATE INDEX throttles_age ON throttles (since);

CREATE TABLE security_events (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    address text NOT NULL,
    request_id uuid NOT NULL
);

CREATE TABLE drafts (
    id uuid PRIMARY KEY,
    browser_hash bytea NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX drafts_age ON drafts (created_at);
";

const TENANT_TABLES: &[(&str, &str, &str, Allowed)] = &[
    (
        "users",
        "id",
        "id uuid NOT NULL,
        first_name text NOT NULL,
        last_name text NOT NULL DEFAULT '',
        email text,
        email_verified_at timestamptz,
        login_name text NOT NULL,
        phone text,
        job_title text,
        language text CHECK (language IN ('en', 'sv')),
        theme text CHECK (theme IN ('light', 'dark')),
        identity_kind text CHECK (identity_kind IN ('personnummer', 'samordningsnummer')),
        identity_sealed bytea,
        identity_hash bytea,
        way_in text NOT NULL DEFAULT 'none' CHECK (way_in IN ('none', 'invited', 'password')),
        told_at timestamptz,
        created_at timestamptz NOT NULL,
        created_by uuid,
        last_active_at timestamptz,
        archived_at timestamptz,
        archived_reason text,
        version int NOT NULL DEFAULT 1,
        form_key uuid NOT NULL,
        sort_name text COLLATE \"sv-x-icu\" NOT NULL,
        search_text text NOT NULL,
        same_name text NOT NULL,
        CONSTRAINT users_email_key UNIQUE (organisation_id, email),
        CONSTRAINT users_form_key UNIQUE (organisation_id, form_key),
        CONSTRAINT users_identity_key UNIQUE (organisation_id, identity_hash),
        FOREIGN KEY (organisation_id, created_by) REFERENCES users (organisation_id, id)",
        Allowed::All,
    ),
    (
        "credentials",
        "user_id",
        "user_id uuid NOT NULL,
        password_hash text NOT NULL,
        is_temporary boolean NOT NULL DEFAULT false,
        expires_at timestamptz,
        set_at timestamptz NOT NULL,
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE",
        Allowed::All,
    ),
    (
        "roles",
        "id",
        "id uuid NOT NULL,
        key text,
        name text NOT NULL,
        whom text NOT NULL DEFAULT '',
        position int NOT NULL,
        CONSTRAINT roles_key UNIQUE (organisation_id, key)",
        Allowed::All,
    ),
    (
        "role_permissions",
        "role_id, permission",
        "role_id uuid NOT NULL,
        permission text NOT NULL,
        reach text NOT NULL CHECK (reach IN ('own', 'organisation')),
        FOREIGN KEY (organisation_id, role_id) REFERENCES roles (organisation_id, id) ON DELETE CASCADE",
        Allowed::All,
    ),
    (
        "role_gives",
        "role_id, gives_id",
        "role_id uuid NOT NULL,
        gives_id uuid NOT NULL,
        FOREIGN KEY (organisation_id, role_id) REFERENCES roles (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, gives_id) REFERENCES roles (organisation_id, id) ON DELETE CASCADE",
        Allowed::All,
    ),
    (
        "role_manages",
        "role_id, manages_id",
        "role_id uuid NOT NULL,
        manages_id uuid NOT NULL,
        FOREIGN KEY (organisation_id, role_id, manages_id) REFERENCES role_gives (organisation_id, role_id, gives_id) ON DELETE CASCADE",
        Allowed::All,
    ),
    (
        "user_roles",
        "user_id, role_id",
        "user_id uuid NOT NULL,
        role_id uuid NOT NULL,
        given_at timestamptz NOT NULL,
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, role_id) REFERENCES roles (organisation_id, id)",
        Allowed::All,
    ),
    (
        "audit_events",
        "id",
        "id uuid NOT NULL,
        at timestamptz NOT NULL,
        actor_id uuid,
        actor_organisation_id uuid,
        subject_id uuid,
        event jsonb NOT NULL,
        request_id uuid NOT NULL",
        Allowed::Append,
    ),
    (
        "audit_details",
        "event_id",
        "event_id uuid NOT NULL,
        changes jsonb NOT NULL,
        FOREIGN KEY (organisation_id, event_id) REFERENCES audit_events (organisation_id, id)",
        Allowed::Append,
    ),
    (
        "audit_seals",
        "position",
        "position bigint NOT NULL CHECK (position > 0),
        event_id uuid NOT NULL,
        details bytea,
        hash bytea NOT NULL,
        sealed_at timestamptz NOT NULL,
        CONSTRAINT audit_seals_event UNIQUE (organisation_id, event_id),
        FOREIGN KEY (organisation_id, event_id) REFERENCES audit_events (organisation_id, id)",
        Allowed::Append,
    ),
    (
        "outbox",
        "id",
        "id uuid NOT NULL,
        user_id uuid NOT NULL,
        mail jsonb NOT NULL,
        state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'superseded')),
        attempts int NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL,
        error text,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE",
        Allowed::All,
    ),
];

const INDEXES: &str = "
CREATE TABLE login_names (
    key text CONSTRAINT login_name_key PRIMARY KEY,
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);
CREATE INDEX login_names_user ON login_names (organisation_id, user_id);
CREATE INDEX users_list ON users (organisation_id, sort_name, id) WHERE archived_at IS NULL;
CREATE INDEX users_status ON users (organisation_id, way_in, sort_name, id) WHERE archived_at IS NULL;
CREATE INDEX users_bank ON users (organisation_id, sort_name, id) WHERE archived_at IS NOT NULL;
CREATE INDEX users_same_name ON users (organisation_id, same_name);
CREATE INDEX users_search ON users USING gin (organisation_id, search_text gin_trgm_ops);
CREATE INDEX user_roles_role ON user_roles (organisation_id, role_id, user_id);
CREATE INDEX audit_events_subject ON audit_events (organisation_id, subject_id, id DESC);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'waiting';
CREATE INDEX outbox_user ON outbox (organisation_id, user_id, id DESC);
";

/// Security-definer functions: the only access to sessions, tokens and drafts (each takes the hash
/// of a secret that the caller holds), the worker's queries across organisations, and the search
/// that can use its trigram index. Also the trigger that wakes the workers of all servers after a
/// transaction that queues a mail commits; its notification has no payload, because it reaches all
/// of them.
const FUNCTIONS: &str = "
CREATE FUNCTION session_start(hash bytea, organisation uuid, person uuid, at timestamptz, until timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO sessions VALUES (hash, organisation, person, at, at, until);
    UPDATE users SET last_active_at = at WHERE organisation_id = organisation AND id = person;
$$;

CREATE FUNCTION session_end(hash bytea) RETURNS TABLE (organisation_id uuid, user_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM sessions WHERE token_hash = hash RETURNING organisation_id, user_id;
$$;

CREATE FUNCTION sessions_end_of(organisation uuid, person uuid, but bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM sessions WHERE organisation_id = organisation AND user_id = person AND token_hash IS DISTINCT FROM but;
$$;

CREATE FUNCTION session_authenticate(hash bytea, at timestamptz, idle interval) RETURNS jsonb
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
        'login_name', u.login_name, 'language', u.language, 'theme', u.theme,
        'organisation_name', o.name, 'is_operator', o.is_operator, 'login_name_format', o.login_name_format,
        'organisation_language', o.language, 'time_zone', o.time_zone,
        'must_change_password', coalesce(c.is_temporary, false),
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

CREATE FUNCTION token_add(hash bytea, what text, organisation uuid, person uuid, payload jsonb, until timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO tokens VALUES (hash, what, organisation, person, payload, until);
$$;

CREATE FUNCTION token_find(hash bytea, what text, at timestamptz) RETURNS TABLE (organisation_id uuid, user_id uuid, data jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT organisation_id, user_id, data FROM tokens WHERE token_hash = hash AND purpose = what AND expires_at > at;
$$;

CREATE FUNCTION token_use(hash bytea, what text, at timestamptz) RETURNS TABLE (organisation_id uuid, user_id uuid, data jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM tokens WHERE token_hash = hash AND purpose = what AND expires_at > at RETURNING organisation_id, user_id, data;
$$;

CREATE FUNCTION tokens_revoke(organisation uuid, person uuid, what text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM tokens WHERE purpose = what AND organisation_id IS NOT DISTINCT FROM organisation AND user_id IS NOT DISTINCT FROM person;
$$;

CREATE FUNCTION draft_keep(draft uuid, browser bytea, content text, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO drafts VALUES (draft, browser, content, at);
$$;

CREATE FUNCTION draft_find(draft uuid, browser bytea, at timestamptz) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT body FROM drafts WHERE id = draft AND browser_hash = browser AND created_at > at - interval '24 hours';
$$;

CREATE FUNCTION outbox_claim(at timestamptz, lease interval, most int) RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE outbox o SET next_at = at + lease, attempts = attempts + 1
    FROM (SELECT d.organisation_id, d.id FROM outbox d WHERE d.state = 'waiting' AND d.next_at <= at
          ORDER BY d.next_at LIMIT most FOR UPDATE SKIP LOCKED) due
    WHERE o.organisation_id = due.organisation_id AND o.id = due.id
    RETURNING o.organisation_id, o.id;
$$;

CREATE FUNCTION outbox_queued() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('usher_outbox', '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_queued AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_queued();

CREATE FUNCTION audit_behind(late interval) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.id FROM organisations o
    LEFT JOIN LATERAL (SELECT s.event_id FROM audit_seals s WHERE s.organisation_id = o.id ORDER BY s.event_id DESC LIMIT 1) newest ON true
    WHERE EXISTS (
        SELECT FROM audit_events e WHERE e.organisation_id = o.id
            AND (newest.event_id IS NULL OR e.id > (lpad(to_hex(('x' || left(translate(newest.event_id::text, '-', ''), 12))::bit(48)::bigint
                - (extract(epoch FROM late) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid)
            AND NOT EXISTS (SELECT FROM audit_seals s WHERE s.organisation_id = e.organisation_id AND s.event_id = e.id));
$$;

CREATE FUNCTION sweep(at timestamptz, idle interval, most int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH ended AS (DELETE FROM sessions WHERE token_hash IN (
            SELECT token_hash FROM sessions WHERE ends_at <= at OR seen_at <= at - idle LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        dead AS (DELETE FROM tokens WHERE token_hash IN (
            SELECT token_hash FROM tokens WHERE expires_at <= at LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        forgotten AS (DELETE FROM throttles WHERE key IN (
            SELECT key FROM throttles WHERE since < at - interval '1 day' LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1),
        stale AS (DELETE FROM drafts WHERE id IN (
            SELECT id FROM drafts WHERE created_at <= at - interval '24 hours' LIMIT most FOR UPDATE SKIP LOCKED) RETURNING 1)
    SELECT greatest((SELECT count(*) FROM ended), (SELECT count(*) FROM dead), (SELECT count(*) FROM forgotten), (SELECT count(*) FROM stale));
$$;

CREATE FUNCTION users_found(patterns text[], rarest text, only_self uuid, status text) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT format('organisation_id = %L AND archived_at IS %s NULL AND search_text LIKE %L AND search_text LIKE ALL (%L::text[]) %s %s',
        nullif(current_setting('app.organisation', true), '')::uuid, CASE WHEN status = 'archived' THEN 'NOT' ELSE '' END, rarest, patterns,
        CASE WHEN only_self IS NULL THEN '' ELSE format('AND id = %L', only_self) END,
        CASE WHEN status IS NULL OR status = 'archived' THEN '' ELSE format('AND way_in = %L', status) END);
$$;

CREATE FUNCTION users_search(patterns text[], rarest text, only_self uuid, status text, after_name text, after_id uuid, forward boolean, most int)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT id FROM users WHERE %s %s ORDER BY sort_name %s, id %s LIMIT %s',
        users_found(patterns, rarest, only_self, status),
        CASE WHEN after_name IS NULL THEN '' ELSE format('AND (sort_name, id) %s (%L, %L::uuid)', CASE WHEN forward THEN '>' ELSE '<' END, after_name, after_id) END,
        CASE WHEN forward THEN 'ASC' ELSE 'DESC' END, CASE WHEN forward THEN 'ASC' ELSE 'DESC' END, most);
END $$;

CREATE FUNCTION users_count(patterns text[], rarest text, only_self uuid, status text, most int) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counted bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM users WHERE %s LIMIT %s) AS found', users_found(patterns, rarest, only_self, status), most)
        INTO counted;
    RETURN counted;
END $$;
";

const OURS: &str = "session_start, session_end, sessions_end_of, session_authenticate, token_add, token_find, token_use,
    tokens_revoke, draft_keep, draft_find, outbox_claim, audit_behind, sweep, users_search, users_count";

fn grants() -> String {
    format!(
        "GRANT SELECT, INSERT, UPDATE ON organisations TO {APP_ROLE};
        GRANT SELECT, INSERT, UPDATE, DELETE ON login_names, throttles TO {APP_ROLE};
        GRANT INSERT ON security_events TO {APP_ROLE};
        REVOKE EXECUTE ON FUNCTION {OURS} FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION {OURS} TO {APP_ROLE};
        GRANT SELECT (organisation_id, id, sort_name, search_text, way_in, archived_at) ON users TO {SEARCH_ROLE};
        CREATE POLICY search ON users FOR SELECT TO {SEARCH_ROLE} USING (true);
        REVOKE EXECUTE ON FUNCTION users_found FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION users_found TO {SEARCH_ROLE};
        ALTER FUNCTION users_search OWNER TO {SEARCH_ROLE};
        ALTER FUNCTION users_count OWNER TO {SEARCH_ROLE};"
    )
}
