//! What the pages about roles receive.

use serde::{Deserialize, Serialize};

use super::forms::{DeactivateRole, EditRole};
use super::grants::{Requires, RoleGrants};
use super::list::RoleRow;
use crate::audit::ActivityEntry;
use crate::conflict::Conflict;
use crate::primitives::date::When;
use crate::primitives::ids::UserId;
use crate::primitives::permission::{Permission, Reach};
use crate::primitives::references::{DashboardName, RoleName};
use crate::refusal::Refusal;

/// The page of one role: its purpose, its grants, and its holders (CS-23, CS-24).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolePage {
    /// The role, with its holders.
    pub row: RoleRow,
    /// Its permissions, in the order a page lists them.
    pub allows: Vec<(Permission, Reach)>,
    /// The roles its holder may assign, without User.
    pub gives: Vec<RoleName>,
    /// The roles whose holders its holder may manage.
    pub manages: Vec<RoleName>,
    /// The dashboards it brings.
    pub brings: Vec<DashboardName>,
    /// The role's requirements.
    pub requires: Requires,
    /// When it was deactivated.
    pub retired: Option<When>,
    /// Whether the actor may edit and deactivate it.
    pub may_change: bool,
    /// The activity, newest first, if the actor may see it.
    pub activity: Vec<ActivityEntry>,
}

/// The page that creates or edits a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditRolePage {
    /// The role's current name; `None` for a new one.
    pub role: Option<RoleName>,
    /// The grants that the actor may give to a role.
    pub may: RoleGrants,
    /// The roles the actor may choose from, in order.
    pub roles: Vec<RoleChoice>,
    /// The dashboards it can bring.
    pub dashboards: Vec<DashboardName>,
    /// An empty form, the current state, or the saved draft with the current version.
    pub form: EditRole,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<EditRole>>,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The page that deactivates a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeactivateRolePage {
    /// The role, with its holders.
    pub row: RoleRow,
    /// The first holders, by name.
    pub people: Vec<(UserId, String)>,
    /// The number of archived holders.
    pub archived: u32,
    /// The number of holders whom the actor may not manage.
    pub fixed: u32,
    /// The roles that the actor may choose as a replacement.
    pub roles: Vec<RoleChoice>,
    /// An empty form, or the saved draft.
    pub form: DeactivateRole,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// A role that the actor may assign, as the form offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChoice {
    /// Its id and name.
    pub role: RoleName,
    /// The people it is for, in the organisation's words; for built-in roles `app` has the text.
    pub purpose: String,
}
