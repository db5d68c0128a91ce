//! When what a person was given to sign in with ends, as a column of the person; and indexes that answer what a dashboard counts without
//! reading the people it counts.

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

/// The end was looked up in the outbox, once for each invited person, whenever somebody opened their start page.
const COLUMN: &str = "
ALTER TABLE users ADD COLUMN sign_in_ends_at timestamptz;
UPDATE users u SET sign_in_ends_at = (SELECT max(o.finished_at) + interval '7 days' FROM outbox o
        WHERE o.organisation_id = u.organisation_id AND o.user_id = u.id AND o.state = 'sent' AND o.mail ->> 'kind' = 'invitation')
    WHERE u.way_in = 'invited';
UPDATE users u SET sign_in_ends_at = c.expires_at FROM credentials c
    WHERE (c.organisation_id, c.user_id) = (u.organisation_id, u.id) AND c.is_temporary AND u.way_in = 'password';
";

/// Each holds what its widget asks and the order it shows, so that a count is read from the index alone. `users_seated` has one key for a
/// whole organisation: Postgres keeps equal keys as one list of rows.
const INDEXES: &str = "
CREATE INDEX users_sign_in_ends ON users (organisation_id, sign_in_ends_at, id) WHERE archived_at IS NULL AND sign_in_ends_at IS NOT NULL;
CREATE INDEX users_no_way_in ON users (organisation_id, id) WHERE archived_at IS NULL AND way_in = 'none';
CREATE INDEX users_seated ON users (organisation_id) WHERE archived_at IS NULL AND way_in <> 'none';
DROP INDEX users_seen;
CREATE INDEX users_seen ON users (organisation_id, last_active_at, id) WHERE archived_at IS NULL AND way_in = 'password';
";

/// Counts by that index, too, whenever somebody takes a seat of an agreement.
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
