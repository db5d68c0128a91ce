//! Audit rows as entries of an activity, with the names and values that the reader may see.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, FromQueryResult, QueryFilter};
use usher_types::audit::{ActivityEntry, Actor, Change, Event, Through};
use usher_types::{ListId, RoleId};
use uuid::Uuid;

use crate::entity::{audit_details, audit_events, roles, users};
use crate::infrastructure::directory;
use crate::scope::Tx;
use crate::{Error, Result};

/// Events as entries, with the names and values that the reader may see.
pub(super) async fn to_entries(
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
    let operators =
        directory::names_of_operators(tx, guests.filter_map(|event| event.actor_id)).await?;
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
    let mut units =
        directory::names_of_units(tx, read.iter().filter_map(|(_, event)| unit(event))).await?;
    let through = through(
        tx,
        read.iter()
            .filter(|(row, _)| row.through_id.is_some())
            .map(|(row, _)| row.id)
            .collect(),
    )
    .await?;
    let elsewhere = read.iter().filter_map(|(_, event)| event.elsewhere());
    units.extend(directory::names_of_organisations(tx, elsewhere).await?);
    let others =
        directory::names_of_people(tx, read.iter().filter_map(|(_, event)| event.other())).await?;
    units.extend(
        directory::names_of_customers(tx, read.iter().filter_map(|(_, event)| served(event)))
            .await?,
    );
    let listed =
        directory::names_of_lists(tx, read.iter().filter_map(|(_, event)| list(event))).await?;
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

/// The account of another organisation through which an event was caused.
#[derive(FromQueryResult)]
struct ThroughRow {
    event_id: Uuid,
    name: String,
    organisation_name: String,
}

/// The accounts in other organisations through which events were caused, by event.
async fn through(tx: &Tx<'_>, events: Vec<Uuid>) -> Result<BTreeMap<Uuid, Through>> {
    if events.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = "SELECT event_id, name, organisation_name FROM audit_through($1)";
    let rows: Vec<ThroughRow> = tx.rows(sql, [events.into()]).await?;
    let accounts = rows.into_iter().map(|row| {
        let account = Through {
            name: row.name,
            organisation: row.organisation_name,
        };
        (row.event_id, account)
    });
    Ok(accounts.collect())
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
