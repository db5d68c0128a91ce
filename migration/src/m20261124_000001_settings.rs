//! The settings of an organisation, its agreement with the vendor, and its suspension.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;
use crate::tenant::{Allowed, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(COLUMNS).await?;
        db.execute_unprepared(&table("vendor_notices", "id", NOTICES, Allowed::All))
            .await?;
        db.execute_unprepared(FUNCTIONS).await?;
        db.execute_unprepared(PERMISSIONS).await?;
        db.execute_unprepared(&grants()).await?;
        Ok(())
    }
}

const COLUMNS: &str = "
ALTER TABLE organisations
    ADD COLUMN version int NOT NULL DEFAULT 1,
    ADD COLUMN form_key uuid CONSTRAINT organisations_form_key UNIQUE,
    ADD COLUMN name_key text NOT NULL DEFAULT '',
    ADD COLUMN languages text[] NOT NULL DEFAULT '{en,sv}' CHECK (languages <@ '{en,sv}' AND language = ANY (languages)),
    ADD COLUMN own_domains text[] NOT NULL DEFAULT '{}',
    ADD COLUMN required_fields text[] NOT NULL DEFAULT '{}'
        CHECK (required_fields <@ '{email,phone,job_title,identity_number}'),
    ADD COLUMN archive_reasons text[] NOT NULL DEFAULT '{}',
    ADD COLUMN support_contact text NOT NULL DEFAULT '' CHECK (length(support_contact) <= 200),
    ADD COLUMN suspended_at timestamptz,
    ADD COLUMN suspended_reason text NOT NULL DEFAULT '',
    ADD COLUMN seats int CHECK (seats > 0),
    ADD COLUMN licence_from date,
    ADD COLUMN licence_until date,
    ADD COLUMN vendor_address text,
    ADD CONSTRAINT organisations_licence CHECK (licence_until >= licence_from);
UPDATE organisations SET name_key = lower(name);
CREATE INDEX organisations_list ON organisations (name_key, id);
CREATE INDEX users_created ON users (organisation_id, created_at);
";

/// Notices to the vendor: drafted by the system, sent by a person, and kept.
const NOTICES: &str = "
        id uuid NOT NULL,
        why text NOT NULL CHECK (why IN ('daily', 'nearly_used')),
        day date NOT NULL,
        counted_from timestamptz NOT NULL,
        counted_to timestamptz NOT NULL,
        accounts int NOT NULL,
        used int NOT NULL,
        seats int,
        drafted_at timestamptz NOT NULL,
        sent_at timestamptz,
        sent_by uuid,
        sent_to text,
        mail_id uuid,
        CONSTRAINT vendor_notices_day UNIQUE (organisation_id, day, why),
        FOREIGN KEY (organisation_id, sent_by) REFERENCES users (organisation_id, id) ON DELETE SET NULL (sent_by),
        FOREIGN KEY (organisation_id, mail_id) REFERENCES outbox (organisation_id, id) ON DELETE SET NULL (mail_id)";

/// The database enforces the seat limit for every way to take a seat. No session starts or
/// continues in a suspended organisation. The operator can count an organisation's users without
/// seeing them.
const FUNCTIONS: &str = "
CREATE FUNCTION users_seat() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    agreed int;
BEGIN
    SELECT seats INTO agreed FROM organisations WHERE id = NEW.organisation_id;
    IF agreed IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT seats INTO agreed FROM organisations WHERE id = NEW.organisation_id FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM users WHERE organisation_id = NEW.organisation_id AND archived_at IS NULL AND way_in IN ('invited', 'password')) > agreed THEN
        RAISE EXCEPTION 'organisations_seats: no seat is left' USING ERRCODE = 'check_violation', CONSTRAINT = 'organisations_seats';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER users_seat_new AFTER INSERT ON users FOR EACH ROW
    WHEN (NEW.way_in <> 'none' AND NEW.archived_at IS NULL) EXECUTE FUNCTION users_seat();
CREATE TRIGGER users_seat_taken AFTER UPDATE OF way_in, archived_at ON users FOR EACH ROW
    WHEN (NEW.way_in <> 'none' AND NEW.archived_at IS NULL AND (OLD.way_in = 'none' OR OLD.archived_at IS NOT NULL))
    EXECUTE FUNCTION users_seat();

CREATE FUNCTION organisation_figures(organisations uuid[]) RETURNS TABLE (id uuid, people bigint, seats bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT organisation_id, count(*), count(*) FILTER (WHERE way_in <> 'none') FROM users
    WHERE organisation_id = ANY (organisations) AND archived_at IS NULL GROUP BY organisation_id;
$$;

CREATE FUNCTION sessions_end_in(organisation uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM sessions WHERE organisation_id = organisation;
$$;

CREATE OR REPLACE FUNCTION session_start(hash bytea, organisation uuid, person uuid, at timestamptz, until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM organisations WHERE id = organisation AND suspended_at IS NOT NULL) THEN
        RAISE EXCEPTION 'organisations_suspended: nobody signs in' USING ERRCODE = 'check_violation', CONSTRAINT = 'organisations_suspended';
    END IF;
    INSERT INTO sessions VALUES (hash, organisation, person, at, at, until);
    UPDATE users SET last_active_at = at WHERE organisation_id = organisation AND id = person;
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

const PERMISSIONS: &str = "
INSERT INTO role_permissions (organisation_id, role_id, permission, reach)
    SELECT organisation_id, id, 'manage_settings', 'organisation' FROM roles WHERE key IN ('system_administrator', 'organisation_administrator')
    UNION ALL SELECT organisation_id, id, 'manage_organisations', 'organisation' FROM roles WHERE key = 'system_administrator';
";

fn grants() -> String {
    format!(
        "REVOKE EXECUTE ON FUNCTION organisation_figures, sessions_end_in FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION organisation_figures, sessions_end_in TO {APP_ROLE};"
    )
}
