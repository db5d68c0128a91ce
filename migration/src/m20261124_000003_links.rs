//! Linked accounts of a person in several organisations, the permission to link them, and requests
//! for links. Also, who manages users who hold only User.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;
use crate::tenant::{Allowed, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(GLOBAL_TABLE).await?;
        db.execute_unprepared(&table("link_requests", "id", REQUESTS, Allowed::Append))
            .await?;
        db.execute_unprepared(CHANGES).await?;
        db.execute_unprepared(FUNCTIONS).await?;
        db.execute_unprepared(&grants()).await?;
        Ok(())
    }
}

/// Accounts with the same `person_id` belong to the same person. The constraint allows each person
/// only one account in an organisation.
const GLOBAL_TABLE: &str = "
CREATE TABLE linked_accounts (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    person_id uuid NOT NULL,
    is_trusted boolean NOT NULL DEFAULT true,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    CONSTRAINT linked_accounts_one_each UNIQUE (person_id, organisation_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE
);
";

const REQUESTS: &str = "id uuid NOT NULL,
        user_id uuid NOT NULL,
        asked_by uuid NOT NULL,
        login_name text NOT NULL,
        reason text NOT NULL,
        asked_at timestamptz NOT NULL,
        is_linked boolean,
        why text NOT NULL DEFAULT '',
        answered_at timestamptz,
        FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, asked_by) REFERENCES users (organisation_id, id) ON DELETE CASCADE";

const CHANGES: &str = "
CREATE UNIQUE INDEX link_requests_open ON link_requests (organisation_id, user_id, login_name) WHERE answered_at IS NULL;
CREATE INDEX link_requests_waiting ON link_requests (asked_at) WHERE answered_at IS NULL;
CREATE INDEX link_requests_user ON link_requests (organisation_id, user_id, asked_at DESC);
ALTER TABLE sessions ADD COLUMN root_organisation_id uuid, ADD COLUMN root_user_id uuid;
CREATE INDEX sessions_root ON sessions (root_organisation_id, root_user_id) WHERE root_user_id IS NOT NULL;
INSERT INTO role_permissions (organisation_id, role_id, permission, reach)
    SELECT organisation_id, id, 'link_accounts', 'organisation' FROM roles WHERE key = 'system_administrator' ON CONFLICT DO NOTHING;
INSERT INTO role_gives (organisation_id, role_id, gives_id)
    SELECT r.organisation_id, r.id, base.id FROM roles r JOIN roles base ON base.organisation_id = r.organisation_id AND base.key = 'user'
    WHERE r.key IN ('system_administrator', 'organisation_administrator') ON CONFLICT DO NOTHING;
INSERT INTO role_manages (organisation_id, role_id, manages_id)
    SELECT r.organisation_id, r.id, base.id FROM roles r JOIN roles base ON base.organisation_id = r.organisation_id AND base.key = 'user'
    WHERE r.key IN ('system_administrator', 'organisation_administrator') ON CONFLICT DO NOTHING;
";

/// A session stores its root: the account that signed in, from which the session was switched.
/// Ending the root's sessions also ends it. Functions for the operator alone check here, too, that
/// the tenant is the operator's organisation.
const FUNCTIONS: &str = "
DROP FUNCTION IF EXISTS session_start;
CREATE FUNCTION session_start(hash bytea, organisation uuid, person uuid, at timestamptz, until timestamptz, replaces bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM organisations WHERE id = organisation AND suspended_at IS NOT NULL) THEN
        RAISE EXCEPTION 'organisations_suspended: nobody signs in' USING ERRCODE = 'check_violation', CONSTRAINT = 'organisations_suspended';
    END IF;
    UPDATE users SET last_active_at = at WHERE organisation_id = organisation AND id = person;
    WITH replaced AS (DELETE FROM sessions WHERE token_hash = replaces AND ends_at > at RETURNING *)
    INSERT INTO sessions SELECT hash, organisation, person, at, at, least(until, r.ends_at),
            coalesce(r.root_organisation_id, r.organisation_id), coalesce(r.root_user_id, r.user_id)
        FROM (SELECT) AS one LEFT JOIN replaced r ON true WHERE replaces IS NULL OR r.token_hash IS NOT NULL;
    RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION sessions_end_of(organisation uuid, person uuid, but bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM sessions WHERE token_hash IS DISTINCT FROM but AND ((organisation_id = organisation AND user_id = person)
        OR (root_organisation_id = organisation AND root_user_id = person));
$$;

CREATE OR REPLACE FUNCTION acting_organisation() RETURNS uuid
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT nullif(current_setting('app.organisation', true), '')::uuid;
$$;

CREATE OR REPLACE FUNCTION operator_acts() RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM organisations WHERE id = acting_organisation() AND is_operator);
$$;

CREATE OR REPLACE FUNCTION account_state(organisation uuid, person uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN u.archived_at IS NOT NULL THEN 'archived'
        WHEN o.suspended_at IS NOT NULL THEN 'suspended'
        WHEN u.way_in = 'invited' THEN 'invited'
        WHEN u.way_in = 'none' OR c.user_id IS NULL THEN 'no_way_in'
        WHEN c.is_temporary THEN 'temporary'
        ELSE 'ready' END
    FROM users u JOIN organisations o ON o.id = u.organisation_id
        LEFT JOIN credentials c ON (c.organisation_id, c.user_id) = (u.organisation_id, u.id)
    WHERE u.organisation_id = organisation AND u.id = person;
$$;

CREATE OR REPLACE FUNCTION account_shown(organisation uuid, person uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('organisation', o.id, 'organisation_name', o.name, 'user', u.id, 'login_name', u.login_name,
        'name', concat_ws(' ', u.first_name, nullif(u.last_name, '')), 'state', account_state(organisation, person))
    FROM users u JOIN organisations o ON o.id = u.organisation_id WHERE u.organisation_id = organisation AND u.id = person;
$$;

CREATE OR REPLACE FUNCTION accounts_of_session(hash bytea) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_agg(jsonb_build_array(o.id, o.name) ORDER BY o.name, o.id)
    FROM sessions s JOIN linked_accounts mine ON (mine.organisation_id, mine.user_id) = (s.organisation_id, s.user_id)
        JOIN linked_accounts l ON l.person_id = mine.person_id AND l.organisation_id <> mine.organisation_id
        JOIN organisations o ON o.id = l.organisation_id
    WHERE s.token_hash = hash;
$$;

CREATE OR REPLACE FUNCTION accounts_linked(person uuid) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT account_shown(l.organisation_id, l.user_id)
    FROM linked_accounts mine JOIN linked_accounts l ON l.person_id = mine.person_id AND l.organisation_id <> mine.organisation_id
        JOIN organisations o ON o.id = l.organisation_id
    WHERE mine.organisation_id = acting_organisation() AND mine.user_id = person ORDER BY o.name, o.id;
$$;

CREATE OR REPLACE FUNCTION account_trusted(person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT is_trusted FROM linked_accounts WHERE organisation_id = acting_organisation() AND user_id = person;
$$;

CREATE OR REPLACE FUNCTION account_distrust(person uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE linked_accounts SET is_trusted = false WHERE organisation_id = acting_organisation() AND user_id = person;
$$;

CREATE OR REPLACE FUNCTION account_switch(hash bytea, organisation uuid, at timestamptz) RETURNS TABLE (user_id uuid, state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here linked_accounts;
    there linked_accounts;
BEGIN
    SELECT l.* INTO here FROM sessions s JOIN linked_accounts l ON (l.organisation_id, l.user_id) = (s.organisation_id, s.user_id)
        WHERE s.token_hash = hash AND s.ends_at > at FOR SHARE OF l;
    SELECT l.* INTO there FROM linked_accounts l
        WHERE l.person_id = here.person_id AND l.organisation_id = organisation AND l.organisation_id <> here.organisation_id FOR SHARE;
    IF there IS NULL THEN
        RETURN;
    END IF;
    -- what archives or resets one of the two waits, and finds the new session then
    PERFORM 1 FROM users u WHERE (u.organisation_id, u.id) IN ((here.organisation_id, here.user_id), (there.organisation_id, there.user_id))
        ORDER BY u.organisation_id, u.id FOR NO KEY UPDATE;
    user_id := there.user_id;
    state := CASE
        WHEN NOT (SELECT l.is_trusted FROM linked_accounts l WHERE (l.organisation_id, l.user_id) = (here.organisation_id, here.user_id)) THEN 'reset'
        WHEN account_state(here.organisation_id, here.user_id) <> 'ready' THEN 'reset'
        ELSE account_state(there.organisation_id, there.user_id) END;
    RETURN NEXT;
END $$;

CREATE OR REPLACE FUNCTION accounts_named(named text) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT account_shown(u.organisation_id, u.id) FROM users u
    WHERE operator_acts() AND ((u.organisation_id, u.id) IN (SELECT n.organisation_id, n.user_id FROM login_names n WHERE n.key = named)
        OR (u.organisation_id, u.email) IN (SELECT o.id, named FROM organisations o))
    ORDER BY u.sort_name, u.organisation_id LIMIT 20;
$$;

CREATE OR REPLACE FUNCTION accounts_all(most int) RETURNS TABLE (person_id uuid, is_trusted boolean, account jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.person_id, l.is_trusted, account_shown(l.organisation_id, l.user_id) FROM linked_accounts l
        JOIN users u ON (u.organisation_id, u.id) = (l.organisation_id, l.user_id)
    WHERE operator_acts() AND l.person_id IN (
        SELECT p.person_id FROM linked_accounts p GROUP BY p.person_id ORDER BY max(p.linked_at) DESC, p.person_id LIMIT most)
    ORDER BY l.person_id, u.sort_name, l.organisation_id;
$$;

CREATE OR REPLACE FUNCTION account_link(one_in uuid, one uuid, other_in uuid, other uuid, fresh uuid, at timestamptz)
RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine uuid;
    theirs uuid;
    same uuid;
BEGIN
    IF NOT operator_acts() THEN
        RAISE insufficient_privilege;
    END IF;
    LOCK TABLE linked_accounts IN SHARE ROW EXCLUSIVE MODE;
    SELECT l.person_id INTO mine FROM linked_accounts l WHERE l.organisation_id = one_in AND l.user_id = one;
    SELECT l.person_id INTO theirs FROM linked_accounts l WHERE l.organisation_id = other_in AND l.user_id = other;
    IF mine = theirs THEN
        UPDATE linked_accounts l SET is_trusted = true WHERE (l.organisation_id, l.user_id) IN ((one_in, one), (other_in, other));
        RETURN QUERY VALUES (one_in, one, other_in), (other_in, other, one_in);
        RETURN;
    END IF;
    RETURN QUERY WITH left_ones AS (SELECT l.organisation_id AS o, l.user_id AS u FROM linked_accounts l WHERE l.person_id = mine
            UNION SELECT one_in, one),
        right_ones AS (SELECT l.organisation_id AS o, l.user_id AS u FROM linked_accounts l WHERE l.person_id = theirs
            UNION SELECT other_in, other)
        SELECT a.o, a.u, b.o FROM left_ones a CROSS JOIN right_ones b UNION ALL SELECT b.o, b.u, a.o FROM left_ones a CROSS JOIN right_ones b;
    same := coalesce(mine, theirs, fresh);
    UPDATE linked_accounts l SET person_id = same WHERE l.person_id = theirs;
    INSERT INTO linked_accounts VALUES (one_in, one, same, true, at), (other_in, other, same, true, at)
        ON CONFLICT ON CONSTRAINT linked_accounts_pkey DO UPDATE SET is_trusted = true;
END $$;

CREATE OR REPLACE FUNCTION account_unlink(one_in uuid, one uuid)
RETURNS TABLE (organisation_id uuid, user_id uuid, other_organisation_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person uuid;
BEGIN
    IF NOT operator_acts() THEN
        RAISE insufficient_privilege;
    END IF;
    LOCK TABLE linked_accounts IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM linked_accounts l WHERE l.organisation_id = one_in AND l.user_id = one RETURNING l.person_id INTO person;
    RETURN QUERY SELECT one_in, one, l.organisation_id FROM linked_accounts l WHERE l.person_id = person
        UNION ALL SELECT l.organisation_id, l.user_id, one_in FROM linked_accounts l WHERE l.person_id = person;
    DELETE FROM linked_accounts l WHERE l.person_id = person
        AND NOT EXISTS (SELECT FROM linked_accounts o WHERE o.person_id = person AND o.organisation_id <> l.organisation_id);
    DELETE FROM sessions s WHERE (s.root_organisation_id, s.root_user_id) <> (s.organisation_id, s.user_id)
        AND ((s.organisation_id = one_in AND s.user_id = one) OR (s.root_organisation_id = one_in AND s.root_user_id = one));
END $$;

CREATE OR REPLACE FUNCTION link_requests_waiting(most int)
RETURNS TABLE (id uuid, account jsonb, asker jsonb, login_name text, reason text, asked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, account_shown(r.organisation_id, r.user_id), account_shown(r.organisation_id, r.asked_by), r.login_name, r.reason, r.asked_at
    FROM link_requests r WHERE operator_acts() AND r.answered_at IS NULL ORDER BY r.asked_at, r.id LIMIT most;
$$;

CREATE OR REPLACE FUNCTION link_request_answer(request uuid, linked boolean, because text, at timestamptz, letter uuid)
RETURNS TABLE (organisation_id uuid, user_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked link_requests;
BEGIN
    IF NOT operator_acts() THEN
        RAISE insufficient_privilege;
    END IF;
    UPDATE link_requests r SET is_linked = linked, why = because, answered_at = at WHERE r.id = request AND r.answered_at IS NULL
        RETURNING r.* INTO asked;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO outbox (organisation_id, id, user_id, mail, next_at, created_at)
        SELECT asked.organisation_id, letter, u.id, jsonb_build_object('kind', 'link_answered', 'user', asked.user_id, 'linked', linked), at, at
        FROM users u WHERE u.organisation_id = asked.organisation_id AND u.id = asked.asked_by AND u.email IS NOT NULL AND u.archived_at IS NULL;
    RETURN QUERY SELECT asked.organisation_id, asked.user_id;
END $$;
";

const OURS: &str = "session_start, accounts_of_session, accounts_linked, account_trusted, account_distrust, account_switch, accounts_named,
    accounts_all, account_link, account_unlink, link_requests_waiting, link_request_answer";

fn grants() -> String {
    format!(
        "REVOKE EXECUTE ON FUNCTION {OURS}, acting_organisation, operator_acts, account_state, account_shown FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION {OURS} TO {APP_ROLE};"
    )
}
