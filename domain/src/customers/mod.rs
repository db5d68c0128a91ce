//! Customers and their contracts (CP-13 to CP-16): managed by people who hold
//! [`Permission::ManageCustomers`], and chosen for a person when that person is created or edited.
//!
//! Invariant: nobody has a closed customer, or the config of a closed contract, or one of a
//! customer they do not have. Closing locks the row and then the people who have it; giving it to a
//! person takes a shared lock on the row before the person is locked.

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
use sea_orm::{
    ActiveModelTrait, ColumnTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, Set,
};
use usher_types::audit::{Change, Event};
use usher_types::customers::{
    CloseCustomer, ClosePage, Contract, CustomerList, CustomerPage, CustomerRow, EditCustomer,
    EditCustomerPage, ListQuery,
};
use usher_types::names::{fold, name_key};
use usher_types::refusal::Closable;
use usher_types::units::EditTarget;
use usher_types::users::SavedDraft;
use usher_types::{ContractId, CustomerId, Field, Invalid, Permission, Problem, Refusal, UserId};
use uuid::Uuid;

use crate::entity::{contracts as contracts_table, customers, user_customers, users};
use crate::foundation::idempotency;
use crate::foundation::paging::{COUNTED, Keyset};
use crate::foundation::search::patterns;
use crate::history::Seen;
use crate::scope::{Tx, Write};
use crate::units::{MOST, bump_versions, ensure_open, id};
use crate::users::to_rows;
use crate::{Result, Scope, audit, roles};

/// The largest number of people that a page names.
const NAMED: u64 = 50;

/// One page of the open customers, by name.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope, query: ListQuery) -> Result<CustomerList> {
    let tx = scope.read(Permission::ManageCustomers).await?;
    let named = match query.cursor.named::<CustomerId>() {
        Some(customer) => open(&tx, customer).await.ok(),
        None => None,
    };
    let keyset = Keyset::new(
        &query.cursor,
        named.map(|customer| (customer.name, customer.id)),
    );
    let found = keyset
        .read(
            searched(&tx, &query.q),
            (customers::Column::Name, customers::Column::Id),
            false,
        )
        .all(tx.conn())
        .await?;
    let page = keyset.page(found, |customer| customer.id);
    let (pages, found) = page
        .counted(searched(&tx, &query.q).limit(COUNTED + 1).count(tx.conn()))
        .await?;
    let rows = rows(&tx, &found).await?;
    Ok(CustomerList { rows, pages, query })
}

/// The open customers whose names contain all of these words.
fn searched(tx: &Tx<'_>, q: &str) -> Select<customers::Entity> {
    let open = tx
        .find::<customers::Entity>()
        .filter(customers::Column::ClosedAt.is_null());
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
    let found = open(&tx, id(customer)?).await?;
    let contracts = contracts::open_of(&tx, found.id).await?;
    let people = people_of(&tx, have(CustomerId(found.id))).await?;
    let known = roles::known(&tx).await?;
    let sees_activity = scope.grants().reaches_others(Permission::ViewActivity);
    Ok(CustomerPage {
        row: row(&tx, &found).await?,
        contracts: contracts::counted(&tx, contracts).await?,
        people: to_rows(&tx, people, &known).await?,
        activity: if sees_activity {
            audit::lines(&tx, found.id).await?
        } else {
            Vec::new()
        },
    })
}

/// A customer whose activity is asked for.
///
/// # Errors
/// [`Refusal::NotFound`].
pub(crate) async fn with_activity(tx: &Tx<'_>, customer: &str) -> Result<Seen> {
    let found = open(tx, id(customer)?).await?;
    Ok(Seen {
        id: found.id,
        name: found.name,
        role: None,
    })
}

/// The page that creates or renames a customer: the current state, or the saved draft.
///
/// # Errors
/// As [`page`].
pub async fn form(
    scope: &Scope,
    customer: &str,
    draft: Option<SavedDraft<EditCustomer>>,
) -> Result<EditCustomerPage> {
    let tx = scope.read(Permission::ManageCustomers).await?;
    let organisation = tx.organisation()?.to_string();
    let fresh = if customer.is_empty() {
        EditCustomer::fresh(organisation, scope.new_key())
    } else {
        let found = open(&tx, id(customer)?).await?;
        let (customer, version) = (found.id.to_string(), found.version.to_string());
        EditCustomer {
            organisation,
            customer,
            version,
            unit_name: found.name,
            ..EditCustomer::default()
        }
    };
    let version = fresh.version.clone();
    // saving again replaces the state that the refusal was about
    let (form, refusal) = draft.map_or((fresh, None), |draft| {
        (
            EditCustomer {
                version,
                ..draft.form
            },
            draft.refusal,
        )
    });
    Ok(EditCustomerPage { form, refusal })
}

/// Creates or renames a customer.
///
/// # Errors
/// [`Refusal::Invalid`], also if the name is taken or somebody else changed it in the meantime;
/// [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditCustomer) -> Result<CustomerId> {
    let (target, name) = form.parse()?;
    let tx = scope.write(Permission::ManageCustomers).await?;
    let written = match target {
        EditTarget::New(key) => {
            let key = idempotency::key(key, &name_key(&name));
            let made = tx
                .find::<customers::Entity>()
                .filter(customers::Column::FormKey.eq(key));
            if let Some(made) = made.one(tx.conn()).await? {
                return Ok(CustomerId(made.id));
            }
            create(&tx, key, name).await
        }
        EditTarget::Known(customer, version) => rename(&tx, customer, version, name).await,
    };
    let customer = written.map_err(|error| error.at_name("customers_name_key", Field::UnitName))?;
    tx.commit_if_recorded().await?;
    Ok(customer)
}

async fn create(tx: &Write<'_>, key: Uuid, name: String) -> Result<CustomerId> {
    let made = tx.insert(customers::ActiveModel {
        organisation_id: Set(tx.organisation()?.0),
        id: Set(tx.id()),
        name_key: Set(name_key(&name)),
        search_text: Set(format!(" {} ", fold(&name))),
        name: Set(name.clone()),
        form_key: Set(key),
        version: Set(1),
        created_at: Set(tx.scope().now()),
        closed_at: Set(None),
    });
    let customer = CustomerId(made.await?.id);
    tx.record_with_changes(
        Event::CustomerMade { customer },
        &[changed(Field::UnitName, None, Some(&name))],
    )
    .await?;
    Ok(customer)
}

async fn rename(
    tx: &Write<'_>,
    customer: CustomerId,
    version: i32,
    name: String,
) -> Result<CustomerId> {
    let found = lock(tx, customer).await?;
    if found.version != version {
        return Err(Invalid::one(Field::UnitName, Problem::Meanwhile { now: found.name }).into());
    }
    let before = found.name.clone();
    if before == name {
        return Ok(customer);
    }
    let mut row = found.into_active_model();
    row.name_key = Set(name_key(&name));
    row.search_text = Set(format!(" {} ", fold(&name)));
    row.name = Set(name.clone());
    row.version = Set(version + 1);
    row.update(tx.conn()).await?;
    tx.record_with_changes(
        Event::CustomerRenamed { customer },
        &[changed(Field::UnitName, Some(&before), Some(&name))],
    )
    .await?;
    Ok(customer)
}

fn changed(field: Field, before: Option<&str>, after: Option<&str>) -> Change {
    Change {
        field,
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
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
    let found = open(&tx, id(customer)?).await?;
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
    let found = lock(&tx, customer).await?;
    let closed = "UPDATE contracts SET closed_at = $2, version = version + 1 WHERE customer_id = $1 AND closed_at IS NULL RETURNING id";
    let contracts = ids(tx
        .all(closed, [customer.0.into(), scope.now().into()])
        .await?)?;
    let locked = "SELECT u.id FROM users u JOIN user_customers h ON (h.organisation_id, h.user_id) = (u.organisation_id, u.id)
        WHERE h.customer_id = $1 ORDER BY u.id FOR NO KEY UPDATE OF u";
    tx.execute(locked, [customer.0.into()]).await?;
    let mut events = contracts::remove_from_people(&tx, contracts.clone()).await?;
    let left = "DELETE FROM user_customers WHERE customer_id = $1 RETURNING user_id AS id";
    let left = ids(tx.all(left, [customer.0.into()]).await?)?;
    events.extend(left.iter().map(|user| Event::CustomerLeft {
        user: UserId(*user),
        customer,
    }));
    bump_versions(&tx, left).await?;
    let before = found.name.clone();
    let mut row = found.into_active_model();
    row.closed_at = Set(Some(scope.now()));
    row.update(tx.conn()).await?;
    events.extend(contracts.into_iter().map(|contract| Event::ContractClosed {
        customer,
        contract: ContractId(contract),
    }));
    tx.record_all(&events).await?;
    tx.record_with_changes(
        Event::CustomerClosed { customer },
        &[changed(Field::UnitName, Some(&before), None)],
    )
    .await?;
    tx.commit().await
}

/// The names of customers and contracts, including closed ones: past events keep their names.
pub(crate) async fn names_of(
    tx: &Tx<'_>,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, String>> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = "SELECT id, name FROM customers WHERE id = ANY ($1) UNION ALL SELECT id, name FROM contracts WHERE id = ANY ($1)";
    let rows = tx.all(sql, [ids.into()]).await?;
    rows.into_iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "name")?)))
        .collect()
}

fn ids(rows: Vec<sea_orm::QueryResult>) -> Result<Vec<Uuid>> {
    rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

async fn open(tx: &Tx<'_>, customer: CustomerId) -> Result<customers::Model> {
    let found = tx
        .find::<customers::Entity>()
        .filter(customers::Column::Id.eq(customer.0))
        .one(tx.conn())
        .await?;
    ensure_open(
        found,
        |customer| customer.closed_at.is_some(),
        Closable::Customer,
    )
}

async fn lock(tx: &Write<'_>, customer: CustomerId) -> Result<customers::Model> {
    let found = tx
        .find::<customers::Entity>()
        .filter(customers::Column::Id.eq(customer.0))
        .lock_exclusive()
        .one(tx.conn())
        .await?;
    ensure_open(
        found,
        |customer| customer.closed_at.is_some(),
        Closable::Customer,
    )
}

/// The condition for people who have a customer.
fn have(customer: CustomerId) -> Expr {
    Expr::cust_with_values(
        "id IN (SELECT user_id FROM user_customers WHERE customer_id = $1)",
        [customer.0],
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
    let ids: Vec<Uuid> = found.iter().map(|customer| customer.id).collect();
    let open = tx
        .find::<contracts_table::Entity>()
        .filter(contracts_table::Column::ClosedAt.is_null());
    let open = open
        .filter(contracts_table::Column::CustomerId.is_in(ids.clone()))
        .select_only();
    let open = open
        .column(contracts_table::Column::CustomerId)
        .column_as(contracts_table::Column::Id.count(), "n");
    let open: Vec<(Uuid, i64)> = open
        .group_by(contracts_table::Column::CustomerId)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let here = tx
        .users()
        .filter(users::Column::ArchivedAt.is_null())
        .select_only()
        .column(users::Column::Id)
        .into_query();
    let held = tx
        .find::<user_customers::Entity>()
        .filter(user_customers::Column::CustomerId.is_in(ids));
    let held = held
        .filter(user_customers::Column::UserId.in_subquery(here))
        .select_only();
    let held = held
        .column(user_customers::Column::CustomerId)
        .column_as(user_customers::Column::UserId.count(), "n");
    let held: Vec<(Uuid, i64)> = held
        .group_by(user_customers::Column::CustomerId)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let (open, held): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (open.into_iter().collect(), held.into_iter().collect());
    let count = |of: &BTreeMap<Uuid, i64>, id| of.get(id).copied().unwrap_or_default() as u32;
    let rows = found.iter().map(|customer| CustomerRow {
        id: CustomerId(customer.id),
        name: customer.name.clone(),
        contracts: count(&open, &customer.id),
        people: count(&held, &customer.id),
    });
    Ok(rows.collect())
}

fn contract(row: contracts_table::Model) -> Contract {
    Contract {
        id: ContractId(row.id),
        name: row.name,
        config: row.config,
    }
}
