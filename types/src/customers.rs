//! Customers and their contracts (CP-13 to CP-16). A person has customers, and the organisation
//! config of one of their contracts.

use serde::{Deserialize, Serialize};

use crate::audit::ActivityEntry;
use crate::conflict::{Conflict, versioned};
use crate::form::{Checks, form, line};
use crate::ids::{ContractId, CustomerId, IdempotencyKey, UserId};
use crate::paging::{Cursor, Pages};
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::units::{EditTarget, edit_target, name};
use crate::users::Row;

/// The largest number of customers of a person.
pub const MOST: u32 = 100;
/// The largest number of characters of an organisation config.
const CONFIG: u32 = 200;

form! {
    /// Creates or renames a customer.
    EditCustomer shown at |form| below("/customers", &form.customer, "/edit");
    text {
        /// The customer; empty for a new one.
        customer,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
    }
}

form! {
    /// Closes a customer with its contracts, and removes it from all people.
    CloseCustomer shown at |form| below("/customers", &form.customer, "/close");
    text {
        /// The customer.
        customer,
    }
}

form! {
    /// Creates or edits a contract of a customer.
    EditContract shown at |form| match form.contract.parse::<ContractId>() {
        Ok(contract) => format!("/contracts/{contract}/edit"),
        Err(_) => below("/customers", &form.customer, "/contracts/new"),
    };
    text {
        /// The contract; empty for a new one.
        contract,
        /// The customer of a new contract.
        customer,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
        /// The organisation config it names.
        config,
    }
}

form! {
    /// Closes a contract, and removes its config from all people.
    CloseContract shown at |form| below("/contracts", &form.contract, "/close");
    text {
        /// The contract.
        contract,
    }
}

versioned!(EditCustomer, EditContract);

/// An address below a customer or a contract. An id from a form is untrusted text until it parses.
fn below(list: &str, id: &str, rest: &str) -> String {
    id.parse::<CustomerId>().map_or_else(
        |_| "/customers/new".to_owned(),
        |id| format!("{list}/{id}{rest}"),
    )
}

impl EditCustomer {
    /// What to create or rename, and its name.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<(EditTarget<CustomerId>, String), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.customer, &self.version, &self.key);
        match (target, name(&mut checks, &self.unit_name)) {
            (Some(target), Some(name)) if checks.is_clean() => Ok((target, name)),
            _ => Err(checks.into_invalid()),
        }
    }

    /// An empty form for creating one.
    pub fn fresh(organisation: String, key: IdempotencyKey) -> Self {
        Self {
            organisation,
            key: key.to_string(),
            ..Self::default()
        }
    }
}

impl EditContract {
    /// What to create or edit, its name, and the config it names.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<(EditTarget<ContractId>, String, String), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.contract, &self.version, &self.key);
        let name = name(&mut checks, &self.unit_name);
        let config = line(&self.config, CONFIG).and_then(|config| {
            if config.is_empty() {
                Err(Problem::Missing)
            } else {
                Ok(config)
            }
        });
        let config = checks.take(Field::Config, config);
        match (target, name, config) {
            (Some(target), Some(name), Some(config)) if checks.is_clean() => {
                Ok((target, name, config))
            }
            _ => Err(checks.into_invalid()),
        }
    }
}

/// A contract's name, and its organisation config.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// The contract's id.
    pub id: ContractId,
    /// The name given by the organisation.
    pub name: String,
    /// The organisation config.
    pub config: String,
}

/// A customer with its open contracts, as a person's form offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The customer's id.
    pub id: CustomerId,
    /// The name given by the organisation.
    pub name: String,
    /// Whether it was closed since the form named it.
    pub is_closed: bool,
    /// The open contracts, by name; none of a closed customer.
    pub contracts: Vec<Contract>,
}

impl Customer {
    /// The config of this contract as [`Contract::of`] names it, if it belongs to one of these
    /// customers.
    pub fn config(customers: &[Self], id: ContractId) -> Option<String> {
        Self::with_contract(customers, id).map(|(customer, contract)| contract.of(&customer.name))
    }

    /// The contract of this id, if it belongs to one of these customers.
    pub fn with_contract(customers: &[Self], id: ContractId) -> Option<(&Self, &Contract)> {
        customers.iter().find_map(|customer| {
            Some((
                customer,
                customer
                    .contracts
                    .iter()
                    .find(|contract| contract.id == id)?,
            ))
        })
    }
}

impl Contract {
    /// The config with the name of its customer, as shown on pages and in the audit.
    pub fn of(&self, customer: &str) -> String {
        format!("{} ({customer}, {})", self.config, self.name)
    }
}

/// The customers of a person, and the contract whose config was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The customers.
    pub customers: Vec<CustomerId>,
    /// The contract.
    pub contract: Option<ContractId>,
}

impl Chosen {
    /// Reads the choice of customers, each of `known` and open, and of the config: of one of their
    /// contracts, and of one at all where they have some (CP-16).
    pub(crate) fn parse(
        checks: &mut Checks,
        known: &[Customer],
        customers: &[String],
        config: &str,
    ) -> Self {
        if customers.len() > MOST as usize {
            checks.wrong(Field::Customers, Problem::TooMany { most: MOST });
            return Self::default();
        }
        let mut chosen = Vec::new();
        for id in customers {
            match id
                .parse()
                .ok()
                .and_then(|id: CustomerId| known.iter().find(|known| known.id == id))
            {
                Some(customer) if customer.is_closed => checks.wrong(
                    Field::Customers,
                    Problem::Closed {
                        name: customer.name.clone(),
                    },
                ),
                Some(customer) => chosen.push(customer.clone()),
                None => checks.wrong(Field::Customers, Problem::Wrong),
            }
        }
        let config = config.trim();
        let contract = if config.is_empty() {
            if chosen.iter().any(|customer| !customer.contracts.is_empty()) {
                checks.wrong(Field::Config, Problem::NeedsConfig);
            }
            None
        } else {
            let found = config
                .parse()
                .ok()
                .filter(|id| Customer::with_contract(&chosen, *id).is_some());
            checks.take(Field::Config, found.ok_or(Problem::Wrong))
        };
        let mut customers: Vec<_> = chosen.into_iter().map(|customer| customer.id).collect();
        customers.sort_unstable();
        customers.dedup();
        Self {
            customers,
            contract,
        }
    }
}

/// The first results of a search among the open customers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The customers ticked before.
    pub ticked: Vec<Customer>,
    /// The customers found, without the ticked ones.
    pub customers: Vec<Customer>,
    /// Whether there are more.
    pub more: bool,
}

/// The parameters of the list, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Search words, all of which must match.
    pub q: String,
    /// The position of the page.
    pub cursor: Cursor,
}

/// One customer, as `/customers` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRow {
    /// The customer's id.
    pub id: CustomerId,
    /// The name given by the organisation.
    pub name: String,
    /// How many open contracts it has.
    pub contracts: u32,
    /// The number of people who have it, without archived ones.
    pub people: u32,
}

/// The customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerList {
    /// The parameters.
    pub query: ListQuery,
    /// One page, by name.
    pub rows: Vec<CustomerRow>,
    /// The total number, and the cursors of the other pages.
    pub pages: Pages,
}

/// A customer's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerPage {
    /// The customer.
    pub row: CustomerRow,
    /// Its open contracts, each with how many people have its config, without archived ones.
    pub contracts: Vec<(Contract, u32)>,
    /// The first people who have it and whom the actor may see.
    pub people: Vec<Row>,
    /// The activity, if the actor may see it.
    pub activity: Vec<ActivityEntry>,
}

/// The page that creates or edits a contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditContractPage {
    /// The current state, or the saved draft.
    pub form: EditContract,
    /// The holder's name.
    pub customer: (CustomerId, String),
    /// The configs of existing contracts.
    pub configs: Vec<String>,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<EditContract>>,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The page that closes a customer or one of its contracts, with the people who lose it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosePage {
    /// The customer.
    pub customer: (CustomerId, String),
    /// The contract; `None` if the customer is closed with all of its contracts.
    pub contract: Option<Contract>,
    /// How many contracts are closed with it.
    pub contracts: u32,
    /// How many people lose it, without archived ones.
    pub count: u32,
    /// The first of those the actor may see.
    pub people: Vec<(UserId, String)>,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;

    const ID: &str = "0197a4d2-0000-7000-8000-000000000001";

    fn id(last: u8) -> String {
        format!("0197a4d2-0000-7000-8000-0000000000{last:02}")
    }

    fn customer(last: u8, name: &str, contracts: &[u8]) -> Customer {
        let contract = |last: &u8| Contract {
            id: id(*last).parse().expect("an id"),
            name: "2026".to_owned(),
            config: "Day".to_owned(),
        };
        let contracts = contracts.iter().map(contract).collect();
        Customer {
            id: id(last).parse().expect("an id"),
            name: name.to_owned(),
            is_closed: false,
            contracts,
        }
    }

    fn parse(customers: &[u8], config: &str) -> Result<Chosen, Invalid> {
        let known = [
            customer(1, "Acme", &[11]),
            customer(2, "Beck", &[12]),
            customer(3, "Cero", &[]),
        ];
        let known = [
            &known[..],
            &[Customer {
                is_closed: true,
                ..customer(4, "Dunn", &[])
            }],
        ]
        .concat();
        let mut checks = Checks::default();
        let chosen = Chosen::parse(
            &mut checks,
            &known,
            &customers.iter().map(|last| id(*last)).collect::<Vec<_>>(),
            config,
        );
        if checks.is_clean() {
            Ok(chosen)
        } else {
            Err(checks.into_invalid())
        }
    }

    #[test]
    fn a_new_customer_or_contract_needs_a_key_and_a_known_one_its_version() {
        let new = EditCustomer {
            key: ID.to_owned(),
            unit_name: " Acme ".to_owned(),
            ..EditCustomer::default()
        };
        assert_eq!(
            new.parse(),
            Ok((
                EditTarget::New(ID.parse().expect("a key")),
                "Acme".to_owned()
            ))
        );
        assert_eq!(new.page(), "/customers/new");
        let contract = EditContract {
            customer: ID.to_owned(),
            key: ID.to_owned(),
            ..EditContract::default()
        };
        let wrong = contract.parse().expect_err("neither a name nor a config");
        assert_eq!(
            (wrong.at(Field::UnitName), wrong.at(Field::Config)),
            (Some(&Problem::Missing), Some(&Problem::Missing))
        );
        assert_eq!(contract.page(), format!("/customers/{ID}/contracts/new"));
        let known = EditContract {
            contract: ID.to_owned(),
            version: "2".to_owned(),
            unit_name: "2026".to_owned(),
            config: " Day care ".to_owned(),
            ..EditContract::default()
        };
        assert_eq!(
            known.parse(),
            Ok((
                EditTarget::Known(ID.parse().expect("an id"), 2),
                "2026".to_owned(),
                "Day care".to_owned()
            ))
        );
        assert_eq!(known.page(), format!("/contracts/{ID}/edit"));
    }

    #[test]
    fn a_config_is_of_a_contract_of_a_chosen_customer_and_needed_where_there_is_one() {
        let chosen = parse(&[2, 1, 1], &id(11)).expect("Acme's");
        assert_eq!(
            (chosen.customers.len(), chosen.contract),
            (2, Some(id(11).parse().expect("an id")))
        );
        assert_eq!(parse(&[], ""), Ok(Chosen::default()));
        assert_eq!(
            parse(&[3], "").map(|chosen| chosen.contract),
            Ok(None),
            "no contract, nothing to choose"
        );
        assert_eq!(
            parse(&[1], "")
                .expect_err("one to choose")
                .at(Field::Config),
            Some(&Problem::NeedsConfig)
        );
        for (customers, config) in [
            (&[2][..], id(11)),
            (&[], id(11)),
            (&[1], "day".to_owned()),
            (&[1], id(99)),
        ] {
            assert_eq!(
                parse(customers, &config)
                    .expect_err("not theirs")
                    .at(Field::Config),
                Some(&Problem::Wrong),
                "{customers:?} {config}"
            );
        }
    }

    #[test]
    fn a_customer_is_known_and_open_and_there_are_not_too_many() {
        assert_eq!(
            parse(&[9], "").expect_err("unknown").at(Field::Customers),
            Some(&Problem::Wrong)
        );
        let closed = Problem::Closed {
            name: "Dunn".to_owned(),
        };
        assert_eq!(
            parse(&[1, 4], &id(11))
                .expect_err("closed")
                .at(Field::Customers),
            Some(&closed)
        );
        assert_eq!(
            parse(&[3; 101], "").expect_err("many").at(Field::Customers),
            Some(&Problem::TooMany { most: MOST })
        );
    }
}
