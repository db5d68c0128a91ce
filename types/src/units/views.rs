//! What the pages about offices and teams receive.

use serde::{Deserialize, Serialize};

use super::forms::EditTeam;
use super::list::{OfficeRow, TeamRow};
use crate::conflict::Conflict;
use crate::covers::Cover;
use crate::primitives::ids::UserId;
use crate::primitives::references::{FoundUser, OfficeName};
use crate::refusal::Refusal;
use crate::users::Row;

/// An office's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficePage {
    /// The office, with its counts.
    pub row: OfficeRow,
    /// Its teams.
    pub teams: Vec<TeamRow>,
    /// Whether the actor may rename and close it.
    pub may_change: bool,
}

/// A team's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamPage {
    /// The team, with its number of members.
    pub row: TeamRow,
    /// The first members.
    pub members: Vec<Row>,
    /// Its covers, current and upcoming.
    pub covered_by: Vec<Cover>,
    /// The covers of its members, current and upcoming.
    pub covers: Vec<Cover>,
    /// Whether the actor may change it.
    pub may_change: bool,
}

/// The page that creates or edits a team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditTeamPage {
    /// The current state, or the saved draft.
    pub form: EditTeam,
    /// The offices it can belong to.
    pub offices: Vec<OfficeName>,
    /// Whether it must belong to an office.
    pub office_required: bool,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<EditTeam>>,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The page that closes an office or a team: what is in it, and where that can move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosePage<U, O> {
    /// The unit, with its counts.
    pub unit: U,
    /// The units its people can move to.
    pub others: Vec<O>,
    /// Whether a replacement must be chosen.
    pub must_move: bool,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The member's id.
    pub user: UserId,
    /// The displayed name.
    pub name: String,
    /// Whether the actor may remove the member.
    pub may_remove: bool,
}

/// The page of a team's members, with a search for people to add.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MembersPage {
    /// The team, with its number of members.
    pub row: TeamRow,
    /// The members.
    pub members: Vec<Member>,
    /// The search words.
    pub q: String,
    /// The people found who are not members.
    pub found: Vec<FoundUser>,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}
