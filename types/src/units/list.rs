//! The lists of offices and teams.

use serde::{Deserialize, Serialize};

use crate::primitives::references::{OfficeName, TeamName};

/// One office, as `/offices` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeRow {
    /// Its id and name.
    pub office: OfficeName,
    /// The number of people bound to it.
    pub people: u32,
    /// The number of its teams.
    pub teams: u32,
}

/// The offices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeList {
    /// Those within reach.
    pub rows: Vec<OfficeRow>,
    /// Whether the actor may create one.
    pub may_make: bool,
}

/// One team, as `/teams` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRow {
    /// Its id, name and office.
    pub team: TeamName,
    /// The number of members.
    pub members: u32,
}

/// The teams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamList {
    /// Those within reach.
    pub rows: Vec<TeamRow>,
    /// Whether the actor may create one.
    pub may_make: bool,
}
