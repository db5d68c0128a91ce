//! What the pages about resources receive.

use serde::{Deserialize, Serialize};

use super::list::ResourceRow;
use crate::audit::ActivityEntry;
use crate::refusal::Refusal;

/// A resource's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourcePage {
    /// The resource.
    pub row: ResourceRow,
    /// Several lines; may be empty.
    pub description: String,
    /// The activity, if the actor may edit it.
    pub activity: Vec<ActivityEntry>,
    /// Whether the actor may change and close it.
    pub may_manage: bool,
    /// Whether the actor may refer clients.
    pub may_refer: bool,
}

/// The page that closes a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloseResourcePage {
    /// The resource.
    pub row: ResourceRow,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}
