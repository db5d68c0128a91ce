//! What the built-in roles grant and require.

use super::grants::Requires;
use crate::primitives::built_in::BuiltInRole;
use crate::primitives::permission::{Permission, Reach};

impl BuiltInRole {
    /// The role's permissions, with their reach.
    pub fn permissions(self) -> Vec<(Permission, Reach)> {
        use Permission::*;
        match self {
            Self::User => vec![(OwnProfile, Reach::Own)],
            Self::SystemAdministrator => {
                let operators = [ManageOrganisations, LinkAccounts]
                    .map(|permission| (permission, Reach::Organisation));
                [
                    Self::OrganisationAdministrator.permissions(),
                    operators.to_vec(),
                ]
                .concat()
            }
            Self::OrganisationAdministrator => [
                ViewUsers,
                CreateUsers,
                EditUsers,
                GiveRoles,
                ManageSignIn,
                ArchiveUsers,
                UserBank,
                ViewActivity,
                ViewRoles,
                EditRoles,
                ManageOffices,
                ManageTeams,
                ManageLists,
                ViewClients,
                EditClients,
                ViewReferrals,
                CreateReferrals,
                AnswerReferrals,
                ViewResources,
                ManageResources,
                ViewReports,
                ManageCustomers,
                ManageDashboards,
                ManageSettings,
            ]
            .map(|permission| (permission, Reach::Organisation))
            .to_vec(),
            Self::SecurityAdministrator | Self::PortalAdministrator => [
                ViewUsers,
                CreateUsers,
                EditUsers,
                GiveRoles,
                ManageSignIn,
                ArchiveUsers,
            ]
            .map(|permission| (permission, Reach::Organisation))
            .to_vec(),
            Self::Supervisor => vec![
                (ViewUsers, Reach::Organisation),
                (ViewActivity, Reach::Organisation),
                (ViewClients, Reach::Organisation),
                (EditClients, Reach::Team),
                (ViewReferrals, Reach::Organisation),
                (CreateReferrals, Reach::Team),
                (ViewResources, Reach::Organisation),
                (ViewReports, Reach::Organisation),
            ],
            Self::SuperUser => vec![(ViewUsers, Reach::Organisation)],
            Self::Viewer => [ViewUsers, ViewClients, ViewResources]
                .map(|permission| (permission, Reach::Organisation))
                .to_vec(),
            Self::Staff => vec![(CreateUsers, Reach::Office)],
            Self::Caseworker => vec![
                (ViewClients, Reach::Organisation),
                (EditClients, Reach::Own),
                (ViewReferrals, Reach::Own),
                (CreateReferrals, Reach::Own),
                (ViewResources, Reach::Organisation),
            ],
            Self::Assistant | Self::Client => vec![(ViewClients, Reach::Own)],
        }
    }

    /// The role's requirements.
    pub fn requires(self) -> Requires {
        Requires {
            office: self == Self::Staff,
            client: self == Self::Assistant,
            record: self == Self::Client,
        }
    }

    /// The roles its holder may assign (S3). User is always held and never assigned; it is listed
    /// for managing people who hold no other role.
    pub fn may_give(self) -> &'static [Self] {
        match self {
            Self::SystemAdministrator => &[
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
            ],
            Self::SecurityAdministrator => &[Self::PortalAdministrator, Self::SuperUser],
            Self::PortalAdministrator => {
                &[Self::SuperUser, Self::Caseworker, Self::Staff, Self::Viewer]
            }
            Self::OrganisationAdministrator => &[
                Self::User,
                Self::OrganisationAdministrator,
                Self::Supervisor,
                Self::Caseworker,
                Self::Staff,
                Self::Viewer,
                Self::Assistant,
                Self::Client,
            ],
            Self::Staff => &[Self::Staff],
            _ => &[],
        }
    }

    /// The roles whose holders it may manage: a subset of those it may assign (OG-37: not its own;
    /// CS-18: staff manage nobody). With User among them, also people who hold no other role.
    pub fn may_manage(self) -> &'static [Self] {
        match self {
            Self::OrganisationAdministrator => &[
                Self::User,
                Self::Supervisor,
                Self::Caseworker,
                Self::Staff,
                Self::Viewer,
                Self::Assistant,
                Self::Client,
            ],
            Self::Staff => &[],
            other => other.may_give(),
        }
    }
}
