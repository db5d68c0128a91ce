//! Contracts: each names an organisation config, under which the people who have the contract work
//! (CP-15).

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set,
};
use usher_types::audit::Event;
use usher_types::customers::{CloseContract, ClosePage, Contract, EditContract, EditContractPage};
use usher_types::names::name_key;
use usher_types::refusal::Closable;
use usher_types::units::EditTarget;
use usher_types::users::SavedDraft;
use usher_types::{ContractId, CustomerId, Field, Invalid, Permission, Problem, Refusal, UserId};
use uuid::Uuid;

use super::{
    MOST, bump_versions, called, changed, contract, id, ids, open as open_customer, people_of,
};
use crate::entity::{contracts, customers, users};
use crate::foundation::idempotency;
use crate::scope::{Tx, Write};
use crate::units::ensure_open;
use crate::{Result, Scope};

/// The page that creates a contract of a customer: an empty form, or the saved draft.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], alike for another organisation's customer and a
/// missing one; [`Refusal::AlreadyDone`] for a closed one.
pub async fn new(
    scope: &Scope,
    customer: &str,
    draft: Option<SavedDraft<EditContract>>,
) -> Result<EditContractPage> {
    let tx = scope.read(Permission::ManageCustomers).await?;
    let customer = open_customer(&tx, id(customer)?).await?;
    let fresh = EditContract {
        organisation: tx.organisation()?.to_string(),
        customer: customer.id.to_string(),
        key: scope.new_key().to_string(),
        ..EditContract::default()
    };
    let (form, refusal) = draft.map_or((fresh, None), |draft| (draft.form, draft.refusal));
    page(&tx, customer, form, refusal).await
}

/// The page that edits a contract: its current state, or the saved draft.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], the same for one of another organisation and for
/// a missing one; [`Refusal::AlreadyDone`] for a closed one.
pub async fn form(
    scope: &Scope,
    contract: &str,
    draft: Option<SavedDraft<EditContract>>,
) -> Result<EditContractPage> {
    let tx = scope.read(Permission::ManageCustomers).await?;
    let found = open(&tx, id(contract)?).await?;
    let customer = open_customer(&tx, CustomerId(found.customer_id)).await?;
    let version = found.version.to_string();
    let fresh = EditContract {
        organisation: tx.organisation()?.to_string(),
        contract: found.id.to_string(),
        customer: customer.id.to_string(),
        version: version.clone(),
        unit_name: found.name,
        config: found.config,
        ..EditContract::default()
    };
    // saving again replaces the state that the refusal was about
    let (form, refusal) = draft.map_or((fresh, None), |draft| {
        (
            EditContract {
                version,
                ..draft.form
            },
            draft.refusal,
        )
    });
    page(&tx, customer, form, refusal).await
}

async fn page(
    tx: &Tx<'_>,
    customer: customers::Model,
    form: EditContract,
    refusal: Option<Refusal>,
) -> Result<EditContractPage> {
    let named = tx
        .find::<contracts::Entity>()
        .filter(contracts::Column::ClosedAt.is_null())
        .select_only();
    let configs = named
        .column(contracts::Column::Config)
        .distinct()
        .order_by_asc(contracts::Column::Config)
        .limit(MOST);
    let configs = configs.into_tuple().all(tx.conn()).await?;
    Ok(EditContractPage {
        form,
        customer: (CustomerId(customer.id), customer.name),
        configs,
        refusal,
    })
}

/// Creates or edits a contract, and returns its customer.
///
/// # Errors
/// [`Refusal::Invalid`], also if another contract of the customer has the name, or somebody else
/// saved in the meantime; [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditContract) -> Result<CustomerId> {
    let (target, name, config) = form.parse()?;
    let tx = scope.write(Permission::ManageCustomers).await?;
    let written = match target {
        EditTarget::New(key) => {
            let customer: CustomerId = id(&form.customer)?;
            let key = idempotency::key(key, &name_key(&name));
            let made = tx
                .find::<contracts::Entity>()
                .filter(contracts::Column::FormKey.eq(key));
            if let Some(made) = made.one(tx.conn()).await? {
                return Ok(CustomerId(made.customer_id));
            }
            create(&tx, customer, key, name, config).await
        }
        EditTarget::Known(contract, version) => {
            let found = lock(&tx, contract).await?;
            if found.version != version && found.name == name && found.config == config {
                // somebody else already saved the same values: nothing is left to do
                return Ok(CustomerId(found.customer_id));
            }
            update(&tx, found, version, name, config).await
        }
    };
    let customer = written.map_err(|error| error.at_name("contracts_name_key", Field::UnitName))?;
    tx.commit_if_recorded().await?;
    Ok(customer)
}

async fn create(
    tx: &Write<'_>,
    customer: CustomerId,
    key: Uuid,
    name: String,
    config: String,
) -> Result<CustomerId> {
    let held = "SELECT 1 FROM customers WHERE id = $1 AND closed_at IS NULL FOR KEY SHARE";
    tx.one(held, [customer.0.into()])
        .await?
        .ok_or(Refusal::NotFound)?;
    let changes = [
        changed(Field::UnitName, None, Some(&name)),
        changed(Field::Config, None, Some(&config)),
    ];
    let made = tx.insert(contracts::ActiveModel {
        organisation_id: Set(tx.organisation()?.0),
        id: Set(tx.id()),
        customer_id: Set(customer.0),
        name_key: Set(name_key(&name)),
        name: Set(name),
        config: Set(config),
        form_key: Set(key),
        version: Set(1),
        created_at: Set(tx.scope().now()),
        closed_at: Set(None),
    });
    let contract = ContractId(made.await?.id);
    tx.record_with_changes(Event::ContractMade { customer, contract }, &changes)
        .await?;
    Ok(customer)
}

async fn update(
    tx: &Write<'_>,
    found: contracts::Model,
    version: i32,
    name: String,
    config: String,
) -> Result<CustomerId> {
    let pairs = [
        (Field::UnitName, found.name.clone(), name.clone()),
        (Field::Config, found.config.clone(), config.clone()),
    ];
    let pairs = pairs
        .into_iter()
        .filter(|(_, before, after)| before != after);
    if found.version != version {
        return Err(Invalid(
            pairs
                .map(|(field, now, _)| (field, Problem::Meanwhile { now }))
                .collect(),
        )
        .into());
    }
    let changes: Vec<_> = pairs
        .map(|(field, before, after)| changed(field, Some(&before), Some(&after)))
        .collect();
    let (customer, contract) = (CustomerId(found.customer_id), ContractId(found.id));
    if changes.is_empty() {
        return Ok(customer);
    }
    let mut row = found.into_active_model();
    row.name_key = Set(name_key(&name));
    row.name = Set(name);
    row.config = Set(config);
    row.version = Set(version + 1);
    row.update(tx.conn()).await?;
    tx.record_with_changes(Event::ContractEdited { customer, contract }, &changes)
        .await?;
    Ok(customer)
}

/// The page that closes a contract: the number and the names of the people who lose its config.
///
/// # Errors
/// As [`form`].
pub async fn close_page(
    scope: &Scope,
    contract: &str,
    refusal: Option<Refusal>,
) -> Result<ClosePage> {
    let tx = scope.read(Permission::ManageCustomers).await?;
    let found = open(&tx, id(contract)?).await?;
    let customer = open_customer(&tx, CustomerId(found.customer_id)).await?;
    let have = Expr::cust_with_values("contract_id = $1", [found.id]);
    let people = called(people_of(&tx, have).await?);
    let (contract, count) = counted(&tx, vec![super::contract(found)])
        .await?
        .pop()
        .ok_or(Refusal::NotFound)?;
    Ok(ClosePage {
        customer: (CustomerId(customer.id), customer.name),
        contract: Some(contract),
        contracts: 1,
        count,
        people,
        refusal,
    })
}

/// Closes a contract: its people, including archived ones, lose its config; they keep the customer.
///
/// # Errors
/// As [`form`].
pub async fn close(scope: &Scope, form: &CloseContract) -> Result<CustomerId> {
    usher_types::form::known(form)?;
    let contract: ContractId = id(&form.contract)?;
    let tx = scope.write(Permission::ManageCustomers).await?;
    let found = lock(&tx, contract).await?;
    let locked = "SELECT id FROM users WHERE contract_id = $1 ORDER BY id FOR NO KEY UPDATE";
    let left = ids(tx.all(locked, [contract.0.into()]).await?)?;
    let events = remove_from_people(&tx, vec![contract.0]).await?;
    bump_versions(&tx, left).await?;
    let customer = CustomerId(found.customer_id);
    let (name, version) = (found.name.clone(), found.version);
    let mut row = found.into_active_model();
    row.closed_at = Set(Some(scope.now()));
    row.version = Set(version + 1);
    row.update(tx.conn()).await?;
    tx.record_all(&events).await?;
    tx.record_with_changes(
        Event::ContractClosed { customer, contract },
        &[changed(Field::UnitName, Some(&name), None)],
    )
    .await?;
    tx.commit().await?;
    Ok(customer)
}

/// Removes the config of contracts from all people who have it, and returns the events to record.
pub(super) async fn remove_from_people(tx: &Write<'_>, contracts: Vec<Uuid>) -> Result<Vec<Event>> {
    let sql = "WITH had AS (SELECT id, contract_id FROM users WHERE contract_id = ANY ($1)),
            taken AS (UPDATE users u SET contract_id = NULL FROM had WHERE u.id = had.id)
        SELECT id, contract_id FROM had ORDER BY id";
    let rows = tx.all(sql, [contracts.into()]).await?;
    let event = |row: &sea_orm::QueryResult| {
        let (user, contract) = (
            UserId(row.try_get("", "id")?),
            ContractId(row.try_get("", "contract_id")?),
        );
        Ok(Event::ConfigLeft { user, contract })
    };
    rows.iter().map(event).collect()
}

/// The open contracts of a customer, by name.
pub(super) async fn open_of(tx: &Tx<'_>, customer: Uuid) -> Result<Vec<Contract>> {
    let found = tx
        .find::<contracts::Entity>()
        .filter(contracts::Column::CustomerId.eq(customer));
    let found = found
        .filter(contracts::Column::ClosedAt.is_null())
        .order_by_asc(contracts::Column::Name)
        .limit(MOST);
    Ok(found
        .all(tx.conn())
        .await?
        .into_iter()
        .map(contract)
        .collect())
}

/// Contracts with the number of people who have the config of each, without archived ones.
pub(super) async fn counted(tx: &Tx<'_>, found: Vec<Contract>) -> Result<Vec<(Contract, u32)>> {
    let ids = found.iter().map(|contract| contract.id.0);
    let held = tx
        .users()
        .filter(users::Column::ArchivedAt.is_null())
        .filter(users::Column::ContractId.is_in(ids))
        .select_only();
    let held = held
        .column(users::Column::ContractId)
        .column_as(users::Column::Id.count(), "n")
        .group_by(users::Column::ContractId);
    let held: BTreeMap<Uuid, i64> = held
        .into_tuple::<(Uuid, i64)>()
        .all(tx.conn())
        .await?
        .into_iter()
        .collect();
    let counted = found.into_iter().map(|contract| {
        let people = held.get(&contract.id.0).copied().unwrap_or_default() as u32;
        (contract, people)
    });
    Ok(counted.collect())
}

async fn open(tx: &Tx<'_>, contract: ContractId) -> Result<contracts::Model> {
    let found = tx
        .find::<contracts::Entity>()
        .filter(contracts::Column::Id.eq(contract.0))
        .one(tx.conn())
        .await?;
    ensure_open(
        found,
        |contract| contract.closed_at.is_some(),
        Closable::Contract,
    )
}

async fn lock(tx: &Write<'_>, contract: ContractId) -> Result<contracts::Model> {
    let found = tx
        .find::<contracts::Entity>()
        .filter(contracts::Column::Id.eq(contract.0))
        .lock_exclusive()
        .one(tx.conn())
        .await?;
    ensure_open(
        found,
        |contract| contract.closed_at.is_some(),
        Closable::Contract,
    )
}
