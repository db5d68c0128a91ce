//! The list of clients.

use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QuerySelect, Select, Value};
use usher_types::clients::{ClientList, ClientQuery, ClientRow, Colleague};
use usher_types::paging::Ignored;
use usher_types::{ClientId, Permission, TeamId, TeamName, UserId};
use uuid::Uuid;

use super::{people, person};
use crate::entity::clients;
use crate::foundation::paging::{COUNTED, Keyset, PAGE};
use crate::foundation::search::patterns_of_people;
use crate::scope::{ClientBounds, Tx};
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
    let search = Search::of(tx, &query);
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
    let queued = listed(tx.clients()?, false).filter(clients::Column::ResponsibleId.is_null());
    let queued = queued.limit(COUNTED).count(tx.conn()).await?;
    let of = match search.whose {
        // a person's name is shown because of clients the actor may see; an id in an address alone
        // reveals no name
        Whose::Of(user) => match tx
            .clients()?
            .filter(clients::Column::ResponsibleId.eq(user))
            .one(tx.conn())
            .await?
        {
            Some(client) => person(tx, client.responsible_id).await?,
            None => None,
        },
        _ => None,
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

/// The first clients whose names contain all of the words; without words, the first by name.
pub(crate) async fn first(
    tx: &Tx<'_>,
    permission: Permission,
    words: &str,
    most: u64,
) -> Result<Vec<clients::Model>> {
    let mut search = Search::of(
        tx,
        &ClientQuery {
            q: words.to_owned(),
            ..ClientQuery::default()
        },
    );
    search.permission = permission;
    search.page(tx, &Keyset::first(), most).await
}

enum Whose {
    Anybodys,
    Of(Uuid),
    Queued,
}

struct Search {
    permission: Permission,
    patterns: Vec<String>,
    whose: Whose,
    team: Option<Uuid>,
    archived: bool,
}

impl Search {
    fn of(tx: &Tx<'_>, query: &ClientQuery) -> Self {
        let whose = match (query.whose.as_str(), query.whose.parse::<Uuid>()) {
            ("mine", _) => Whose::Of(tx.scope().actor().map_or(Uuid::nil(), |me| me.0)),
            ("queue", _) => Whose::Queued,
            (_, Ok(user)) => Whose::Of(user),
            _ => Whose::Anybodys,
        };
        Self {
            permission: Permission::ViewClients,
            patterns: patterns_of_people(&query.q),
            whose,
            team: query.team.parse().ok(),
            archived: query.status == "archived",
        }
    }

    /// Whether an index of the table is enough: there are no words, or few enough clients to scan.
    fn is_plain(&self) -> bool {
        self.patterns.is_empty() || self.team.is_some() || !matches!(self.whose, Whose::Anybodys)
    }

    fn select(&self, tx: &Tx<'_>) -> Result<Select<clients::Entity>> {
        let mut select = listed(tx.clients_for(self.permission)?, self.archived);
        select = match self.whose {
            Whose::Anybodys => select,
            Whose::Of(user) => select.filter(clients::Column::ResponsibleId.eq(user)),
            Whose::Queued => select.filter(clients::Column::ResponsibleId.is_null()),
        };
        if let Some(team) = self.team {
            select = select.filter(clients::Column::TeamId.eq(team));
        }
        Ok(self.patterns.iter().fold(select, |select, pattern| {
            select.filter(clients::Column::SearchText.like(pattern.as_str()))
        }))
    }

    async fn page(
        &self,
        tx: &Tx<'_>,
        keyset: &Keyset<String>,
        most: u64,
    ) -> Result<Vec<clients::Model>> {
        let select = if self.is_plain() {
            self.select(tx)?
        } else {
            let (name, id) = keyset.at();
            let place: [Value; 4] = [
                name.into(),
                id.into(),
                keyset.is_forward().into(),
                (most as i32).into(),
            ];
            let values = self.condition(tx)?.into_iter().chain(place);
            let sql = "SELECT id FROM clients_search($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS found (id)";
            let found: Vec<Uuid> = tx
                .all(sql, values)
                .await?
                .into_iter()
                .map(|row| row.try_get("", "id"))
                .collect::<std::result::Result<_, _>>()?;
            if found.is_empty() {
                // without this, Postgres would scan everybody for an empty result
                return Ok(Vec::new());
            }
            tx.clients_for(self.permission)?
                .filter(clients::Column::Id.is_in(found))
        };
        Ok(keyset
            .read(
                select,
                (clients::Column::SortName, clients::Column::Id),
                false,
            )
            .limit(most)
            .all(tx.conn())
            .await?)
    }

    async fn count(&self, tx: &Tx<'_>) -> Result<u64> {
        if self.is_plain() {
            return Ok(self.select(tx)?.limit(COUNTED + 1).count(tx.conn()).await?);
        }
        let values = self
            .condition(tx)?
            .into_iter()
            .chain([((COUNTED + 1) as i32).into()]);
        let row = tx
            .one(
                "SELECT clients_count($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS clients",
                values,
            )
            .await?;
        Ok(row
            .map(|row| row.try_get::<i64>("", "clients"))
            .transpose()?
            .unwrap_or_default()
            .unsigned_abs())
    }

    /// The parameters of the functions that may use the trigram index, including the reach.
    fn condition(&self, tx: &Tx<'_>) -> Result<[Value; 10]> {
        let rarest = self
            .patterns
            .iter()
            .max_by_key(|pattern| pattern.len())
            .cloned()
            .unwrap_or_default();
        let ClientBounds {
            everybody,
            me,
            account,
            teams,
            covered,
            office,
            bound,
        } = tx.client_bounds(self.permission)?;
        Ok([
            self.patterns.clone().into(),
            rarest.into(),
            everybody.into(),
            me.into(),
            account.into(),
            teams.into(),
            covered.into(),
            office.into(),
            bound.into(),
            self.archived.into(),
        ])
    }
}

fn listed(clients: Select<clients::Entity>, archived: bool) -> Select<clients::Entity> {
    let at = clients::Column::ArchivedAt;
    clients.filter(if archived {
        at.is_not_null()
    } else {
        at.is_null()
    })
}

/// Clients with their teams and responsible people.
pub(super) async fn to_rows(tx: &Tx<'_>, found: Vec<clients::Model>) -> Result<Vec<ClientRow>> {
    let names = people(
        tx,
        found
            .iter()
            .filter_map(|client| client.responsible_id)
            .map(UserId),
    )
    .await?;
    let teams = units::names_of(tx, found.iter().filter_map(|client| client.team_id)).await?;
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
