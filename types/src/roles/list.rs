//! The list of roles.

use serde::{Deserialize, Serialize};

use crate::primitives::references::RoleName;

/// The number of holders of a role, without archived people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holders {
    /// Exact to 10 000.
    pub count: u32,
    /// Whether there are more than `count`.
    pub more: bool,
}

/// One role of the organisation, as `/roles` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    /// Its id and name.
    pub role: RoleName,
    /// The people it is for, in the organisation's words; for built-in roles `app` has the text.
    pub purpose: String,
    /// How many people have it.
    pub holders: Holders,
}

/// The organisation's roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleList {
    /// In order.
    pub rows: Vec<RoleRow>,
    /// Whether fewer than two people can administer the organisation.
    pub few_administrators: bool,
}
