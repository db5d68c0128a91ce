//! Limits the number of concurrent sessions of a user.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(&start())
            .await?;
        Ok(())
    }
}

/// The update locks the user's row, so that two sessions that start at the same time are counted
/// one after the other. The least recently used sessions end.
fn start() -> String {
    format!(
        "DROP FUNCTION session_start;
        CREATE FUNCTION session_start(hash bytea, organisation uuid, person uuid, at timestamptz, until timestamptz, replaces bytea, most int)
        RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            begun boolean;
        BEGIN
            IF EXISTS (SELECT FROM organisations WHERE id = organisation AND suspended_at IS NOT NULL) THEN
                RAISE EXCEPTION 'organisations_suspended: nobody signs in' USING ERRCODE = 'check_violation', CONSTRAINT = 'organisations_suspended';
            END IF;
            UPDATE users SET last_active_at = at WHERE organisation_id = organisation AND id = person;
            WITH replaced AS (DELETE FROM sessions WHERE token_hash = replaces AND ends_at > at RETURNING *)
            INSERT INTO sessions SELECT hash, organisation, person, at, at, least(until, r.ends_at),
                    coalesce(r.root_organisation_id, r.organisation_id), coalesce(r.root_user_id, r.user_id)
                FROM (SELECT) AS one LEFT JOIN replaced r ON true WHERE replaces IS NULL OR r.token_hash IS NOT NULL;
            begun := FOUND;
            DELETE FROM sessions WHERE token_hash IN (SELECT s.token_hash FROM sessions s
                WHERE s.organisation_id = organisation AND s.user_id = person AND s.token_hash <> hash
                ORDER BY s.seen_at DESC, s.created_at DESC OFFSET most - 1);
            RETURN begun;
        END $$;
        REVOKE EXECUTE ON FUNCTION session_start FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION session_start TO {APP_ROLE};"
    )
}
