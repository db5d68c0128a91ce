//! The widgets, and those of the built-in dashboards.

use crate::primitives::built_in::{BuiltInDashboard, BuiltInRole};
use crate::primitives::coded::coded;
use crate::primitives::permission::{Area, Grants, Permission};

coded! {
    /// A part of a dashboard. The code is stored in the database and used in addresses.
    Widget {
        /// The clients that the reader is responsible for.
        MyClients = "my_clients",
        /// Clients without a responsible person, in the queues of the reader's teams and of those the
        /// reader covers; longest waiting first.
        TeamQueue = "team_queue",
        /// Open referrals that the reader created, or that are about their clients.
        MyReferrals = "my_referrals",
        /// Referrals from other organisations that wait for an answer.
        ReferralsToAnswer = "referrals_to_answer",
        /// People who were created and have not been notified of their account.
        NotNotified = "untold",
        /// People whose sign-in is not set up.
        NoWayIn = "no_way_in",
        /// People who can sign in and have not done so.
        NeverSignedIn = "never_signed_in",
        /// People who have been inactive for 30 days, and for 90 (OG-87).
        Inactive = "inactive",
        /// Invitations and temporary passwords that expire within three days, or have expired.
        Expiring = "expiring",
        /// Used and free seats (S17).
        Seats = "seats",
        /// Team coverage that ends within 14 days (IZ-08).
        CoverEnding = "cover_ending",
        /// Sign-ins per week, over twelve weeks.
        SignIns = "sign_ins",
        /// Accounts with unusual events within seven days: see [`Anomaly`] (OG-87).
        Unusual = "unusual",
    }
}

impl Widget {
    /// The permission it is read under and requires.
    pub fn permission(self) -> Permission {
        match self {
            Self::MyClients | Self::TeamQueue => Permission::ViewClients,
            Self::MyReferrals => Permission::ViewReferrals,
            Self::ReferralsToAnswer => Permission::AnswerReferrals,
            Self::NotNotified
            | Self::NoWayIn
            | Self::NeverSignedIn
            | Self::Inactive
            | Self::Expiring
            | Self::CoverEnding => Permission::ViewUsers,
            Self::Seats => Permission::ManageSettings,
            Self::SignIns => Permission::ViewReports,
            Self::Unusual => Permission::ViewActivity,
        }
    }

    /// Whether a person with these grants is shown it: for clients and referrals, a reach of their
    /// own is enough.
    pub fn is_shown_to(self, grants: &Grants) -> bool {
        let permission = self.permission();
        match permission.area() {
            Some(Area::Clients | Area::Referrals) => grants.has(permission),
            _ => grants.reaches_others(permission),
        }
    }
}

impl BuiltInDashboard {
    /// Its initial widgets.
    pub fn widgets(self) -> &'static [Widget] {
        use Widget::*;
        match self {
            // what an administrator acts on, each person in one widget, and then the figures
            Self::Administrators => &[
                NoWayIn,
                Expiring,
                Inactive,
                ReferralsToAnswer,
                Unusual,
                Seats,
                CoverEnding,
                SignIns,
            ],
            Self::Supervisors => &[
                TeamQueue,
                MyReferrals,
                CoverEnding,
                Inactive,
                SignIns,
                Unusual,
            ],
            Self::Caseworkers => &[MyClients, TeamQueue, MyReferrals],
        }
    }

    /// The built-in roles that initially bring it.
    pub fn brought_by(self) -> &'static [BuiltInRole] {
        match self {
            Self::Administrators => &[
                BuiltInRole::SystemAdministrator,
                BuiltInRole::OrganisationAdministrator,
                BuiltInRole::SecurityAdministrator,
                BuiltInRole::PortalAdministrator,
            ],
            Self::Supervisors => &[BuiltInRole::Supervisor],
            Self::Caseworkers => &[BuiltInRole::Caseworker],
        }
    }
}
