//! Counting against limits is one statement, whoever asks.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(&count()).await?;
        Ok(())
    }
}

/// Counts one under each key in turn, and stops at the first that is exceeded: its place, and the seconds until its time is over. A key's time begins
/// with its first count. The commit is not waited for: a counter that is lost with the server's last half second costs nothing, and
/// requests of one caller wait for each other no longer than the statement takes.
fn count() -> String {
    format!(
        "CREATE FUNCTION limits_count(keys text[], most int[], seconds int[], at timestamptz) RETURNS TABLE (place int, wait int)
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        DECLARE
            counted int;
            until timestamptz;
        BEGIN
            PERFORM set_config('synchronous_commit', 'off', true);
            FOR i IN 1 .. cardinality(keys) LOOP
                INSERT INTO throttles AS t (key, failures, since) VALUES (keys[i], 1, at)
                ON CONFLICT (key) DO UPDATE SET
                    failures = CASE WHEN t.since <= at - make_interval(secs => seconds[i]) THEN 1 ELSE least(t.failures, most[i]) + 1 END,
                    since = CASE WHEN t.since <= at - make_interval(secs => seconds[i]) THEN at ELSE t.since END
                RETURNING failures, since + make_interval(secs => seconds[i]) INTO counted, until;
                IF counted > most[i] THEN
                    place := i;
                    wait := greatest(1, ceil(extract(epoch FROM until - at))::int);
                    RETURN NEXT;
                    RETURN;
                END IF;
            END LOOP;
        END $$;
        REVOKE EXECUTE ON FUNCTION limits_count FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION limits_count TO {APP_ROLE};"
    )
}
