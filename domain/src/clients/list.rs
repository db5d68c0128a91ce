//! The list of clients.

use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QuerySelect};
use usher_types::clients::{ClientList, ClientQuery, ClientRow, Colleague};
use usher_types::paging::Ignored;
use usher_types::{ClientId, Permission, TeamId, TeamName, UserId};

use super::person;
use crate::entity::clients;
use crate::foundation::paging::{COUNTED, Keyset, PAGE};
use crate::infrastructure::directory;
use crate::scope::Tx;
use crate::{Result, Scope, units};

/// One page of clients within reach.
///
/// # Errors
/// [`Refusal::Forbidden`](usher_types::Refusal::Forbidden).
pub async fn list(scope: &Scope, query: ClientQuery) -> Result<ClientList> {
    let tx = scope.read(Permission::ViewClients).await?;
    visible_list(&tx, query).await
}

/// The same inside a transaction.
pub(super) async fn visible_list(tx: &Tx<'_>, mut query: ClientQuery) -> Result<ClientList> {
    let teams = units::team_names(tx).await?;
    let mut ignored = Ignored::default();
    ignored.unless("whose", &mut query.whose, |whose| {
        ["mine", "queue"].contains(&whose) || whose.parse::<UserId>().is_ok()
    });
    ignored.unless("team", &mut query.team, |id| {
        teams.iter().any(|team| team.id.to_string() == id)
    });
    ignored.unless("status", &mut query.status, |status| status == "archived");
    let search = directory::ClientSearch::of(tx, &query);
    let named = match query.cursor.named::<ClientId>() {
        Some(id) => {
            tx.clients()?
                .filter(clients::Column::Id.eq(id.0))
                .one(tx.conn())
                .await?
        }
        None => None,
    };
    let keyset = Keyset::new(
        &query.cursor,
        named.map(|client| (client.sort_name, client.id)),
    );
    let page = keyset.page(search.page(tx, &keyset, PAGE + 1).await?, |client| {
        client.id
    });
    let (pages, rows) = page.counted(search.count(tx)).await?;
    let queued = tx
        .clients()?
        .filter(clients::Column::ArchivedAt.is_null())
        .filter(clients::Column::ResponsibleId.is_null());
    let queued = queued.limit(COUNTED).count(tx.conn()).await?;
    let of = match search.responsible() {
        // a person's name is shown because of clients the actor may see; an id in an address alone
        // reveals no name
        Some(user) => match tx
            .clients()?
            .filter(clients::Column::ResponsibleId.eq(user))
            .one(tx.conn())
            .await?
        {
            Some(client) => person(tx, client.responsible_id).await?,
            None => None,
        },
        None => None,
    };
    Ok(ClientList {
        of,
        rows: to_rows(tx, rows).await?,
        pages,
        queued: queued as u32,
        teams,
        ignored,
        may_create: tx.scope().grants().has(Permission::EditClients),
        query,
    })
}

/// Clients with their teams and responsible people.
pub(crate) async fn to_rows(tx: &Tx<'_>, found: Vec<clients::Model>) -> Result<Vec<ClientRow>> {
    let names = directory::names_of_people(
        tx,
        found
            .iter()
            .filter_map(|client| client.responsible_id)
            .map(UserId),
    )
    .await?;
    let teams =
        directory::names_of_units(tx, found.iter().filter_map(|client| client.team_id)).await?;
    let rows = found.into_iter().map(|client| ClientRow {
        id: ClientId(client.id),
        name: client.display_name(),
        initials: client.initials(),
        team: client.team_id.and_then(|id| {
            Some(TeamName {
                id: TeamId(id),
                name: teams.get(&id)?.clone(),
                office: None,
            })
        }),
        responsible: client.responsible_id.and_then(|id| {
            Some(Colleague {
                user: UserId(id),
                name: names.get(&id)?.clone(),
            })
        }),
        number: client.number,
    });
    Ok(rows.collect())
}
