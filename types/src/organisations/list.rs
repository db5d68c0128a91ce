//! The list of organisations.

use serde::{Deserialize, Serialize};

use crate::primitives::date::When;
use crate::primitives::ids::OrganisationId;
use crate::primitives::paging::{Cursor, Pages};

/// The parameters of the list, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// A part of the name.
    pub q: String,
    /// The position of the page.
    pub cursor: Cursor,
}

/// One organisation in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The organisation's id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Whether it runs the installation.
    pub is_operator: bool,
    /// When it was suspended.
    pub suspended: Option<When>,
    /// People, without archived ones.
    pub people: u32,
    /// The people whose sign-in is set up.
    pub used: u32,
    /// The agreed number of seats.
    pub seats: Option<u32>,
}

/// The page `/organisations`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganisationList {
    /// By name.
    pub rows: Vec<Row>,
    /// The parameters.
    pub query: ListQuery,
    /// The total number, and the cursors of the other pages.
    pub pages: Pages,
}
