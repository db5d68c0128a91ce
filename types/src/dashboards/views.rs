//! What the start page and the pages about dashboards receive.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::forms::{AssignDashboards, EditDashboard};
use super::list::DashboardRow;
use super::widgets::Widget;
use crate::conflict::Conflict;
use crate::primitives::built_in::BuiltInDashboard;
use crate::primitives::date::When;
use crate::primitives::ids::{ClientId, DashboardId, UserId};
use crate::primitives::references::{DashboardName, RoleName};
use crate::refusal::Refusal;
use crate::settings::Seats;

/// The page that creates or edits a dashboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditDashboardPage {
    /// The current state, or the saved draft.
    pub form: EditDashboard,
    /// The built-in dashboard, if it was not renamed: the page fills in its name in the reader's
    /// language.
    #[serde(rename = "shipped")]
    pub built_in: Option<BuiltInDashboard>,
    /// The roles that can bring it, in order.
    pub roles: Vec<RoleName>,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<EditDashboard>>,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The page that closes a dashboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloseDashboardPage {
    /// The dashboard, and the number of people who have it.
    pub row: DashboardRow,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}

/// The page that assigns dashboards to a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssignPage {
    /// Who gets the dashboards.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The organisation's dashboards, each with what it shows.
    pub dashboards: Vec<(DashboardName, Vec<Widget>)>,
    /// The dashboards of their roles, which are used while none is assigned.
    pub brought: Vec<DashboardName>,
    /// The current state, or the saved draft.
    pub form: AssignDashboards,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<AssignDashboards>>,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Exact to 10 000.
    pub count: u32,
    /// Whether there are more.
    pub more: bool,
}

/// The page that an entry of a widget links to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A person's page.
    User(UserId),
    /// A person's activity.
    Activity(UserId),
    /// A client's page.
    Client(ClientId),
    /// A referral's page.
    Referral(Uuid),
}

/// The note beside the name of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Nothing.
    Nothing,
    /// When it was created.
    Created(When),
    /// When they were last active.
    Seen(When),
    /// Since when it waits, and in which queue.
    Waits {
        /// Since when.
        since: When,
        /// The team whose queue it is in.
        team: String,
    },
    /// When an invitation expires or expired.
    Invitation(When),
    /// When a temporary password expires or expired.
    Temporary(When),
    /// A cover and its end.
    Covers {
        /// The name of the covered team.
        team: String,
        /// The end of the cover.
        until: When,
    },
    /// A referral's other side, and when it was created.
    Referred {
        /// The resource, or the other organisation.
        with: String,
        /// The time.
        at: When,
    },
    /// The anomalies, with their counts.
    #[serde(rename = "odd")]
    Anomalies(Vec<(Anomaly, u32)>),
}

/// A kind of unusual events within seven days. Counts below [`Anomaly::least`] are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anomaly {
    /// Failed sign-ins.
    RefusedSignIns,
    /// Sign-ins between midnight and five in the organisation's time zone.
    AtNight,
    /// Pages and actions that were refused to the person.
    Refusals,
}

impl Anomaly {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::RefusedSignIns, Self::AtNight, Self::Refusals];

    /// The number of events within seven days from which they are unusual.
    pub fn least(self) -> u32 {
        match self {
            Self::RefusedSignIns => 5,
            Self::AtNight => 3,
            Self::Refusals => 10,
        }
    }
}

/// One entry of a widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The linked page.
    pub about: About,
    /// Their name.
    pub name: String,
    /// The note beside the name.
    pub note: Note,
}

/// The content of a widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A count, and the first entries.
    Entries {
        /// The number of entries.
        count: Count,
        /// A second count: in the queues, inactive for 90 days, expired, with a question; `None` if
        /// the widget has none.
        also: Option<Count>,
        /// The first.
        entries: Vec<Entry>,
    },
    /// Used and agreed seats.
    Seats {
        /// The number in use.
        used: u32,
        /// What was agreed on.
        agreed: Option<Seats>,
    },
    /// The count of each week, by its first day.
    Weeks(Vec<(When, u32)>),
}

/// One widget of a dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// What is shown.
    pub widget: Widget,
    /// Its content; `None` if reading failed, which is logged and does not affect other widgets.
    pub content: Option<Content>,
}

/// `/`: the person's dashboards, and the content of the shown one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomePage {
    /// Whether the organisation has no client yet and the actor may add the first (SV-02).
    pub begins_with_clients: bool,
    /// The person's dashboards; none if none is assigned and no role brings one.
    pub mine: Vec<DashboardName>,
    /// The shown dashboard.
    pub shown: Option<DashboardId>,
    /// Its widgets, without those the actor may not see.
    pub widgets: Vec<Shown>,
}
