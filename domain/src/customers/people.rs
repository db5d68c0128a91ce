//! A person's customers, and the contract under whose config they work; both are chosen when the
//! person is created or edited.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use usher_types::customers::Found;
use usher_types::users::{Chosen, MOST_CUSTOMERS as CUSTOMERS};
use usher_types::{
    Contract, Customer, CustomerId, Field, Invalid, Permission, Problem, Refusal, UserId,
};

use super::{contract, searched};
use crate::entity::{contracts, customers, user_customers};
use crate::infrastructure::named_rows;
use crate::scope::{Tx, Write};
use crate::{Result, Scope};

/// The number of customers that a search for import shows.
const FOUND: u64 = 20;
/// The largest number of contracts offered, of all customers of a person together.
const OFFERED: u64 = 1_000;

/// The first open customers whose names contain all of these words, besides those already ticked;
/// for somebody who creates or edits people.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn find(scope: &Scope, q: &str, ticked: &[String]) -> Result<Found> {
    let creates = scope.grants().reaches_others(Permission::CreateUsers);
    ensure_imports(scope)?;
    let tx = scope
        .read(if creates {
            Permission::CreateUsers
        } else {
            Permission::EditUsers
        })
        .await?;
    let mut ticked = named(&tx, ticked).await?;
    ticked.retain(|customer| !customer.is_closed);
    let others = searched(&tx, q)
        .filter(customers::Column::Id.is_not_in(ticked.iter().map(|customer| customer.id)));
    let others = others
        .order_by_asc(customers::Column::Name)
        .order_by_asc(customers::Column::Id)
        .limit(FOUND + 1);
    let mut others = others.all(tx.conn()).await?;
    let more = others.len() as u64 > FOUND;
    others.truncate(FOUND as usize);
    Ok(Found {
        ticked,
        customers: with_contracts(&tx, others).await?,
        more,
    })
}

/// Refuses to leave the form of a new person, or of this one, for the page that imports customers,
/// unless the actor may use both.
///
/// # Errors
/// As the form itself.
pub async fn ensure_may_import(scope: &Scope, user: Option<UserId>) -> Result<()> {
    ensure_imports(scope)?;
    match user {
        Some(user) => {
            let tx = scope.read(Permission::EditUsers).await?;
            tx.editable_user(user).await?;
        }
        None => {
            scope.require(Permission::CreateUsers)?;
        }
    }
    Ok(())
}

/// Refuses customers to somebody who may only add staff and cannot see customers elsewhere.
fn ensure_imports(scope: &Scope) -> Result<()> {
    let may = scope.grants().imports_customers();
    // visitors and people without the permission are refused when the transaction opens
    if may || !scope.grants().adds_staff() {
        Ok(())
    } else {
        Err(Refusal::Forbidden.into())
    }
}

/// The customers a form names, including closed ones, by name.
pub(crate) async fn named(tx: &Tx<'_>, typed: &[String]) -> Result<Vec<Customer>> {
    let ids: Vec<CustomerId> = typed
        .iter()
        .filter_map(|id| id.parse().ok())
        .take(CUSTOMERS as usize)
        .collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = tx
        .find::<customers::Entity>()
        .filter(customers::Column::Id.is_in(ids))
        .order_by_asc(customers::Column::Name);
    with_contracts(tx, found.all(tx.conn()).await?).await
}

/// A person's customers, by name.
pub(crate) async fn of_user(tx: &Tx<'_>, user: UserId) -> Result<Vec<Customer>> {
    let own = tx
        .find::<user_customers::Entity>()
        .filter(user_customers::Column::UserId.eq(user))
        .select_only();
    let own = own.column(user_customers::Column::CustomerId).into_query();
    let found = tx
        .find::<customers::Entity>()
        .filter(customers::Column::Id.in_subquery(own));
    let found = found
        .order_by_asc(customers::Column::Name)
        .limit(u64::from(CUSTOMERS))
        .all(tx.conn())
        .await?;
    with_contracts(tx, found).await
}

async fn with_contracts(tx: &Tx<'_>, found: Vec<customers::Model>) -> Result<Vec<Customer>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let open = found
        .iter()
        .filter(|customer| customer.closed_at.is_none())
        .map(|customer| customer.id);
    let offered = named_rows::all_open::<contracts::Entity>(tx)
        .filter(contracts::Column::CustomerId.is_in(open))
        .order_by_asc(contracts::Column::Name)
        .limit(OFFERED);
    let mut of: BTreeMap<CustomerId, Vec<Contract>> = BTreeMap::new();
    for row in offered.all(tx.conn()).await? {
        of.entry(row.customer_id).or_default().push(contract(row));
    }
    let customers = found.into_iter().map(|customer| Customer {
        contracts: of.remove(&customer.id).unwrap_or_default(),
        id: customer.id,
        is_closed: customer.closed_at.is_some(),
        name: customer.name,
    });
    Ok(customers.collect())
}

/// Locks the chosen customers and the contract as open until the transaction ends. Must come before
/// the person is locked, because closing one of them locks the customer first and its people
/// afterwards.
///
/// # Errors
/// [`Refusal::Invalid`] at what was closed in the meantime.
pub(crate) async fn lock_open(tx: &Write<'_>, chosen: &Chosen, known: &[Customer]) -> Result<()> {
    if chosen.customers.is_empty() {
        return Ok(());
    }
    let held = named_rows::locked_open::<customers::Entity>(tx, &chosen.customers).await?;
    if let Some(closed) = chosen
        .customers
        .iter()
        .find(|customer| !held.contains(customer))
    {
        let name = known
            .iter()
            .find(|customer| customer.id == *closed)
            .map(|customer| customer.name.clone())
            .unwrap_or_default();
        return Err(Invalid::one(Field::Customers, Problem::Closed { name }).into());
    }
    let Some(contract) = chosen.contract else {
        return Ok(());
    };
    let open = "SELECT 1 FROM contracts WHERE id = $1 AND customer_id = ANY ($2) AND closed_at IS NULL FOR KEY SHARE";
    match tx.one(open, [contract.into(), held.into()]).await? {
        Some(_) => Ok(()),
        None => Err(Invalid::one(Field::Config, Problem::Wrong).into()),
    }
}

/// Replaces a person's customers and config by the chosen ones, which are locked as open.
pub(crate) async fn replace_assignments(
    tx: &Write<'_>,
    user: UserId,
    chosen: &Chosen,
) -> Result<()> {
    named_rows::replace_of_user::<customers::Entity>(tx, user, &chosen.customers).await?;
    let sql = "UPDATE users SET contract_id = $1 WHERE id = $2 AND contract_id IS DISTINCT FROM $1";
    tx.execute(sql, [chosen.contract.into(), user.into()])
        .await?;
    Ok(())
}
