//! Activity of one subject: its address and the filters.

use serde::{Deserialize, Serialize};

use crate::primitives::coded::coded;

/// The kind of subject of an activity, as in its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A person.
    User,
    /// A client.
    Client,
    /// A customer, with its contracts.
    Customer,
    /// A resource.
    Resource,
    /// A role.
    Role,
    /// The actor's own organisation's settings.
    Settings,
    /// Another organisation, as the operator sees it.
    Organisation,
}

impl Subject {
    /// Its page. `id` is what stands in the address: a built-in role's is its key.
    pub fn page(self, id: &str) -> String {
        match self {
            Self::User => format!("/users/{id}"),
            Self::Client => format!("/clients/{id}"),
            Self::Customer => format!("/customers/{id}"),
            Self::Resource => format!("/resources/{id}"),
            Self::Role => format!("/roles/{id}"),
            Self::Settings => "/settings".to_owned(),
            Self::Organisation => format!("/organisations/{id}"),
        }
    }

    /// The page of all its activity.
    pub fn history(self, id: &str) -> String {
        format!("{}/history", self.page(id))
    }

    /// The filters of its activity; none if all events are of one kind.
    pub fn groups(self) -> &'static [EventGroup] {
        match self {
            Self::User => &EventGroup::ALL,
            Self::Client => &[EventGroup::Details, EventGroup::Clients],
            Self::Customer | Self::Resource | Self::Role | Self::Settings | Self::Organisation => {
                &[]
            }
        }
    }
}

coded! {
    /// The groups of events by which an activity is filtered.
    EventGroup {
        /// The account, its sign-in, and its roles (OG-60).
        Access = "access",
        /// Details, and memberships.
        Details = "details",
        /// Signing in and out, and refusals.
        SignIns = "sign_ins",
        /// Clients, referrals and cover.
        Clients = "clients",
        /// Mails.
        Mails = "mails",
    }
}

impl EventGroup {
    /// The kinds of its events, as the database holds them.
    pub fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Access => &[
                "user_created",
                "user_archived",
                "user_restored",
                "role_given",
                "role_removed",
                "role_made",
                "role_edited",
                "role_retired",
                "temporary_password_set",
                "invited",
                "invitation_accepted",
                "password_changed",
                "link_proposed",
                "link_agreed",
                "link_declined",
                "link_withdrawn",
                "account_linked",
                "account_unlinked",
                "link_asked",
                "link_answered",
                "administrator_managed",
            ],
            Self::Details => &[
                "organisation_created",
                "organisation_edited",
                "organisation_suspended",
                "organisation_resumed",
                "settings_changed",
                "user_edited",
                "profile_edited",
                "email_change_asked",
                "email_changed",
                "office_made",
                "office_renamed",
                "office_closed",
                "team_made",
                "team_edited",
                "team_closed",
                "office_changed",
                "member_added",
                "member_removed",
                "list_made",
                "list_renamed",
                "list_closed",
                "list_left",
                "customer_made",
                "customer_renamed",
                "customer_closed",
                "contract_made",
                "contract_edited",
                "contract_closed",
                "customer_left",
                "config_left",
                "client_created",
                "client_edited",
                "client_archived",
                "client_restored",
                "dashboard_made",
                "dashboard_edited",
                "dashboard_closed",
                "dashboards_assigned",
                "resource_made",
                "resource_edited",
                "resource_closed",
            ],
            Self::SignIns => &[
                "signed_in",
                "signed_out",
                "sign_in_failed",
                "switched_away",
                "switched_here",
                "refused",
                "report_exported",
                "throttled",
                "password_refused",
                "repeated",
            ],
            Self::Clients => &[
                "client_moved",
                "caseload_moved",
                "caseload_returned",
                "clients_linked",
                "clients_unlinked",
                "cover_given",
                "cover_ended",
                "referral_moved",
            ],
            Self::Mails => &["mail_finished", "notice_drafted", "notice_sent"],
        }
    }
}

/// The parameters of an activity page, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryQuery {
    /// An [`EventGroup::code`], or nothing.
    pub group: String,
    /// Starts after this event; newest first.
    pub after: String,
}
