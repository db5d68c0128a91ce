//! The history of referrals, its delivery to the other organisation, and the resources that
//! organisations share with each other.

use sea_orm_migration::prelude::*;

use crate::APP_ROLE;
use crate::tenant::{Allowed, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for (name, columns, allowed) in TABLES {
            db.execute_unprepared(&table(name, "id", columns, *allowed))
                .await?;
        }
        db.execute_unprepared(CHANGES).await?;
        db.execute_unprepared(FUNCTIONS).await?;
        db.execute_unprepared(&format!(
            "REVOKE EXECUTE ON FUNCTION {OURS} FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION {OURS} TO {APP_ROLE};"
        ))
        .await?;
        Ok(())
    }
}

/// An event of the history is a row of each organisation, with the same id, and is append-only. A
/// queued delivery is deleted when it is done. Its `resource_id` belongs to the other organisation,
/// so it cannot be a foreign key.
const TABLES: &[(&str, &str, Allowed)] = &[
    (
        "referral_events",
        "id uuid NOT NULL,
        referral_id uuid NOT NULL,
        at timestamptz NOT NULL,
        step text NOT NULL CHECK (step IN ('sent', 'asked', 'replied', 'accepted', 'declined', 'withdrawn', 'ended', 'undelivered')),
        actor_id uuid,
        is_theirs boolean NOT NULL,
        actor_name text NOT NULL DEFAULT '' CHECK (length(actor_name) <= 401),
        note text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
        FOREIGN KEY (organisation_id, referral_id) REFERENCES referrals (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, actor_id) REFERENCES users (organisation_id, id) ON DELETE SET NULL (actor_id)",
        Allowed::Append,
    ),
    (
        "referral_crossings",
        "id uuid NOT NULL,
        referral_id uuid NOT NULL,
        number int NOT NULL,
        resource_id uuid,
        attempts int NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL,
        CONSTRAINT referral_crossings_order UNIQUE (organisation_id, referral_id, number),
        FOREIGN KEY (organisation_id, referral_id) REFERENCES referrals (organisation_id, id) ON DELETE CASCADE,
        FOREIGN KEY (organisation_id, id) REFERENCES referral_events (organisation_id, id) ON DELETE CASCADE",
        Allowed::All,
    ),
];

const CHANGES: &str = "
CREATE INDEX referral_events_of ON referral_events (organisation_id, referral_id, at, id);
CREATE INDEX referral_crossings_due ON referral_crossings (next_at);
CREATE INDEX referrals_list ON referrals (organisation_id, created_at DESC, id DESC);
CREATE INDEX resources_shared ON resources (name_key, id) WHERE is_shared AND closed_at IS NULL;
CREATE INDEX organisations_taking ON organisations (name_key, id) WHERE takes_referrals AND suspended_at IS NULL;
";

/// Deliveries keep their order: a later event waits until the earlier ones are done. An
/// organisation sees only the shared resources of other organisations that accept referrals.
const FUNCTIONS: &str = "
CREATE FUNCTION referral_crossings_claim(at timestamptz, lease interval, most int) RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE referral_crossings c SET next_at = at + lease * power(2, least(c.attempts, 6)), attempts = c.attempts + 1
    FROM (SELECT d.organisation_id, d.id FROM referral_crossings d
          WHERE d.next_at <= at AND NOT EXISTS (SELECT FROM referral_crossings e
              WHERE e.organisation_id = d.organisation_id AND e.referral_id = d.referral_id AND e.number < d.number)
          ORDER BY d.next_at, d.number LIMIT most FOR UPDATE SKIP LOCKED) due
    WHERE c.organisation_id = due.organisation_id AND c.id = due.id
    RETURNING c.organisation_id, c.id;
$$;

CREATE FUNCTION resources_offered(patterns text[], wanted_of uuid, wanted uuid, most int)
RETURNS TABLE (id uuid, organisation_id uuid, organisation_name text, name text, description text, contact text, opening text, is_full boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.organisation_id, o.name, r.name, r.description, r.contact, r.opening,
        r.capacity IS NOT NULL AND r.capacity <= (SELECT count(*) FROM referrals t
            WHERE t.organisation_id = r.organisation_id AND t.resource_id = r.id AND t.status = 'accepted')
    FROM resources r JOIN organisations o ON o.id = r.organisation_id
    WHERE r.is_shared AND r.closed_at IS NULL AND o.takes_referrals AND o.suspended_at IS NULL
        AND r.organisation_id <> nullif(current_setting('app.organisation', true), '')::uuid
        AND r.search_text LIKE ALL (patterns)
        AND (wanted IS NULL OR (r.organisation_id = wanted_of AND r.id = wanted))
    ORDER BY r.name_key, r.id LIMIT most;
$$;
";

const OURS: &str = "referral_crossings_claim, resources_offered";
