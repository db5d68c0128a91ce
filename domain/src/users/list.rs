//! The list of people.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QuerySelect};
use usher_types::paging::Ignored;
use usher_types::users::{AttentionFilter, ListQuery, Status, UserList};
use usher_types::{Permission, UserId};

use crate::entity::{roles, users};
use crate::foundation::paging::{COUNTED, Keyset};
use crate::infrastructure::directory;
use crate::{Result, Scope, lists, units};

/// One page of people who are not archived, or of archived ones, if the user bank is asked for and
/// the actor may see it.
///
/// # Errors
/// [`Refusal::Forbidden`](usher_types::Refusal::Forbidden).
pub async fn list(scope: &Scope, mut query: ListQuery) -> Result<UserList> {
    let tx = scope.read(Permission::ViewUsers).await?;
    let known = directory::active_roles(&tx).await?;
    let (offices, teams) = (
        units::office_names(&tx).await?,
        units::team_names(&tx).await?,
    );
    let listing = lists::choices(&tx, &tx.home().await?).await?;
    let sees_bank = scope.sees_user_bank();
    let mut ignored = Ignored::default();
    // the user bank is only shown to people who may see it (S15)
    let has_status = |code: &str| {
        Status::from_code(code).is_some_and(|status| status != Status::Archived || sees_bank)
    };
    ignored.unless("status", &mut query.status, has_status);
    ignored.unless("role", &mut query.role, |code| {
        known.iter().any(|role| role.role_name().code() == code)
    });
    ignored.unless("office", &mut query.office, |id| {
        offices.iter().any(|office| office.id.to_string() == id)
    });
    ignored.unless("team", &mut query.team, |id| {
        teams.iter().any(|team| team.id.to_string() == id)
    });
    ignored.unless("list", &mut query.list, |id| {
        listing.lists.iter().any(|list| list.id.to_string() == id)
    });
    ignored.unless("watch", &mut query.watch, |code| {
        AttentionFilter::from_code(code).is_some()
    });
    let search = directory::PeopleSearch::of(&query, sees_bank, &known);
    let named = match query.cursor.named::<UserId>() {
        Some(id) => {
            tx.users()
                .filter(users::Column::Id.eq(id.0))
                .one(tx.conn())
                .await?
        }
        None => None,
    };
    let keyset = Keyset::new(
        &query.cursor,
        named.map(|person| (person.sort_name, person.id)),
    );
    let page = keyset.page(search.page(&tx, &keyset).await?, |person| person.id);
    let (pages, rows) = page.counted(search.count(&tx)).await?;
    // a literal: for an unknown parameter Postgres assumes that a third of the people match, and
    // reads them all
    let untold = tx
        .users()
        .filter(users::Column::ArchivedAt.is_null())
        .filter(Expr::cust("way_in = 'none'"));
    let untold = untold.limit(COUNTED).count(tx.conn()).await?;
    Ok(UserList {
        rows: directory::to_rows(&tx, rows, &known).await?,
        roles: known.iter().map(roles::Model::role_name).collect(),
        offices,
        teams,
        listing,
        ignored,
        pages,
        untold: untold as u32,
        query,
    })
}
