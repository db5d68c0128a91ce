//! The rows that every organisation has from the start, by the fixed key that the database holds.

use serde::{Deserialize, Serialize};

/// A built-in dashboard of every organisation. Its name is in the reader's language until it is
/// renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuiltInDashboard {
    /// For administrators of people.
    Administrators,
    /// For team leaders.
    Supervisors,
    /// For people who work with clients.
    Caseworkers,
}

impl BuiltInDashboard {
    /// All, in the order a page lists them.
    pub const ALL: [Self; 3] = [Self::Administrators, Self::Supervisors, Self::Caseworkers];

    /// The fixed key the database holds.
    pub fn key(self) -> &'static str {
        match self {
            Self::Administrators => "administrators",
            Self::Supervisors => "supervisors",
            Self::Caseworkers => "caseworkers",
        }
    }

    /// The built-in dashboard with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|dashboard| dashboard.key() == key)
    }
}

/// A built-in list of every organisation. Its name is in the reader's language until it is renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuiltInList {
    /// Care coordinators.
    CareCoordinators,
    /// Supervisors.
    Supervisors,
}

impl BuiltInList {
    /// All, in the order a page lists them.
    pub const ALL: [Self; 2] = [Self::CareCoordinators, Self::Supervisors];

    /// The fixed key the database holds.
    pub fn key(self) -> &'static str {
        match self {
            Self::CareCoordinators => "care_coordinators",
            Self::Supervisors => "supervisors",
        }
    }

    /// The built-in list with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.key() == key)
    }
}

/// A built-in role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuiltInRole {
    /// For everybody: sign in, own profile. Assigned to all, never removed (IZ-12).
    User,
    /// Runs the installation; only exists in the operator organisation.
    SystemAdministrator,
    /// Runs one organisation (OG-02 to OG-09).
    OrganisationAdministrator,
    /// Creates portal administrators and super users (CP-05, CS-17).
    SecurityAdministrator,
    /// Manages people of a customer's portal: Super users and below.
    PortalAdministrator,
    /// A customer's contact person: sees people.
    SuperUser,
    /// Leads a team: sees people.
    Supervisor,
    /// Direct service (OG-10 to OG-15).
    Caseworker,
    /// Office staff: add other staff of their office (CS-17 to CS-22).
    Staff,
    /// Reads, changes nothing (OG-32).
    Viewer,
    /// Works with the clients they are linked to, and only sees those (SV-05).
    Assistant,
    /// A client with an account of their own: only sees their own page (SV-02, S14).
    Client,
}

impl BuiltInRole {
    /// All, in the order a page lists them.
    pub const ALL: [Self; 12] = [
        Self::User,
        Self::SystemAdministrator,
        Self::OrganisationAdministrator,
        Self::SecurityAdministrator,
        Self::PortalAdministrator,
        Self::SuperUser,
        Self::Supervisor,
        Self::Caseworker,
        Self::Staff,
        Self::Viewer,
        Self::Assistant,
        Self::Client,
    ];

    /// The roles of the customer portal. They are active in an organisation, and its Organisation
    /// administrators may assign and manage them, while its settings switch the portal on (CP-01 to
    /// CP-05). The operator's System administrators always may.
    pub const PORTAL: [Self; 3] = [
        Self::SecurityAdministrator,
        Self::PortalAdministrator,
        Self::SuperUser,
    ];

    /// The fixed key the database holds.
    pub fn key(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::SystemAdministrator => "system_administrator",
            Self::OrganisationAdministrator => "organisation_administrator",
            Self::SecurityAdministrator => "security_administrator",
            Self::PortalAdministrator => "portal_administrator",
            Self::SuperUser => "super_user",
            Self::Supervisor => "supervisor",
            Self::Caseworker => "caseworker",
            Self::Staff => "staff",
            Self::Viewer => "viewer",
            Self::Assistant => "assistant",
            Self::Client => "client",
        }
    }

    /// The built-in role with this key, which is also its address.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// Whether the role exists in an organisation: System administrator only exists in the
    /// operator's.
    pub fn belongs(self, is_operator: bool) -> bool {
        is_operator || self != Self::SystemAdministrator
    }
}
