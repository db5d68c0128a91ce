//! Reading the audit: the activity of a person or of another subject, and a person's own actions.

mod entries;
mod refusals;

use entries::to_entries;
pub use refusals::{cross_site, refused, write_repeated};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use usher_types::audit::ActivityEntry;
use usher_types::reports::Act;
use usher_types::{RoleName, UserId};
use uuid::Uuid;

use crate::Result;
use crate::entity::{audit_events, users};
use crate::scope::Tx;

/// The number of entries that a person's page shows.
const NEWEST: u64 = 50;

/// The subject of an activity, as far as the reader may see it.
pub(crate) struct ActivitySubject {
    /// The subject's id, as recorded in events.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The role's name, if the subject is a role.
    pub role: Option<RoleName>,
}

/// The newest events about a person, or a role.
pub(crate) async fn lines(tx: &Tx<'_>, subject: Uuid) -> Result<Vec<ActivityEntry>> {
    let events = tx
        .find::<audit_events::Entity>()
        .filter(audit_events::Column::SubjectId.eq(subject))
        .order_by_desc(audit_events::Column::Id)
        .limit(NEWEST)
        .all(tx.conn())
        .await?;
    Ok(to_entries(tx, events)
        .await?
        .into_iter()
        .map(|(_, line)| line)
        .collect())
}

/// One page of the events about a subject, of some kinds only, and the cursor of the next page.
pub(crate) async fn page(
    tx: &Tx<'_>,
    subject: Uuid,
    kinds: Option<&[&str]>,
    after: &str,
) -> Result<(Vec<ActivityEntry>, Option<String>)> {
    let mut found = tx
        .find::<audit_events::Entity>()
        .filter(audit_events::Column::SubjectId.eq(subject));
    if let Some(kinds) = kinds {
        let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        found = found.filter(Expr::cust_with_values("kind = ANY ($1)", [kinds]));
    }
    if let Ok(after) = after.parse::<Uuid>() {
        // ids are ordered by time: the page holds what is older than the id in the cursor
        found = found.filter(audit_events::Column::Id.lt(after));
    }
    let mut found = found
        .order_by_desc(audit_events::Column::Id)
        .limit(NEWEST + 1)
        .all(tx.conn())
        .await?;
    let is_more = found.len() as u64 > NEWEST;
    found.truncate(NEWEST as usize);
    let next = found
        .last()
        .filter(|_| is_more)
        .map(|last| last.id.to_string());
    Ok((
        to_entries(tx, found)
            .await?
            .into_iter()
            .map(|(_, line)| line)
            .collect(),
        next,
    ))
}

/// A person's own actions within a period, newest first, after a given event, and whether there are
/// more. Changed values are included only if the reader may see the person they are about.
pub(crate) async fn acts(
    tx: &Tx<'_>,
    person: UserId,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    after: &str,
) -> Result<(Vec<Act>, Option<String>)> {
    let theirs = || {
        tx.find::<audit_events::Entity>()
            .filter(audit_events::Column::ActorId.eq(person.0))
    };
    let mut found = theirs()
        .filter(audit_events::Column::At.gte(from))
        .filter(audit_events::Column::At.lt(until));
    if let Ok(after) = after.parse::<Uuid>()
        && let Some(after) = theirs()
            .filter(audit_events::Column::Id.eq(after))
            .one(tx.conn())
            .await?
    {
        let here = Expr::tuple([
            Expr::col(audit_events::Column::At),
            Expr::col(audit_events::Column::Id),
        ]);
        found = found.filter(here.lt(Expr::tuple([Expr::value(after.at), Expr::value(after.id)])));
    }
    found = found
        .order_by_desc(audit_events::Column::At)
        .order_by_desc(audit_events::Column::Id);
    let mut found = found.limit(NEWEST + 1).all(tx.conn()).await?;
    let is_more = found.len() as u64 > NEWEST;
    found.truncate(NEWEST as usize);
    let next = found
        .last()
        .filter(|_| is_more)
        .map(|last| last.id.to_string());
    let mut people = tx
        .users()
        .filter(users::Column::Id.is_in(found.iter().filter_map(|event| event.subject_id)));
    if !tx.scope().sees_user_bank() {
        people = people.filter(users::Column::ArchivedAt.is_null());
    }
    let people = people.all(tx.conn()).await?;
    let told = to_entries(tx, found)
        .await?
        .into_iter()
        .map(|(event, mut line)| {
            let subject = people.iter().find(|one| Some(one.id) == event.subject_id);
            if subject.is_none() {
                line.changes.clear();
            }
            let to = subject
                .filter(|one| one.id != person.0)
                .map(|one| (UserId(one.id), one.display_name()));
            Act { line, to }
        });
    Ok((told.collect(), next))
}
