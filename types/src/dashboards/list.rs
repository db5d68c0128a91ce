//! The list of dashboards.

use serde::{Deserialize, Serialize};

use super::widgets::Widget;
use crate::primitives::references::{DashboardName, RoleName};

/// One dashboard, as `/dashboards` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardRow {
    /// Its id and name.
    pub dashboard: DashboardName,
    /// What it shows, in order.
    pub widgets: Vec<Widget>,
    /// The roles that bring it.
    pub brought_by: Vec<RoleName>,
    /// The number of people it is assigned to, without archived ones.
    pub people: u32,
}
