//! The flash message: what the page after an action says about it. It travels in a cookie, as a
//! code.

use usher_types::users::Created;
use usher_types::{Language, durations};

use crate::{labels, messages};

/// Declares the notices that are one message without arguments. The name of the message is the
/// code.
macro_rules! notices {
    ($($name:ident: $message:ident;)*) => {
        /// The result of an action, for the next page.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Notice {
            /// A user was created.
            Created(Created),
            /// This many clients were moved to a colleague or to the queues of their teams.
            CaseloadMoved(u32),
            /// The move of this many clients was undone.
            CaseloadReturned(u32),
            /// The user acts for another organisation now.
            Switched,
            /// Nothing was saved, not even a draft.
            NotKept,
            $(
                #[doc = concat!("`messages::", stringify!($message), "`.")]
                $name,
            )*
        }

        impl Notice {
            /// The value of the cookie.
            pub fn code(&self) -> String {
                match self {
                    Self::Created(created) => created.code(),
                    Self::CaseloadMoved(clients) => format!("caseload_moved:{clients}"),
                    Self::CaseloadReturned(clients) => format!("caseload_returned:{clients}"),
                    Self::Switched => "switched".to_owned(),
                    Self::NotKept => "not_kept".to_owned(),
                    $(Self::$name => stringify!($message).to_owned(),)*
                }
            }

            /// Parses the value of the cookie.
            pub fn from_code(code: &str) -> Option<Self> {
                if let Some(created) = Created::from_code(code) {
                    return Some(Self::Created(created));
                }
                if let Some((code, count)) = code.split_once(':') {
                    let clients = count.parse().ok()?;
                    return match code {
                        "caseload_moved" => Some(Self::CaseloadMoved(clients)),
                        "caseload_returned" => Some(Self::CaseloadReturned(clients)),
                        _ => None,
                    };
                }
                Some(match code {
                    "switched" => Self::Switched,
                    "not_kept" => Self::NotKept,
                    $(stringify!($message) => Self::$name,)*
                    _ => return None,
                })
            }

            /// The message. `organisation` is the one that the reader acts for.
            pub fn message(&self, l: Language, organisation: &str) -> String {
                match self {
                    Self::Created(created) => messages::was_created(l, &created.name),
                    Self::CaseloadMoved(clients) => {
                        messages::done_caseload_moved(l, labels::clients(l, *clients, false))
                    }
                    Self::CaseloadReturned(clients) => {
                        messages::done_caseload_returned(l, labels::clients(l, *clients, false))
                    }
                    Self::Switched => messages::done_switched(l, organisation),
                    Self::NotKept => {
                        messages::not_kept(l, durations::minutes(durations::DRAFTS_COUNTED))
                    },
                    $(Self::$name => messages::$message(l),)*
                }
            }
        }
    };
}

notices! {
    Saved: done_saved;
    ListCreated: done_list_created;
    ListRemoved: done_list_removed;
    CustomerCreated: done_customer_created;
    CustomerClosed: done_customer_closed;
    ContractCreated: done_contract_created;
    ContractClosed: done_contract_closed;
    DashboardCreated: done_dashboard_created;
    DashboardRemoved: done_dashboard_removed;
    OfficeCreated: done_office_created;
    OfficeClosed: done_office_closed;
    TeamCreated: done_team_created;
    TeamClosed: done_team_closed;
    MemberAdded: done_member_added;
    MemberRemoved: done_member_removed;
    CoverAdded: done_cover_added;
    CoverEnded: done_cover_ended;
    OrganisationCreated: done_organisation_created;
    OrganisationSuspended: done_organisation_suspended;
    OrganisationResumed: done_organisation_resumed;
    AdministratorManaged: done_administrator_managed;
    VendorNoticeSent: done_notice_sent;
    ClientCreated: done_client_created;
    ClientArchived: done_client_archived;
    ClientRestored: done_client_restored;
    ResourceCreated: done_resource_created;
    ResourceClosed: done_resource_closed;
    ReferralSent: done_referral_sent;
    ReferralUpdated: done_referral_updated;
    RoleAssigned: done_role_assigned;
    RoleRemoved: done_role_removed;
    RoleAssignedBefore: done_role_assigned_before;
    RoleRemovedBefore: done_role_removed_before;
    RoleCreated: done_role_created;
    RoleDeactivated: done_role_deactivated;
    TemporaryPassword: done_temporary_password;
    Invited: done_invited;
    UserArchived: done_user_archived;
    UserRestored: done_user_restored;
    PasswordChanged: done_password_changed;
    PasswordSet: done_password_set;
    ProfileSaved: done_profile_saved;
    EmailRequested: done_email_requested;
    EmailConfirmed: done_email_confirmed;
    LinkRequested: done_link_requested;
    LinkProposed: done_link_proposed;
    LinkAgreed: done_link_agreed;
    LinkDeclined: done_link_declined;
    ProposalWithdrawn: done_proposal_withdrawn;
    ProposalDeclined: done_proposal_declined;
    AccountUnlinked: done_account_unlinked;
    SignedOut: done_signed_out;
    SetUp: done_set_up;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_the_same_after_its_cookie() {
        for notice in [
            Notice::Saved,
            Notice::Switched,
            Notice::NotKept,
            Notice::CaseloadMoved(3),
            Notice::CaseloadReturned(1),
        ] {
            assert_eq!(Notice::from_code(&notice.code()), Some(notice));
        }
    }

    #[test]
    fn a_cookie_that_the_server_did_not_write_says_nothing() {
        for code in [
            "",
            "done",
            "caseload_moved:many",
            "caseload_moved",
            "created:",
        ] {
            assert_eq!(Notice::from_code(code), None, "{code}");
        }
    }
}
