//! The rows that every organisation has from the start, by the fixed key that the database holds.

use crate::primitives::coded::coded;

coded! {
    /// A built-in dashboard of every organisation. Its name is in the reader's language until it is
    /// renamed.
    BuiltInDashboard {
        /// For administrators of people.
        Administrators = "administrators",
        /// For team leaders.
        Supervisors = "supervisors",
        /// For people who work with clients.
        Caseworkers = "caseworkers",
    }
}

coded! {
    /// A built-in list of every organisation. Its name is in the reader's language until it is renamed.
    BuiltInList {
        /// Care coordinators.
        CareCoordinators = "care_coordinators",
        /// Supervisors.
        Supervisors = "supervisors",
    }
}

coded! {
    /// A built-in role.
    BuiltInRole {
        /// For everybody: sign in, own profile. Assigned to all, never removed (IZ-12).
        User = "user",
        /// Runs the installation; only exists in the operator organisation.
        SystemAdministrator = "system_administrator",
        /// Runs one organisation (OG-02 to OG-09).
        OrganisationAdministrator = "organisation_administrator",
        /// Creates portal administrators and super users (CP-05, CS-17).
        SecurityAdministrator = "security_administrator",
        /// Manages people of a customer's portal: Super users and below.
        PortalAdministrator = "portal_administrator",
        /// A customer's contact person: sees people.
        SuperUser = "super_user",
        /// Leads a team: sees people.
        Supervisor = "supervisor",
        /// Direct service (OG-10 to OG-15).
        Caseworker = "caseworker",
        /// Office staff: add other staff of their office (CS-17 to CS-22).
        Staff = "staff",
        /// Reads, changes nothing (OG-32).
        Viewer = "viewer",
        /// Works with the clients they are linked to, and only sees those (SV-05).
        Assistant = "assistant",
        /// A client with an account of their own: only sees their own page (SV-02, S14).
        Client = "client",
    }
}

impl BuiltInRole {
    /// The roles of the customer portal. They are active in an organisation, and its Organisation
    /// administrators may assign and manage them, while its settings switch the portal on (CP-01 to
    /// CP-05). The operator's System administrators always may.
    pub const PORTAL: [Self; 3] = [
        Self::SecurityAdministrator,
        Self::PortalAdministrator,
        Self::SuperUser,
    ];

    /// Whether the role exists in an organisation: System administrator only exists in the
    /// operator's.
    pub fn belongs(self, is_operator: bool) -> bool {
        is_operator || self != Self::SystemAdministrator
    }
}
