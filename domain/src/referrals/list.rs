//! The lists of referrals.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use usher_types::referrals::{Direction, ListQuery, ReferralList, ReferralRow, Status};
use usher_types::{ClientId, Permission, ReferralId, UserId};

use super::{PAGE, row, sees};
use crate::entity::referrals;
use crate::scope::Tx;
use crate::{Result, Scope};

/// One page of referrals within reach, newest first.
///
/// # Errors
/// [`Refusal::Forbidden`](usher_types::Refusal::Forbidden).
pub async fn list(scope: &Scope, query: ListQuery) -> Result<ReferralList> {
    let tx = scope.read(sees(scope)).await?;
    let mut select = tx.referrals()?;
    if let Some(direction) = Direction::from_code(&query.direction) {
        select = select.filter(referrals::Column::Direction.eq(direction.code()));
    }
    if let Some(status) = Status::from_code(&query.status) {
        select = select.filter(referrals::Column::Status.eq(status.code()));
    }
    // one who is gone, or was never within reach, means the first page
    if let Ok(after) = query.after.parse::<ReferralId>()
        && let Ok(after) = tx.referral(after).await
    {
        let here = Expr::tuple([Expr::col(referrals::Column::CreatedAt), Expr::col(referrals::Column::Id)]);
        select = select.filter(here.lt(Expr::tuple([Expr::value(after.created_at), Expr::value(after.id)])));
    }
    let mut found = newest(select, PAGE + 1).all(tx.on()).await?;
    let is_more = found.len() as u64 > PAGE;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| is_more).map(|last| ReferralId(last.id));
    let rows = found.into_iter().map(|found| row(scope, found)).collect::<Result<_>>()?;
    Ok(ReferralList { rows, next, query, may_refer: scope.grants().has(Permission::CreateReferrals) })
}

fn newest(select: Select<referrals::Entity>, most: u64) -> Select<referrals::Entity> {
    select.order_by_desc(referrals::Column::CreatedAt).order_by_desc(referrals::Column::Id).limit(most)
}

async fn rows(tx: &Tx<'_>, select: Select<referrals::Entity>) -> Result<Vec<ReferralRow>> {
    let found = newest(select, PAGE).all(tx.on()).await?;
    found.into_iter().map(|found| row(tx.scope(), found)).collect()
}

/// The newest referrals of a client that one may see.
///
/// # Errors
/// When the database fails.
pub async fn of_client(tx: &Tx<'_>, client: ClientId) -> Result<Vec<ReferralRow>> {
    rows(tx, tx.referrals_for(Permission::ViewReferrals)?.filter(referrals::Column::ClientId.eq(client.0))).await
}

/// The newest referrals that wait for somebody to do something about them, and that a person made or whose client is theirs, as far as
/// one may see them.
///
/// # Errors
/// When the database fails.
pub async fn open_of(tx: &Tx<'_>, user: UserId) -> Result<Vec<ReferralRow>> {
    let theirs = "referrals.id IN (SELECT made.id FROM referrals AS made WHERE made.created_by = $1
        UNION ALL SELECT of.id FROM clients JOIN referrals AS of ON of.client_id = clients.id WHERE clients.responsible_id = $1)";
    let open = Status::ALL.iter().filter(|status| status.is_open()).map(|status| status.code());
    let select = tx.referrals_for(Permission::ViewReferrals)?.filter(referrals::Column::Status.is_in(open));
    rows(tx, select.filter(Expr::cust_with_values(theirs, [user.0]))).await
}
