//! The list of customers.

use serde::{Deserialize, Serialize};

use crate::primitives::ids::CustomerId;
use crate::primitives::paging::{Cursor, Pages};

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
