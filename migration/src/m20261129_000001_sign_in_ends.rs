//! The expiry of a user's invitation or temporary password becomes a column of the user. Indexes
//! cover the counts of dashboards, so that they do not read the users themselves.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(COLUMN).await?;
        db.execute_unprepared(INDEXES).await?;
        db.execute_unprepared(SEATS).await?;
        Ok(())
    }
}

/// The expiry was looked up in the outbox, for each invited user, whenever the start page was
/// opened.
const COLUMN: &str = "
ALTER TABLE users ADD COLUMN sign_in_ends_at timestamptz;
UPDATE users u SET sign_in_ends_at = (SELECT max(o.finished_at) + interval '7 days' FROM outbox o
        WHERE o.organisation_id = u.organisation_id AND o.user_id = u.id AND o.state = 'sent' AND o.mail ->> 'kind' = 'invitation')
    WHERE u.way_in = 'invited';
UPDATE users u SET sign_in_ends_at = c.expires_at FROM credentials c
    WHERE (c.organisation_id, c.user_id) = (u.organisation_id, u.id) AND c.is_temporary AND u.way_in = 'password';
";

/// Each index contains the condition and the order of its widget, so that an index-only scan
/// counts. `users_seated` has a single key for an organisation: Postgres stores equal keys as a
/// list of rows.
const INDEXES: &str = "
CREATE INDEX users_sign_in_ends ON users (organisation_id, sign_in_ends_at, id) WHERE archived_at IS NULL AND sign_in_ends_at IS NOT NULL;
CREATE INDEX users_no_way_in ON users (organisation_id, id) WHERE archived_at IS NULL AND way_in = 'none';
CREATE INDEX users_seated ON users (organisation_id) WHERE archived_at IS NULL AND way_in <> 'none';
DROP INDEX users_seen;
CREATE INDEX users_seen ON users (organisation_id, last_active_at, id) WHERE archived_at IS NULL AND way_in = 'password';
";

/// The count of taken seats uses that index, too, whenever a user takes a seat.
const SEATS: &str = "
CREATE OR REPLACE FUNCTION users_seat() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    agreed int;
BEGIN
    SELECT seats INTO agreed FROM organisations WHERE id = NEW.organisation_id;
    IF agreed IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT seats INTO agreed FROM organisations WHERE id = NEW.organisation_id FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM users WHERE organisation_id = NEW.organisation_id AND archived_at IS NULL AND way_in <> 'none') > agreed THEN
        RAISE EXCEPTION 'organisations_seats: no seat is left' USING ERRCODE = 'check_violation', CONSTRAINT = 'organisations_seats';
    END IF;
    RETURN NULL;
END $$;
";
