//! What the pages with figures receive.

use serde::{Deserialize, Serialize};

use super::parse::PeriodQuery;
use crate::audit::ActivityEntry;
use crate::primitives::date::When;
use crate::primitives::ids::{TeamId, UserId};
use crate::refusal::Invalid;

/// The figures of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// People who signed in.
    pub active: u32,
    /// The number of sign-ins.
    pub sign_ins: u32,
    /// Accounts created.
    pub created: u32,
    /// Accounts archived.
    pub archived: u32,
    /// New clients.
    pub clients: u32,
    /// Referrals created (OG-85).
    pub referred: u32,
    /// Answered referrals from other organisations.
    pub answered: u32,
    /// Resources created, edited or closed (OG-86).
    pub resources: u32,
}

/// One team's figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamFigures {
    /// The team's id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// The current number of members.
    pub members: u32,
    /// Its figures.
    pub figures: Figures,
}

/// `/reports`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPage {
    /// The period with defaults filled in; as requested if it is invalid.
    pub query: PeriodQuery,
    /// Its problems; without figures in that case.
    pub problem: Option<Invalid>,
    /// Each team within reach, by name.
    pub teams: Vec<TeamFigures>,
    /// Everybody within reach, each counted once.
    pub all: Figures,
    /// Whether that is the whole organisation.
    pub is_whole: bool,
    /// Sign-ins of everybody within reach, week by week; the day is the first of the week that is
    /// counted.
    pub weeks: Vec<(When, u32)>,
}

/// The parameters of a person's activity page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivityQuery {
    /// The days that are counted.
    pub period: PeriodQuery,
    /// Starts after this event; newest first.
    pub after: String,
}

/// An action of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The entry.
    pub line: ActivityEntry,
    /// The person it concerns, if that is another person within reach.
    pub to: Option<(UserId, String)>,
}

/// `/users/:id/activity`: a person's own actions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityPage {
    /// Whose actions they are.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The period with defaults filled in; as requested if it is invalid.
    pub query: PeriodQuery,
    /// Its problems; without entries in that case.
    pub problem: Option<Invalid>,
    /// When they last signed in, regardless of the period (OG-83).
    pub last_sign_in: Option<When>,
    /// The figures of the period.
    pub figures: Figures,
    /// The newest actions (OG-84).
    pub acts: Vec<Act>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// Whether this is the first page.
    pub is_first: bool,
}
