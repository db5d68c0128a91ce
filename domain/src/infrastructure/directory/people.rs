//! Finding people by words and filters, and rows for lists of people.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{
    ColumnTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Value,
};
use usher_types::users::{AttentionFilter, ListQuery, May, Row, Status};
use usher_types::{BuiltInRole, Permission, UserId};
use uuid::Uuid;

use crate::Result;
use crate::entity::{roles, user_roles, users};
use crate::foundation::paging::{COUNTED, Keyset, PAGE};
use crate::foundation::search::{Similar, at_beginnings, longest, patterns_of_people};
use crate::scope::{Bounds, Tx};

/// The condition for people who have not been notified of their account: no mail reached them, or
/// they have a temporary password and have not used it. Worded exactly like the index
/// `users_untold`.
pub(crate) const NOT_NOTIFIED: &str = "(way_in <> 'password' AND told_at IS NULL OR way_in = 'password' AND sign_in_ends_at IS NOT NULL)";

/// The first people who match all of these words, among those within reach who are not archived.
pub(crate) async fn find(tx: &Tx<'_>, words: &str) -> Result<Vec<users::Model>> {
    let search = PeopleSearch::words(words);
    if search.patterns.is_empty() {
        Ok(Vec::new())
    } else {
        search.page(tx, &Keyset::first()).await
    }
}

/// The same, followed by archived people if the actor may see the user bank.
pub(crate) async fn find_everybody(tx: &Tx<'_>, words: &str) -> Result<Vec<users::Model>> {
    let mut found = find(tx, words).await?;
    if tx.scope().sees_user_bank() {
        let archived = ListQuery {
            q: words.to_owned(),
            status: Status::Archived.code().to_owned(),
            ..ListQuery::default()
        };
        let search = PeopleSearch::of(&archived, true, &[]);
        if !search.patterns.is_empty() {
            found.extend(search.page(tx, &Keyset::first()).await?);
        }
    }
    Ok(found)
}

/// The first people by name who match all of these words, within the office the actor is bound to:
/// for a choice among colleagues. Without words, everybody.
pub(crate) async fn named(tx: &Tx<'_>, words: &str, most: u64) -> Result<Option<Vec<Uuid>>> {
    let search = PeopleSearch::words(words);
    if search.patterns.is_empty() {
        return Ok(None);
    }
    let bounds = Bounds {
        everybody: true,
        office: None,
        teams: Vec::new(),
        ..tx.bounds()
    };
    Ok(Some(search.ids(tx, bounds, &Keyset::first(), most).await?))
}

/// Finds the first people by name with a word that begins with each of the searched words, at most
/// `most`; if there are none, the people whose words contain them. Without words, nobody.
pub(crate) async fn first_people(tx: &Tx<'_>, words: &str, most: u64) -> Result<Vec<users::Model>> {
    let containing = PeopleSearch::words(words);
    if containing.patterns.is_empty() {
        return Ok(Vec::new());
    }
    let beginning = PeopleSearch {
        patterns: at_beginnings(&containing.patterns),
        ..PeopleSearch::words(words)
    };
    for search in [beginning, containing] {
        let ids = search.ids(tx, tx.bounds(), &Keyset::first(), most).await?;
        if !ids.is_empty() {
            return in_order(tx, ids).await;
        }
    }
    Ok(Vec::new())
}

/// The people whose names resemble these words, the most similar first.
pub(crate) async fn similar_people(
    tx: &Tx<'_>,
    words: &str,
    most: u64,
) -> Result<Vec<users::Model>> {
    let Some(Similar { words, patterns }) = Similar::of(words) else {
        return Ok(Vec::new());
    };
    let [everybody, me, office, teams, bound] = tx.bounds().values();
    let values: [Value; 8] = [
        words.into(),
        patterns.into(),
        everybody,
        me,
        office,
        teams,
        bound,
        (most as i32).into(),
    ];
    let sql = "SELECT id FROM users_similar($1, $2, $3, $4, $5, $6, $7, $8) AS found (id)";
    let rows = tx.all(sql, values).await?;
    let ids = rows
        .into_iter()
        .map(|row| Ok(row.try_get("", "id")?))
        .collect::<Result<_>>()?;
    in_order(tx, ids).await
}

/// The people of these ids within reach, in the order of the ids.
async fn in_order(tx: &Tx<'_>, ids: Vec<Uuid>) -> Result<Vec<users::Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let place = Expr::cust_with_values("array_position($1, users.id)", [ids.clone()]);
    Ok(tx
        .users()
        .filter(users::Column::Id.is_in(ids))
        .order_by(place, Order::Asc)
        .all(tx.conn())
        .await?)
}

/// A search: words as patterns, a status, a role, an office, a team, a list, or managing the LMS.
pub(crate) struct PeopleSearch {
    patterns: Vec<String>,
    status: Option<&'static str>,
    role: Option<Uuid>,
    office: Option<Uuid>,
    team: Option<Uuid>,
    list: Option<Uuid>,
    lms: bool,
    watch: Option<AttentionFilter>,
}

impl PeopleSearch {
    /// The search for words among people who are not archived.
    fn words(words: &str) -> Self {
        let query = ListQuery {
            q: words.to_owned(),
            ..ListQuery::default()
        };
        Self::of(&query, false, &[])
    }

    /// The search that a list's query describes.
    pub(crate) fn of(query: &ListQuery, sees_bank: bool, known: &[roles::Model]) -> Self {
        let patterns = patterns_of_people(&query.q);
        let status = match Status::from_code(&query.status) {
            Some(Status::Active) => Some("password"),
            Some(Status::Invited) => Some("invited"),
            Some(Status::NoWayIn) => Some("none"),
            // the user bank is only shown to people who may see it (S15)
            Some(Status::Archived) if sees_bank => Some("archived"),
            Some(Status::Archived) | None => None,
        };
        let role = known
            .iter()
            .find(|role| role.role_name().code() == query.role)
            .map(|role| role.id);
        let id = |text: &str| text.parse::<Uuid>().ok();
        let (office, team, list) = (id(&query.office), id(&query.team), id(&query.list));
        Self {
            patterns,
            status,
            role,
            office,
            team,
            list,
            lms: !query.lms.is_empty(),
            watch: AttentionFilter::from_code(&query.watch),
        }
    }

    /// The people of one page, and one more.
    pub(crate) async fn page(
        &self,
        tx: &Tx<'_>,
        keyset: &Keyset<String>,
    ) -> Result<Vec<users::Model>> {
        let select = if self.is_plain() {
            self.listed(tx)
        } else {
            let ids = self.ids(tx, tx.bounds(), keyset, PAGE + 1).await?;
            if ids.is_empty() {
                // without this, Postgres would scan everybody for an empty result
                return Ok(Vec::new());
            }
            tx.users().filter(users::Column::Id.is_in(ids))
        };
        Ok(keyset
            .read(select, (users::Column::SortName, users::Column::Id), false)
            .all(tx.conn())
            .await?)
    }

    /// The number of people who match, counted up to one more than [`COUNTED`].
    pub(crate) async fn count(&self, tx: &Tx<'_>) -> Result<u64> {
        if !self.is_plain() {
            let values = self
                .condition(tx.bounds())
                .into_iter()
                .chain([((COUNTED + 1) as i32).into()]);
            let row = tx
                .one(
                    "SELECT users_count($1, $2, $3, $4, $5, $6, $7, $8, $9) AS people",
                    values,
                )
                .await?;
            return Ok(row
                .map(|row| row.try_get::<i64>("", "people"))
                .transpose()?
                .unwrap_or_default()
                .unsigned_abs());
        }
        let limited = self
            .listed(tx)
            .select_only()
            .expr(Expr::val(1))
            .limit(COUNTED + 1);
        let counted = sea_orm::sea_query::Query::select()
            .expr_as(Func::count(Expr::val(1)), "people")
            .from_subquery(limited.into_query(), "listed")
            .to_owned();
        let row = sea_orm::ConnectionTrait::query_one(tx.conn(), &counted).await?;
        Ok(row
            .map(|row| row.try_get::<i64>("", "people"))
            .transpose()?
            .unwrap_or_default()
            .unsigned_abs())
    }

    fn listed(&self, tx: &Tx<'_>) -> Select<users::Entity> {
        let mut select = match self.status {
            Some("archived") => tx.users().filter(users::Column::ArchivedAt.is_not_null()),
            Some(status) => tx
                .users()
                .filter(users::Column::ArchivedAt.is_null())
                .filter(users::Column::WayIn.eq(status)),
            None => tx.users().filter(users::Column::ArchivedAt.is_null()),
        };
        if let Some(role) = self.role {
            select = select.filter(Expr::cust_with_values(
                "id IN (SELECT user_id FROM user_roles WHERE role_id = $1)",
                [role],
            ));
        }
        if let Some(team) = self.team {
            select = select.filter(Expr::cust_with_values(
                "id IN (SELECT user_id FROM team_members WHERE team_id = $1)",
                [team],
            ));
        }
        if let Some(list) = self.list {
            select = select.filter(Expr::cust_with_values(
                "id IN (SELECT user_id FROM list_members WHERE list_id = $1)",
                [list],
            ));
        }
        if self.lms {
            select = select.filter(users::Column::LmsManager.eq(true));
        }
        if let Some(office) = self.office {
            select = select.filter(users::Column::OfficeId.eq(office));
        }
        select = match self.watch {
            None => select,
            Some(AttentionFilter::NotNotified) => select.filter(Expr::cust(NOT_NOTIFIED)),
            Some(AttentionFilter::NeverSignedIn) => select
                .filter(users::Column::LastActiveAt.is_null())
                .filter(users::Column::WayIn.ne("none")),
            Some(AttentionFilter::NotOwnAddress) => select.filter(Expr::cust(
                "login_name LIKE '%_@_%._%' AND lower(login_name) IS DISTINCT FROM email",
            )),
            Some(AttentionFilter::Inactive) => {
                let since = tx.scope().now() - TimeDelta::days(AttentionFilter::DAYS);
                select
                    .filter(users::Column::LastActiveAt.lt(since))
                    .filter(users::Column::WayIn.eq("password"))
            }
            Some(AttentionFilter::Expiring) => {
                let now = tx.scope().now();
                let soon = now + TimeDelta::days(AttentionFilter::ENDS_WITHIN);
                select
                    .filter(users::Column::SignInEndsAt.gt(now))
                    .filter(users::Column::SignInEndsAt.lt(soon))
            }
            Some(AttentionFilter::Expired) => {
                select.filter(users::Column::SignInEndsAt.lte(tx.scope().now()))
            }
        };
        self.patterns.iter().fold(select, |select, pattern| {
            select.filter(users::Column::SearchText.like(pattern.as_str()))
        })
    }

    /// Whether the list's own index is enough: there are no words, or a filter that few enough
    /// people match to scan them.
    fn is_plain(&self) -> bool {
        let chosen = [self.role, self.office, self.team, self.list];
        self.patterns.is_empty()
            || self.lms
            || self.watch.is_some()
            || chosen.iter().any(Option::is_some)
    }

    /// The parameters of the functions that may use the trigram index, including the reach.
    fn condition(&self, bounds: Bounds) -> [Value; 8] {
        let rarest = longest(&self.patterns);
        let Bounds {
            everybody,
            me,
            office,
            teams,
            bound,
        } = bounds;
        [
            self.patterns.clone().into(),
            rarest.into(),
            everybody.into(),
            me.into(),
            office.into(),
            teams.into(),
            bound.into(),
            self.status.into(),
        ]
    }

    async fn ids(
        &self,
        tx: &Tx<'_>,
        bounds: Bounds,
        keyset: &Keyset<String>,
        most: u64,
    ) -> Result<Vec<Uuid>> {
        let (name, id) = keyset.at();
        let place: [Value; 4] = [
            name.into(),
            id.into(),
            keyset.is_forward().into(),
            (most as i32).into(),
        ];
        let values = self.condition(bounds).into_iter().chain(place);
        let rows = tx.all("SELECT id FROM users_search($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS found (id)", values).await?;
        rows.into_iter()
            .map(|row| Ok(row.try_get("", "id")?))
            .collect()
    }
}

/// The ids of the roles of each person.
pub(crate) async fn held_by(
    tx: &Tx<'_>,
    people: &[users::Model],
) -> Result<BTreeMap<Uuid, Vec<Uuid>>> {
    let ids = people.iter().map(|person| person.id);
    let held = tx
        .find::<user_roles::Entity>()
        .filter(user_roles::Column::UserId.is_in(ids))
        .all(tx.conn())
        .await?;
    let mut by_person: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for row in held {
        by_person.entry(row.user_id).or_default().push(row.role_id);
    }
    Ok(by_person)
}

/// People as rows of a list, with what the actor may do with each.
pub(crate) async fn to_rows(
    tx: &Tx<'_>,
    people: Vec<users::Model>,
    known: &[roles::Model],
) -> Result<Vec<Row>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut by_person = held_by(tx, &people).await?;
    let rows = people.into_iter().map(|person| {
        let ids = by_person.remove(&person.id).unwrap_or_default();
        let held: Vec<_> = known
            .iter()
            .filter(|role| ids.contains(&role.id))
            .cloned()
            .collect();
        let shown = held
            .iter()
            .filter(|role| held.len() == 1 || role.key != Some(BuiltInRole::User));
        Row {
            id: UserId(person.id),
            name: person.display_name(),
            initials: person.initials(),
            roles: shown.map(roles::Model::role_name).collect(),
            status: person.status(),
            created: tx.scope().day(person.created_at),
            last_activity: person.last_active_at.map(|at| tx.scope().day(at)),
            may: may(tx, UserId(person.id), &held, person.status()),
            email: person.email,
            login_name: person.login_name,
        }
    });
    Ok(rows.collect())
}

/// The actions that the actor may take on a person.
pub(crate) fn may(tx: &Tx<'_>, id: UserId, held: &[roles::Model], status: Status) -> May {
    let scope = tx.scope();
    if !tx.may_manage(held) {
        return May::default();
    }
    let holds = |permission| scope.grants().reaches_others(permission);
    let (here, is_self) = (status != Status::Archived, scope.actor() == Some(id));
    May {
        edit: here && holds(Permission::EditUsers),
        roles: here && holds(Permission::GiveRoles),
        way_in: here && !is_self && holds(Permission::ManageSignIn),
        archive: here && !is_self && holds(Permission::ArchiveUsers),
        restore: !here && holds(Permission::UserBank),
    }
}
