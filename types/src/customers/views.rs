//! What the pages about customers receive.

use serde::{Deserialize, Serialize};

use super::forms::EditContract;
use super::list::CustomerRow;
use crate::audit::ActivityEntry;
use crate::conflict::Conflict;
use crate::primitives::ids::{CustomerId, UserId};
use crate::primitives::references::{Contract, Customer};
use crate::refusal::Refusal;
use crate::users::Row;

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
    /// Id and name of the customer, or of the holder of the contract.
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
