//! The widgets, and those of the built-in dashboards.

use serde::{Deserialize, Serialize};

use crate::primitives::built_in::{BuiltInDashboard, BuiltInRole};
use crate::primitives::permission::{Area, Grants, Permission};

macro_rules! widgets {
    ($($(#[$meta:meta])* $name:ident = $code:literal for $permission:ident),* $(,)?) => {
        /// A part of a dashboard. The code is stored in the database and used in addresses.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Widget {
            $($(#[$meta])* #[serde(rename = $code)] $name,)*
        }

        impl Widget {
            /// All, in the order a page offers them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its code.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The permission it is read under and requires.
            pub fn permission(self) -> Permission {
                match self {
                    $(Self::$name => Permission::$permission,)*
                }
            }
        }
    };
}

widgets! {
    /// The clients that the reader is responsible for.
    MyClients = "my_clients" for ViewClients,
    /// Clients without a responsible person, in the queues of the reader's teams and of those the
    /// reader covers; longest waiting first.
    TeamQueue = "team_queue" for ViewClients,
    /// Open referrals that the reader created, or that are about their clients.
    MyReferrals = "my_referrals" for ViewReferrals,
    /// Referrals from other organisations that wait for an answer.
    ReferralsToAnswer = "referrals_to_answer" for AnswerReferrals,
    /// People who were created and have not been notified of their account.
    NotNotified = "untold" for ViewUsers,
    /// People whose sign-in is not set up.
    NoWayIn = "no_way_in" for ViewUsers,
    /// People who can sign in and have not done so.
    NeverSignedIn = "never_signed_in" for ViewUsers,
    /// People who have been inactive for 30 days, and for 90 (OG-87).
    Inactive = "inactive" for ViewUsers,
    /// Invitations and temporary passwords that expire within three days, or have expired.
    Expiring = "expiring" for ViewUsers,
    /// Used and free seats (S17).
    Seats = "seats" for ManageSettings,
    /// Team coverage that ends within 14 days (IZ-08).
    CoverEnding = "cover_ending" for ViewUsers,
    /// Sign-ins per week, over twelve weeks.
    SignIns = "sign_ins" for ViewReports,
    /// Accounts with unusual events within seven days: see [`Anomaly`] (OG-87).
    Unusual = "unusual" for ViewActivity,
}

impl Widget {
    /// The widget with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|widget| widget.code() == code)
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
