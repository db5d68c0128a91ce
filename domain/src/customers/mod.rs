//! Customers and their contracts (CP-13 to CP-16): managed by people who hold
//! [`Permission::ManageCustomers`], and chosen for a person when that person is created or edited.
//!
//! Invariant: nobody has the config of a closed contract, or one of a customer they do not have.

mod contracts;
mod people;

pub use contracts::{
    close as close_contract, close_page as close_contract_page, edit as edit_contract,
    form as edit_contract_form, new as new_contract_form,
};
pub use people::{ensure_may_import, find};
pub(crate) use people::{lock_open, named, of_user, replace_assignments};

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set};
use usher_types::audit::Event;
use usher_types::conflict::EditState;
use usher_types::customers::{
    CloseCustomer, ClosePage, CustomerList, CustomerPage, CustomerRow, EditCustomer, ListQuery,
};
use usher_types::form::SavedDraft;
use usher_types::names::fold;
use usher_types::{Contract, ContractId, CustomerId, Field, Permission, Refusal, UserId};

use crate::audit::ActivitySubject;
use crate::entity::{contracts as contracts_table, customers, users};
use crate::foundation::paging::{COUNTED, Keyset};
use crate::foundation::search::patterns;
use crate::infrastructure::directory;
use crate::infrastructure::named_rows::{
    self, Assigned, Columns, NamedRow, RowEvent, RowName, bump_versions, column,
};
use crate::scope::Tx;
use crate::units::{MOST, id};
use crate::{Result, Scope, audit};

/// The largest number of people that a page names.
const NAMED: u64 = 50;

/// One page of the open customers, by name.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope, query: ListQuery) -> Result<CustomerList> {
    let tx = scope.read(Permission::ManageCustomers).await?;
    let named = match query.cursor.named::<CustomerId>() {
        Some(customer) => named_rows::find::<customers::Entity>(&tx, customer)
            .await
            .ok(),
        None => None,
    };
    let keyset = Keyset::new(
        &query.cursor,
        named.map(|customer| (customer.name, customer.id.0)),
    );
    let found = keyset
        .read(
            searched(&tx, &query.q),
            (customers::Column::Name, customers::Column::Id),
            false,
        )
        .all(tx.conn())
        .await?;
    let page = keyset.page(found, |customer| customer.id.0);
    let (pages, found) = page
        .counted(searched(&tx, &query.q).limit(COUNTED + 1).count(tx.conn()))
        .await?;
    let rows = rows(&tx, &found).await?;
    Ok(CustomerList { rows, pages, query })
}

/// The open customers whose names contain all of these words.
fn searched(tx: &Tx<'_>, q: &str) -> Select<customers::Entity> {
    let open = named_rows::all_open::<customers::Entity>(tx);
    patterns(q).into_iter().fold(open, |found, pattern| {
        found.filter(customers::Column::SearchText.like(pattern))
    })
}

/// One customer, with its contracts and its people.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], the same for one of another organisation and for
/// a missing one; [`Refusal::AlreadyDone`] for a closed one.
pub async fn page(scope: &Scope, customer: &str) -> Result<CustomerPage> {
    let tx = scope.read(Permission::ManageCustomers).await?;
    let found = named_rows::find::<customers::Entity>(&tx, id(customer)?).await?;
    let contracts = contracts::open_of(&tx, found.id).await?;
    let people = people_of(&tx, have(found.id)).await?;
    let known = directory::active_roles(&tx).await?;
    let sees_activity = scope.grants().reaches_others(Permission::ViewActivity);
    Ok(CustomerPage {
        row: row(&tx, &found).await?,
        contracts: contracts::counted(&tx, contracts).await?,
        people: directory::to_rows(&tx, people, &known).await?,
        activity: if sees_activity {
            audit::lines(&tx, found.id.0).await?
        } else {
            Vec::new()
        },
    })
}

/// A customer whose activity is asked for.
///
/// # Errors
/// [`Refusal::NotFound`].
pub(crate) async fn with_activity(tx: &Tx<'_>, customer: &str) -> Result<ActivitySubject> {
    let found = named_rows::find::<customers::Entity>(tx, id(customer)?).await?;
    Ok(ActivitySubject {
        id: found.id.0,
        name: found.name,
        role: None,
    })
}

impl NamedRow for customers::Entity {
    fn within_reach(tx: &Tx<'_>) -> Select<Self> {
        tx.find()
    }

    fn set_name(row: &mut customers::ActiveModel, name: &RowName) {
        Self::set_name_columns(row, name);
        row.search_text = Set(format!(" {} ", fold(&name.text)));
    }

    fn event(customer: &customers::Model, what: RowEvent) -> Event {
        let customer = customer.id;
        match what {
            RowEvent::Created => Event::CustomerMade { customer },
            RowEvent::Edited => Event::CustomerRenamed { customer },
            RowEvent::Closed => Event::CustomerClosed { customer },
        }
    }

    fn values(customer: &customers::Model) -> Vec<(Field, String)> {
        vec![(Field::UnitName, customer.name.clone())]
    }
}

impl Assigned for customers::Entity {
    const TABLE: &'static str = "user_customers";
    const COLUMN: &'static str = "customer_id";
}

/// The page that creates or renames a customer: the current state, or the saved draft.
///
/// # Errors
/// As [`page`].
pub async fn form(
    scope: &Scope,
    customer: &str,
    draft: Option<SavedDraft<EditCustomer>>,
) -> Result<EditState<EditCustomer>> {
    let tx = scope.read(Permission::ManageCustomers).await?;
    let organisation = tx.organisation()?.to_string();
    let current = if customer.is_empty() {
        EditCustomer::fresh(organisation, scope.new_key())
    } else {
        let found = named_rows::find::<customers::Entity>(&tx, id(customer)?).await?;
        EditCustomer {
            organisation,
            customer: found.id.to_string(),
            version: found.version.to_string(),
            unit_name: found.name,
            ..EditCustomer::default()
        }
    };
    Ok(EditState::new(current, draft))
}

/// Creates or renames a customer.
///
/// # Errors
/// [`Refusal::Invalid`], also if the name is taken; [`Refusal::Conflict`] if somebody else renamed
/// it in the meantime; [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditCustomer) -> Result<CustomerId> {
    let (target, name) = form.parse()?;
    let tx = scope.write(Permission::ManageCustomers).await?;
    let customer = named_rows::save::<customers::Entity>(&tx, target, &name.into(), |_| {}).await?;
    tx.commit_if_recorded().await?;
    Ok(customer.id)
}

/// The page that closes a customer: the number and the names of the people who lose it.
///
/// # Errors
/// As [`page`].
pub async fn close_page(
    scope: &Scope,
    customer: &str,
    refusal: Option<Refusal>,
) -> Result<ClosePage> {
    let tx = scope.read(Permission::ManageCustomers).await?;
    let found = named_rows::find::<customers::Entity>(&tx, id(customer)?).await?;
    let row = row(&tx, &found).await?;
    let people = people_of(&tx, have(row.id)).await?;
    Ok(ClosePage {
        customer: (row.id, row.name),
        contract: None,
        contracts: row.contracts,
        count: row.people,
        people: called(people),
        refusal,
    })
}

/// Closes a customer and its contracts: its people, including archived ones, lose it together with
/// the config of its contracts.
///
/// # Errors
/// As [`page`].
pub async fn close(scope: &Scope, form: &CloseCustomer) -> Result<()> {
    usher_types::form::known(form)?;
    let customer: CustomerId = id(&form.customer)?;
    let tx = scope.write(Permission::ManageCustomers).await?;
    let found = named_rows::lock::<customers::Entity>(&tx, customer).await?;
    let closed = "UPDATE contracts SET closed_at = $2, version = version + 1 WHERE customer_id = $1 AND closed_at IS NULL RETURNING id";
    let closed = tx
        .all(closed, [customer.into(), scope.now().into()])
        .await?;
    let contracts: Vec<ContractId> = column(&closed, "id")?;
    let locked = "SELECT u.id FROM users u JOIN user_customers h ON (h.organisation_id, h.user_id) = (u.organisation_id, u.id)
        WHERE h.customer_id = $1 ORDER BY u.id FOR NO KEY UPDATE OF u";
    tx.execute(locked, [customer.into()]).await?;
    let mut events = contracts::remove_from_people(&tx, contracts.clone()).await?;
    let left = named_rows::remove_from_all::<customers::Entity>(&tx, customer).await?;
    let leave = |user: &UserId| Event::CustomerLeft {
        user: *user,
        customer,
    };
    events.extend(left.iter().map(leave));
    bump_versions(&tx, left).await?;
    let closed = contracts.into_iter();
    events.extend(closed.map(|contract| Event::ContractClosed { customer, contract }));
    tx.record_all(&events).await?;
    named_rows::close::<customers::Entity>(&tx, found).await?;
    tx.commit().await
}

/// The condition for people who have a customer.
fn have(customer: CustomerId) -> Expr {
    Expr::cust_with_values(
        "id IN (SELECT user_id FROM user_customers WHERE customer_id = $1)",
        [customer],
    )
}

/// The first people who match a condition and whom the actor may see, without archived ones.
async fn people_of(tx: &Tx<'_>, have: Expr) -> Result<Vec<users::Model>> {
    let Some(seen) = tx.visible_users() else {
        return Ok(Vec::new());
    };
    let people = seen
        .filter(users::Column::ArchivedAt.is_null())
        .filter(have);
    Ok(people
        .order_by_asc(users::Column::SortName)
        .order_by_asc(users::Column::Id)
        .limit(NAMED)
        .all(tx.conn())
        .await?)
}

fn called(people: Vec<users::Model>) -> Vec<(UserId, String)> {
    people
        .iter()
        .map(|person| (UserId(person.id), person.display_name()))
        .collect()
}

async fn row(tx: &Tx<'_>, customer: &customers::Model) -> Result<CustomerRow> {
    rows(tx, std::slice::from_ref(customer))
        .await?
        .pop()
        .ok_or_else(|| Refusal::NotFound.into())
}

/// Customers with the number of open contracts and of people of each, without archived people.
async fn rows(tx: &Tx<'_>, found: &[customers::Model]) -> Result<Vec<CustomerRow>> {
    let ids: Vec<CustomerId> = found.iter().map(|customer| customer.id).collect();
    let open = named_rows::all_open::<contracts_table::Entity>(tx)
        .filter(contracts_table::Column::CustomerId.is_in(ids.clone()))
        .select_only()
        .column(contracts_table::Column::CustomerId)
        .column_as(contracts_table::Column::Id.count(), "n")
        .group_by(contracts_table::Column::CustomerId);
    let open: Vec<(CustomerId, i64)> = open.into_tuple().all(tx.conn()).await?;
    let open: BTreeMap<_, _> = open.into_iter().collect();
    let people = named_rows::count_people::<customers::Entity>(tx, ids).await?;
    let rows = found.iter().map(|customer| CustomerRow {
        id: customer.id,
        name: customer.name.clone(),
        contracts: open.get(&customer.id).copied().unwrap_or_default() as u32,
        people: people.get(&customer.id).copied().unwrap_or_default(),
    });
    Ok(rows.collect())
}

fn contract(row: contracts_table::Model) -> Contract {
    Contract {
        id: row.id,
        name: row.name,
        config: row.config,
    }
}
