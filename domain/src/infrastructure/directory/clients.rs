//! Finding clients by words and filters.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Value,
};
use usher_types::Permission;
use usher_types::clients::ClientQuery;
use uuid::Uuid;

use crate::Result;
use crate::entity::clients;
use crate::foundation::paging::{COUNTED, Keyset};
use crate::foundation::search::{Similar, at_beginnings, longest, patterns_of_people};
use crate::scope::{ClientBounds, Tx};

/// The first clients whose names contain all of the words; without words, the first by name.
pub(crate) async fn first_clients(
    tx: &Tx<'_>,
    permission: Permission,
    words: &str,
    most: u64,
) -> Result<Vec<clients::Model>> {
    let search = ClientSearch::words(tx, permission, words);
    search.page(tx, &Keyset::first(), most).await
}

/// Finds the first clients with a word that begins with each of the searched words; if there are none,
/// the clients whose words contain them.
pub(crate) async fn clients_by_beginning(
    tx: &Tx<'_>,
    permission: Permission,
    words: &str,
    most: u64,
) -> Result<Vec<clients::Model>> {
    let mut search = ClientSearch::words(tx, permission, words);
    search.patterns = at_beginnings(&search.patterns);
    let found = search.page(tx, &Keyset::first(), most).await?;
    if found.is_empty() {
        return first_clients(tx, permission, words, most).await;
    }
    Ok(found)
}

/// The clients whose names resemble these words, the most similar first.
pub(crate) async fn similar_clients(
    tx: &Tx<'_>,
    permission: Permission,
    words: &str,
    most: u64,
) -> Result<Vec<clients::Model>> {
    let Some(Similar { words, patterns }) = Similar::of(words) else {
        return Ok(Vec::new());
    };
    let bounds = tx.client_bounds(permission)?;
    let values: [Value; 10] = [
        words.into(),
        patterns.into(),
        bounds.everybody.into(),
        bounds.me.into(),
        bounds.account.into(),
        bounds.teams.into(),
        bounds.covered.into(),
        bounds.office.into(),
        bounds.bound.into(),
        (most as i32).into(),
    ];
    let sql =
        "SELECT id FROM clients_similar($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS found (id)";
    let rows = tx.all(sql, values).await?;
    let ids: Vec<Uuid> = rows
        .into_iter()
        .map(|row| row.try_get("", "id"))
        .collect::<std::result::Result<_, _>>()?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let place = Expr::cust_with_values("array_position($1, clients.id)", [ids.clone()]);
    Ok(tx
        .clients_for(permission)?
        .filter(clients::Column::Id.is_in(ids))
        .order_by(place, Order::Asc)
        .all(tx.conn())
        .await?)
}

/// Whose clients are searched.
enum Whose {
    Anybodys,
    Of(Uuid),
    Queued,
}

/// A search: words as patterns, whose clients, a team, and whether they are archived.
pub(crate) struct ClientSearch {
    permission: Permission,
    patterns: Vec<String>,
    whose: Whose,
    team: Option<Uuid>,
    archived: bool,
}

impl ClientSearch {
    /// The search for words among clients who are not archived, within reach of a permission.
    fn words(tx: &Tx<'_>, permission: Permission, words: &str) -> Self {
        let query = ClientQuery {
            q: words.to_owned(),
            ..ClientQuery::default()
        };
        Self {
            permission,
            ..Self::of(tx, &query)
        }
    }

    /// The search that a list's query describes.
    pub(crate) fn of(tx: &Tx<'_>, query: &ClientQuery) -> Self {
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

    /// The clients of one page, at most `most`.
    pub(crate) async fn page(
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

    /// The number of clients who match, counted up to one more than [`COUNTED`].
    pub(crate) async fn count(&self, tx: &Tx<'_>) -> Result<u64> {
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
        let rarest = longest(&self.patterns);
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

    /// The person whose clients are searched, if it is one person's.
    pub(crate) fn responsible(&self) -> Option<Uuid> {
        match self.whose {
            Whose::Of(user) => Some(user),
            Whose::Anybodys | Whose::Queued => None,
        }
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
