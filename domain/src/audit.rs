//! Reading the audit (a person's activity), and recording refusals.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use usher_types::audit::{ActivityEntry, Actor, Change, Event, Repeatable, Through};
use usher_types::reports::Act;
use usher_types::{ListId, OrganisationId, Permission, RoleId, UserId};
use uuid::Uuid;

use crate::entity::{audit_details, audit_events, organisations, roles, users};
use crate::infrastructure::throttles::{self, Limit};
use crate::scope::{Db, Tx, Write};
use crate::{Error, Result, Scope, clients, customers, lists, units};

/// The number of entries that a person's page shows.
const NEWEST: u64 = 50;

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
    if !tx.scope().grants().reaches_others(Permission::UserBank) {
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

/// Events as entries, with the names and values that the reader may see.
async fn to_entries(
    tx: &Tx<'_>,
    events: Vec<audit_events::Model>,
) -> Result<Vec<(audit_events::Model, ActivityEntry)>> {
    let ids = events.iter().map(|event| event.id);
    let details = tx
        .find::<audit_details::Entity>()
        .filter(audit_details::Column::EventId.is_in(ids))
        .all(tx.conn())
        .await?;
    let details: BTreeMap<Uuid, serde_json::Value> = details
        .into_iter()
        .map(|detail| (detail.event_id, detail.changes))
        .collect();
    // the operator does not learn the names of people who act within another organisation
    let actors = events
        .iter()
        .filter_map(|event| event.actor_id)
        .filter(|_| !tx.scope().is_acting_on_another());
    let names = tx
        .users()
        .filter(users::Column::Id.is_in(actors))
        .all(tx.conn())
        .await?;
    let guests = events
        .iter()
        .filter(|event| event.actor_organisation_id != Some(event.organisation_id));
    let operators = operators_here(tx, guests.filter_map(|event| event.actor_id).collect()).await?;
    let names: BTreeMap<Uuid, String> = names
        .iter()
        .map(|person| (person.id, person.display_name()))
        .collect();
    let known = tx.find::<roles::Entity>().all(tx.conn()).await?;
    let broken = |error: serde_json::Error| Error::Broken(error.to_string());
    let mut read = Vec::with_capacity(events.len());
    for row in events {
        let event: Event = serde_json::from_value(row.event.clone()).map_err(broken)?;
        read.push((row, event));
    }
    let mut units = units::names_of(tx, read.iter().filter_map(|(_, event)| unit(event))).await?;
    let through = through(
        tx,
        read.iter()
            .filter(|(row, _)| row.through_id.is_some())
            .map(|(row, _)| row.id)
            .collect(),
    )
    .await?;
    let others: Vec<Uuid> = read
        .iter()
        .filter_map(|(_, event)| event.elsewhere())
        .map(|organisation| organisation.0)
        .collect();
    if !others.is_empty() {
        let others = tx
            .find::<organisations::Entity>()
            .filter(organisations::Column::Id.is_in(others))
            .all(tx.conn())
            .await?;
        units.extend(others.into_iter().map(|other| (other.id, other.name)));
    }
    let others = clients::people(tx, read.iter().filter_map(|(_, event)| event.other())).await?;
    units
        .extend(customers::names_of(tx, read.iter().filter_map(|(_, event)| served(event))).await?);
    let listed = lists::names_of(tx, read.iter().filter_map(|(_, event)| list(event))).await?;
    let mut lines = Vec::with_capacity(read.len());
    for (row, event) in read {
        let changes: Vec<Change> = match details.get(&row.id) {
            Some(changes) => serde_json::from_value(changes.clone()).map_err(broken)?,
            None => Vec::new(),
        };
        let named = event.roles();
        let is_elsewhere = row.actor_organisation_id != Some(row.organisation_id);
        let who = match row.actor_id {
            None => Actor::System,
            Some(_) if is_elsewhere && event.is_of_a_holder() => Actor::Holder,
            Some(id) if is_elsewhere => Actor::Operator(operators.get(&id).cloned()),
            Some(id) => names.get(&id).cloned().map_or(Actor::Hidden, Actor::Named),
        };
        let line = ActivityEntry {
            when: tx.scope().moment(row.at),
            // if the actor is hidden from the reader, so is the account that signed in
            through: through
                .get(&row.id)
                .filter(|_| matches!(who, Actor::Named(_)))
                .cloned(),
            who,
            unit: unit(&event)
                .or(served(&event))
                .or(event.elsewhere().map(|other| other.0))
                .and_then(|id| units.get(&id).cloned()),
            other: event.other().and_then(|id| others.get(&id.0).cloned()),
            list: list(&event).and_then(|id| listed.get(&id).cloned()),
            roles: known
                .iter()
                .filter(|role| named.contains(&RoleId(role.id)))
                .map(roles::Model::role_name)
                .collect(),
            event,
            changes,
        };
        lines.push((row, line));
    }
    Ok(lines)
}

/// The names of the operator's people who acted in this organisation, with the name of their
/// organisation: actions across organisations are never anonymous.
pub(crate) async fn operators_here(
    tx: &Tx<'_>,
    people: Vec<Uuid>,
) -> Result<BTreeMap<Uuid, String>> {
    if people.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = tx
        .all("SELECT id, name FROM operators_here($1)", [people.into()])
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "name")?)))
        .collect()
}

/// The accounts in other organisations through which events were caused, by event.
async fn through(tx: &Tx<'_>, events: Vec<Uuid>) -> Result<BTreeMap<Uuid, Through>> {
    if events.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = tx
        .all("SELECT * FROM audit_through($1)", [events.into()])
        .await?;
    let through = rows.iter().map(|row| {
        let account = Through {
            name: row.try_get("", "name")?,
            organisation: row.try_get("", "organisation_name")?,
        };
        Ok((row.try_get("", "event_id")?, account))
    });
    through.collect()
}

fn unit(event: &Event) -> Option<Uuid> {
    match event {
        Event::OfficeChanged { office, .. } => office.map(|office| office.0),
        Event::MemberAdded { team, .. }
        | Event::MemberRemoved { team, .. }
        | Event::CoverGiven { team, .. }
        | Event::CoverEnded { team, .. } => Some(team.0),
        Event::ClientEdited { covering, .. } | Event::ClientMoved { covering, .. } => {
            covering.map(|team| team.0)
        }
        _ => None,
    }
}

/// The customer or contract that an event on another subject's page names.
fn served(event: &Event) -> Option<Uuid> {
    match event {
        Event::CustomerLeft { customer, .. } => Some(customer.0),
        Event::ConfigLeft { contract, .. }
        | Event::ContractMade { contract, .. }
        | Event::ContractEdited { contract, .. }
        | Event::ContractClosed { contract, .. } => Some(contract.0),
        _ => None,
    }
}

fn list(event: &Event) -> Option<ListId> {
    match event {
        Event::ListLeft { list, .. } => Some(*list),
        _ => None,
    }
}

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

/// Writes one row for the events that were only counted, once their period is over. Any number of
/// servers may run this at the same time.
///
/// # Errors
/// When the database fails.
pub async fn write_repeated(db: &Db) -> Result<()> {
    let system = db.system(None);
    let over = system.now() - TimeDelta::seconds(i64::from(Limit::RepeatedEvents.seconds()));
    let tx = system.read(Permission::RunMaintenance).await?;
    let due = tx
        .all("SELECT * FROM repeated_due($1)", [over.into()])
        .await?;
    drop(tx);
    for row in due {
        let (through, elsewhere): (Uuid, Option<Uuid>) = (
            row.try_get("", "through_id")?,
            row.try_get("", "through_organisation_id")?,
        );
        let scope = db.system(Some(OrganisationId(row.try_get("", "organisation_id")?)));
        let scope = scope.with_through(
            elsewhere.map(|organisation| (UserId(through), OrganisationId(organisation))),
        );
        let tx = scope.write(Permission::RunMaintenance).await?;
        let counted = "DELETE FROM repeated_events WHERE since <= $1 AND through_id = $2 RETURNING user_id, kind, counted";
        let rows = tx.all(counted, [over.into(), through.into()]).await?;
        let mut events = Vec::new();
        for row in rows {
            let (user, kind, counted): (Uuid, String, i32) = (
                row.try_get("", "user_id")?,
                row.try_get("", "kind")?,
                row.try_get("", "counted")?,
            );
            let of = Repeatable::from_code(&kind)
                .ok_or_else(|| Error::Broken(format!("no such kind of event: {kind}")))?;
            let times = u32::try_from(counted - Limit::RepeatedEvents.most()).unwrap_or_default();
            if times > 0 {
                events.push(Event::Repeated {
                    user: UserId(user),
                    of,
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
    security_event(&tx, "cross_site", path, address).await?;
    tx.commit_without_event().await
}

/// Records a security event that belongs to no organisation, or that only the operator may see.
pub(crate) async fn security_event(
    tx: &Write<'_>,
    kind: &str,
    subject: &str,
    address: &str,
) -> Result<()> {
    let scope = tx.scope();
    let values = [
        tx.id().into(),
        scope.now().into(),
        kind.into(),
        subject.into(),
        address.into(),
        scope.request().into(),
    ];
    tx.execute(
        "INSERT INTO security_events VALUES ($1, $2, $3, $4, $5, $6)",
        values,
    )
    .await?;
    Ok(())
}
