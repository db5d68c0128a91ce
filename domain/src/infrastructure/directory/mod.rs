//! The directory: names rows by their ids, and finds people and clients by words, for every context. It reads
//! tables and calls no context, so that audit and the contexts it names need not know each other.

mod clients;
mod people;
mod roles;

pub(crate) use clients::{ClientSearch, clients_by_beginning, first_clients, similar_clients};
pub(crate) use people::{
    NOT_NOTIFIED, PeopleSearch, find, find_everybody, first_people, held_by, may, named,
    similar_people, to_rows,
};
pub(crate) use roles::{active_roles, base_role, built_in_role};

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, FromQueryResult, QueryFilter};
use usher_types::{ListId, ListName, OrganisationId, UserId};
use uuid::Uuid;

use crate::Result;
use crate::entity::{lists, organisations};
use crate::scope::Tx;

/// A row and its name.
#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

/// The names of the rows that a statement finds by their ids, its only parameter.
async fn names(tx: &Tx<'_>, sql: &str, ids: Vec<Uuid>) -> Result<BTreeMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<Named> = tx.rows(sql, [ids.into()]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The names of offices and teams, including closed ones and regardless of the actor's reach:
/// somebody who may see a team may know its office, a cover is shown on the pages of both teams,
/// and past events keep their names.
pub(crate) async fn names_of_units(
    tx: &Tx<'_>,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, String>> {
    let sql = "SELECT id, name FROM offices WHERE id = ANY ($1) UNION ALL SELECT id, name FROM teams WHERE id = ANY ($1)";
    names(tx, sql, ids.into_iter().collect()).await
}

/// The names of customers and contracts, including closed ones: past events keep their names.
pub(crate) async fn names_of_customers(
    tx: &Tx<'_>,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, String>> {
    let sql = "SELECT id, name FROM customers WHERE id = ANY ($1) UNION ALL SELECT id, name FROM contracts WHERE id = ANY ($1)";
    names(tx, sql, ids.into_iter().collect()).await
}

/// The names of people, regardless of the actor's reach: somebody who may see a client may know who
/// works with them.
pub(crate) async fn names_of_people(
    tx: &Tx<'_>,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<BTreeMap<Uuid, String>> {
    let sql = "SELECT id, concat_ws(' ', first_name, nullif(last_name, '')) AS name FROM users WHERE id = ANY ($1)";
    let ids = ids.into_iter().map(|id| id.0).collect();
    names(tx, sql, ids).await
}

/// The names of the operator's people who acted in this organisation, with the name of their
/// organisation: actions across organisations are never anonymous.
pub(crate) async fn names_of_operators(
    tx: &Tx<'_>,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, String>> {
    let sql = "SELECT id, name FROM operators_here($1)";
    names(tx, sql, ids.into_iter().collect()).await
}

/// The names of organisations.
pub(crate) async fn names_of_organisations(
    tx: &Tx<'_>,
    ids: impl IntoIterator<Item = OrganisationId>,
) -> Result<BTreeMap<Uuid, String>> {
    let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = tx
        .find::<organisations::Entity>()
        .filter(organisations::Column::Id.is_in(ids))
        .all(tx.conn())
        .await?;
    Ok(found.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Lists by their ids, including closed ones: past events keep their names.
pub(crate) async fn names_of_lists(
    tx: &Tx<'_>,
    ids: impl IntoIterator<Item = ListId>,
) -> Result<BTreeMap<ListId, ListName>> {
    let ids: Vec<ListId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = tx
        .find::<lists::Entity>()
        .filter(lists::Column::Id.is_in(ids))
        .all(tx.conn())
        .await?;
    Ok(found
        .into_iter()
        .map(|list| (list.id, list.list_name()))
        .collect())
}
