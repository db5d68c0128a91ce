//! What pages show about covers.

use serde::{Deserialize, Serialize};

use super::forms::GiveCover;
use crate::primitives::date::When;
use crate::primitives::ids::{CoverId, UserId};
use crate::primitives::references::TeamName;
use crate::refusal::Refusal;

/// A cover of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The cover's id.
    pub id: CoverId,
    /// The team whose work is covered.
    pub team: TeamName,
    /// Who covers it.
    pub user: UserId,
    /// Their displayed name.
    pub name: String,
    /// From when.
    pub from: When,
    /// The end; no end if `None`.
    pub until: Option<When>,
    /// The reason; may be empty.
    pub reason: String,
    /// Whether it has begun.
    pub has_begun: bool,
}

/// A person's team coverage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoveragePage {
    /// The person who covers.
    pub user: UserId,
    /// Their displayed name.
    pub name: String,
    /// Their covers, current and upcoming.
    pub covers: Vec<Cover>,
    /// The teams that may be chosen.
    pub teams: Vec<TeamName>,
    /// An empty form, or the saved draft.
    pub form: GiveCover,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}
