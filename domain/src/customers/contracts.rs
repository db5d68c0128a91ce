//! Contracts: each names an organisation config, under which the people who have the contract work
//! (CP-15).

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select, Set};
use usher_types::audit::Event;
use usher_types::conflict::EditState;
use usher_types::customers::{
    CloseContract, ClosePage, ContractEdit, EditContract, EditContractPage,
};
use usher_types::form::{EditTarget, SavedDraft};
use usher_types::{Contract, ContractId, CustomerId, Field, Permission, Refusal};

use super::{MOST, bump_versions, called, contract, id, people_of};
use crate::entity::{contracts, customers, users};
use crate::infrastructure::named_rows::{self, NamedRow, RowEvent, column};
use crate::scope::{Tx, Write};
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
    let customer = named_rows::find::<customers::Entity>(&tx, id(customer)?).await?;
    let current = EditContract {
        organisation: tx.organisation()?.to_string(),
        customer: customer.id.to_string(),
        key: scope.new_key().to_string(),
        ..EditContract::default()
    };
    page(&tx, customer, EditState::new(current, draft)).await
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
    let found = named_rows::find::<contracts::Entity>(&tx, id(contract)?).await?;
    let customer = named_rows::find::<customers::Entity>(&tx, found.customer_id).await?;
    let current = EditContract {
        organisation: tx.organisation()?.to_string(),
        contract: found.id.to_string(),
        customer: customer.id.to_string(),
        version: found.version.to_string(),
        unit_name: found.name,
        config: found.config,
        ..EditContract::default()
    };
    page(&tx, customer, EditState::new(current, draft)).await
}

async fn page(
    tx: &Tx<'_>,
    customer: customers::Model,
    state: EditState<EditContract>,
) -> Result<EditContractPage> {
    let configs = named_rows::all_open::<contracts::Entity>(tx)
        .select_only()
        .column(contracts::Column::Config)
        .distinct()
        .order_by_asc(contracts::Column::Config)
        .limit(MOST);
    let configs = configs.into_tuple().all(tx.conn()).await?;
    let EditState {
        form,
        conflict,
        refusal,
    } = state;
    Ok(EditContractPage {
        form,
        customer: (customer.id, customer.name),
        configs,
        conflict,
        refusal,
    })
}

impl NamedRow for contracts::Entity {
    fn within_reach(tx: &Tx<'_>) -> Select<Self> {
        tx.find()
    }

    fn event(contract: &contracts::Model, what: RowEvent) -> Event {
        let (customer, contract) = (contract.customer_id, contract.id);
        match what {
            RowEvent::Created => Event::ContractMade { customer, contract },
            RowEvent::Edited => Event::ContractEdited { customer, contract },
            RowEvent::Closed => Event::ContractClosed { customer, contract },
        }
    }

    fn values(contract: &contracts::Model) -> Vec<(Field, String)> {
        vec![
            (Field::UnitName, contract.name.clone()),
            (Field::Config, contract.config.clone()),
        ]
    }
}

/// Creates or edits a contract, and returns its customer.
///
/// # Errors
/// [`Refusal::Invalid`], also if another contract of the customer has the name;
/// [`Refusal::Conflict`] if somebody else saved other values in the meantime;
/// [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditContract) -> Result<CustomerId> {
    let ContractEdit {
        target,
        name,
        config,
    } = form.parse()?;
    let tx = scope.write(Permission::ManageCustomers).await?;
    let customer = match target {
        EditTarget::New(_) => Some(id(&form.customer)?),
        EditTarget::Known(..) => None,
    };
    if let Some(customer) = customer
        && named_rows::locked_open::<customers::Entity>(&tx, &[customer])
            .await?
            .is_empty()
    {
        return Err(Refusal::NotFound.into());
    }
    let name = name.into();
    let contract = named_rows::save::<contracts::Entity>(&tx, target, &name, |row| {
        row.config = Set(config);
        if let Some(customer) = customer {
            row.customer_id = Set(customer);
        }
    });
    let contract = contract.await?;
    tx.commit_if_recorded().await?;
    Ok(contract.customer_id)
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
    let found = named_rows::find::<contracts::Entity>(&tx, id(contract)?).await?;
    let customer = named_rows::find::<customers::Entity>(&tx, found.customer_id).await?;
    let have = Expr::cust_with_values("contract_id = $1", [found.id]);
    let people = called(people_of(&tx, have).await?);
    let (contract, count) = counted(&tx, vec![super::contract(found)])
        .await?
        .pop()
        .ok_or(Refusal::NotFound)?;
    Ok(ClosePage {
        customer: (customer.id, customer.name),
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
    let found = named_rows::lock::<contracts::Entity>(&tx, contract).await?;
    let customer = found.customer_id;
    let locked = "SELECT id FROM users WHERE contract_id = $1 ORDER BY id FOR NO KEY UPDATE";
    let left = column(&tx.all(locked, [contract.into()]).await?, "id")?;
    let events = remove_from_people(&tx, vec![contract]).await?;
    bump_versions(&tx, left).await?;
    tx.record_all(&events).await?;
    named_rows::close::<contracts::Entity>(&tx, found).await?;
    tx.commit().await?;
    Ok(customer)
}

/// Removes the config of contracts from all people who have it, and returns the events to record.
pub(super) async fn remove_from_people(
    tx: &Write<'_>,
    contracts: Vec<ContractId>,
) -> Result<Vec<Event>> {
    let sql = "WITH had AS (SELECT id, contract_id FROM users WHERE contract_id = ANY ($1)),
            taken AS (UPDATE users u SET contract_id = NULL FROM had WHERE u.id = had.id)
        SELECT id, contract_id FROM had ORDER BY id";
    let rows = tx.all(sql, [contracts.into()]).await?;
    let event = |row: &sea_orm::QueryResult| {
        Ok(Event::ConfigLeft {
            user: row.try_get("", "id")?,
            contract: row.try_get("", "contract_id")?,
        })
    };
    rows.iter().map(event).collect()
}

/// The open contracts of a customer, by name.
pub(super) async fn open_of(tx: &Tx<'_>, customer: CustomerId) -> Result<Vec<Contract>> {
    let found = named_rows::all_open::<contracts::Entity>(tx)
        .filter(contracts::Column::CustomerId.eq(customer))
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
    let ids = found.iter().map(|contract| contract.id);
    let held = tx
        .users()
        .filter(users::Column::ArchivedAt.is_null())
        .filter(users::Column::ContractId.is_in(ids))
        .select_only();
    let held = held
        .column(users::Column::ContractId)
        .column_as(users::Column::Id.count(), "n")
        .group_by(users::Column::ContractId);
    let held: BTreeMap<ContractId, i64> = held
        .into_tuple::<(ContractId, i64)>()
        .all(tx.conn())
        .await?
        .into_iter()
        .collect();
    let counted = found.into_iter().map(|contract| {
        let people = held.get(&contract.id).copied().unwrap_or_default() as u32;
        (contract, people)
    });
    Ok(counted.collect())
}
