//! Recording refusals, requests of other sites, and events that were only counted until their period
//! was over.

use chrono::TimeDelta;
use sea_orm::FromQueryResult;
use usher_types::audit::{Event, Repeatable};
use usher_types::{OrganisationId, Permission, UserId};
use uuid::Uuid;

use crate::foundation::limits::Limit;
use crate::infrastructure::throttles;
use crate::scope::Db;
use crate::{Result, Scope};

/// Records that a person was refused a page or an action, in a separate transaction, because the
/// refused one wrote nothing (ASVS 16.3.2).
///
/// # Errors
/// When the database fails.
pub async fn refused(scope: &Scope, path: &str, why: &str) -> Result<()> {
    // a person whose only permission is their own profile can be refused too, and that must be
    // recorded
    let tx = scope.write(Permission::OwnProfile).await?;
    tx.record_repeatable(
        Event::Refused {
            user: scope.actor(),
            path: path.to_owned(),
            why: why.to_owned(),
        },
        &[],
    )
    .await?;
    tx.commit().await
}

/// Counted events whose period is over: the organisation, and the account they were caused through.
#[derive(FromQueryResult)]
struct Due {
    organisation_id: Uuid,
    through_id: Uuid,
    through_organisation_id: Option<Uuid>,
}

/// How often a person caused a kind of event.
#[derive(FromQueryResult)]
struct Counted {
    user_id: Uuid,
    kind: Repeatable,
    counted: i32,
}

/// Writes one row for the events that were only counted, once their period is over. Any number of
/// servers may run this at the same time.
///
/// # Errors
/// When the database fails.
pub async fn write_repeated(db: &Db) -> Result<()> {
    let system = db.system(None);
    let over = system.now() - TimeDelta::seconds(i64::from(Limit::RepeatedEvents.seconds()));
    let tx = system.read(Permission::RunMaintenance).await?;
    let sql = "SELECT organisation_id, through_id, through_organisation_id FROM repeated_due($1)";
    let due: Vec<Due> = tx.rows(sql, [over.into()]).await?;
    drop(tx);
    for Due {
        organisation_id,
        through_id,
        through_organisation_id,
    } in due
    {
        let through = through_organisation_id
            .map(|organisation| (UserId(through_id), OrganisationId(organisation)));
        let scope = db
            .system(Some(OrganisationId(organisation_id)))
            .with_through(through);
        let tx = scope.write(Permission::RunMaintenance).await?;
        let sql = "DELETE FROM repeated_events WHERE since <= $1 AND through_id = $2 RETURNING user_id, kind, counted";
        let counted: Vec<Counted> = tx.rows(sql, [over.into(), through_id.into()]).await?;
        let mut events = Vec::new();
        for row in counted {
            let times =
                u32::try_from(row.counted - Limit::RepeatedEvents.most()).unwrap_or_default();
            if times > 0 {
                events.push(Event::Repeated {
                    user: UserId(row.user_id),
                    of: row.kind,
                    times,
                });
            }
        }
        tx.record_all(&events).await?;
        tx.commit_without_event().await?;
    }
    Ok(())
}

/// Records that a page of another site tried to change something here (ASVS 16.3.3). `visitor` is a
/// visitor's scope, because the request's cookies were not read.
///
/// # Errors
/// When the database fails.
pub async fn cross_site(visitor: &Scope, path: &str, address: &str) -> Result<()> {
    if !throttles::is_below_limit(visitor, Limit::CrossSite, address).await? {
        return Ok(());
    }
    let tx = visitor.write(Permission::SignIn).await?;
    tx.record_security_event("cross_site", path, address)
        .await?;
    tx.commit_without_event().await
}
