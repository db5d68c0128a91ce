//! The lists of referrals.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use usher_types::paging::Ignored;
use usher_types::referrals::{
    Direction, ListQuery, OPEN, ReferralList, ReferralRow, Status, TO_US,
};
use usher_types::{ClientId, Permission, ReferralId, UserId};

use super::{row, sees};
use crate::entity::referrals;
use crate::foundation::paging::{COUNTED, Keyset, PAGE};
use crate::scope::Tx;
use crate::{Result, Scope};

/// One page of referrals within reach, newest first.
///
/// # Errors
/// [`Refusal::Forbidden`](usher_types::Refusal::Forbidden).
pub async fn list(scope: &Scope, mut query: ListQuery) -> Result<ReferralList> {
    let mut ignored = Ignored::default();
    ignored.unless("direction", &mut query.direction, |code| {
        code == TO_US || Direction::from_code(code).is_some()
    });
    ignored.unless("status", &mut query.status, |code| {
        code == OPEN || Status::from_code(code).is_some()
    });
    let tx = scope.read(sees(scope)).await?;
    let named = match query.cursor.named::<ReferralId>() {
        Some(referral) => tx.referral(referral).await.ok(),
        None => None,
    };
    let keyset = Keyset::new(
        &query.cursor,
        named.map(|referral| (referral.created_at, referral.id)),
    );
    let newest = (referrals::Column::CreatedAt, referrals::Column::Id);
    let found = keyset
        .read(filtered(&tx, &query)?, newest, true)
        .all(tx.conn())
        .await?;
    let page = keyset.page(found, |referral| referral.id);
    let (pages, found) = page
        .counted(filtered(&tx, &query)?.limit(COUNTED + 1).count(tx.conn()))
        .await?;
    let rows = found.into_iter().map(|found| row(scope, found)).collect();
    Ok(ReferralList {
        rows,
        pages,
        query,
        ignored,
        may_refer: scope.grants().has(Permission::CreateReferrals),
    })
}

fn filtered(tx: &Tx<'_>, query: &ListQuery) -> Result<Select<referrals::Entity>> {
    let mut select = tx.referrals()?;
    if query.direction == TO_US {
        select = select.filter(referrals::Column::Direction.ne(Direction::Sent));
    } else if let Some(direction) = Direction::from_code(&query.direction) {
        select = select.filter(referrals::Column::Direction.eq(direction));
    }
    if query.status == OPEN {
        select = select.filter(is_open());
    } else if let Some(status) = Status::from_code(&query.status) {
        select = select.filter(referrals::Column::Status.eq(status));
    }
    Ok(select)
}

fn is_open() -> Expr {
    referrals::Column::Status.is_in(Status::ALL.into_iter().filter(|status| status.is_open()))
}

fn newest(select: Select<referrals::Entity>, most: u64) -> Select<referrals::Entity> {
    select
        .order_by_desc(referrals::Column::CreatedAt)
        .order_by_desc(referrals::Column::Id)
        .limit(most)
}

async fn rows(tx: &Tx<'_>, select: Select<referrals::Entity>) -> Result<Vec<ReferralRow>> {
    let found = newest(select, PAGE).all(tx.conn()).await?;
    let rows = found.into_iter().map(|found| row(tx.scope(), found));
    Ok(rows.collect())
}

/// The newest referrals of a client that the actor may see.
///
/// # Errors
/// When the database fails.
pub async fn of_client(tx: &Tx<'_>, client: ClientId) -> Result<Vec<ReferralRow>> {
    rows(
        tx,
        tx.referrals_for(Permission::ViewReferrals)?
            .filter(referrals::Column::ClientId.eq(client.0)),
    )
    .await
}

/// The newest open referrals that a person created, or that are about their clients, as far as the
/// actor may see them.
///
/// # Errors
/// When the database fails.
pub async fn open_of(tx: &Tx<'_>, user: UserId) -> Result<Vec<ReferralRow>> {
    let theirs = "referrals.id IN (SELECT made.id FROM referrals AS made WHERE made.created_by = $1
        UNION ALL SELECT of.id FROM clients JOIN referrals AS of ON of.client_id = clients.id WHERE clients.responsible_id = $1)";
    let select = tx
        .referrals_for(Permission::ViewReferrals)?
        .filter(is_open());
    rows(tx, select.filter(Expr::cust_with_values(theirs, [user.0]))).await
}
