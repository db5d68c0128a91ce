//! Permissions and their reach. Pages hide a button with the same function with which the server
//! refuses the action.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::primitives::coded::coded;

coded! {
    /// A permission that a role can grant. The code is stored in the database.
    Permission {
        /// See and edit one's own profile.
        OwnProfile = "own_profile",
        /// See people, search them, open their page.
        ViewUsers = "view_users",
        /// Create people.
        CreateUsers = "create_users",
        /// Change a person's details.
        EditUsers = "edit_users",
        /// Assign and remove roles, as far as the actor's own roles may assign them.
        GiveRoles = "give_roles",
        /// Set a temporary password, send an invitation.
        ManageSignIn = "give_way_in",
        /// Archive people.
        ArchiveUsers = "archive_users",
        /// See the user bank and restore from it (S15).
        UserBank = "user_bank",
        /// See a person's activity: their audit events.
        ViewActivity = "view_activity",
        /// See roles, their grants and their holders.
        ViewRoles = "view_roles",
        /// Create, edit and deactivate custom roles, within the actor's own grants (decision 0004).
        EditRoles = "edit_roles",
        /// Create, rename and close offices.
        ManageOffices = "manage_offices",
        /// Create, rename and close teams, and edit their members.
        ManageTeams = "manage_teams",
        /// Create, rename and close the lists that people appear on.
        ManageLists = "manage_lists",
        /// See clients, search them, open their page (OG-11).
        ViewClients = "view_clients",
        /// Create, edit and archive clients, edit the people who work with them, and move a caseload
        /// (OG-12).
        EditClients = "edit_clients",
        /// See referrals and their history: with own reach, those the actor created and those of the
        /// actor's clients.
        ViewReferrals = "view_referrals",
        /// Refer clients to a resource or to another organisation (OG-10).
        CreateReferrals = "create_referrals",
        /// Review and answer what was referred to the organisation (OG-05).
        AnswerReferrals = "answer_referrals",
        /// See the organisation's resources, and those that others share.
        ViewResources = "view_resources",
        /// Create, edit and close resources (OG-03).
        ManageResources = "manage_resources",
        /// See activity, per person, team and organisation (OG-06).
        ViewReports = "view_reports",
        /// Manage customers and their contracts (CP-13 to CP-16).
        ManageCustomers = "manage_customers",
        /// Create, edit and close dashboards.
        ManageDashboards = "manage_dashboards",
        /// Edit the organisation's settings, and send its notices to the vendor.
        ManageSettings = "manage_settings",
        /// Create, rename and suspend organisations, and manage their licence agreements. Only for the
        /// operator.
        ManageOrganisations = "manage_organisations",
        /// Link a person's accounts in several organisations. Only for the operator's System
        /// administrators (OG-82).
        LinkAccounts = "link_accounts",
        /// Only held by visitors: sign in.
        SignIn = "sign_in",
        /// Only held by visitors: accept an invitation, confirm an address.
        FollowLink = "follow_link",
        /// Only held by visitors, while no account exists: set up the installation.
        SetUp = "set_up",
        /// Only held by the system: send the outbox.
        SendMail = "send_mail",
        /// Only held by the system: seal the audit, deliver referrals, delete expired data.
        RunMaintenance = "tend",
    }
}

/// The areas by which a page groups permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// The person's own profile.
    Own,
    /// People.
    People,
    /// Sign-in and roles of people.
    Access,
    /// The roles themselves.
    Roles,
    /// Offices, teams and lists.
    Units,
    /// The people served.
    Clients,
    /// Where they are referred to.
    Referrals,
    /// The organisation as a whole.
    Organisation,
    /// All organisations at once.
    Installation,
}

impl Area {
    /// All, in the order a page lists them.
    pub const ALL: [Self; 9] = [
        Self::Own,
        Self::People,
        Self::Access,
        Self::Roles,
        Self::Units,
        Self::Clients,
        Self::Referrals,
        Self::Organisation,
        Self::Installation,
    ];

    /// Its permissions, in order.
    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .into_iter()
            .filter(move |permission| permission.area() == Some(self))
    }
}

impl Permission {
    /// Its area; `None` for permissions that roles cannot grant, which only visitors and the system
    /// hold.
    pub fn area(self) -> Option<Area> {
        match self {
            Self::OwnProfile => Some(Area::Own),
            Self::ViewUsers
            | Self::CreateUsers
            | Self::EditUsers
            | Self::ArchiveUsers
            | Self::UserBank
            | Self::ViewActivity
            | Self::ViewReports => Some(Area::People),
            Self::GiveRoles | Self::ManageSignIn => Some(Area::Access),
            Self::ViewRoles | Self::EditRoles => Some(Area::Roles),
            Self::ManageOffices | Self::ManageTeams | Self::ManageLists => Some(Area::Units),
            Self::ViewClients | Self::EditClients => Some(Area::Clients),
            Self::ViewReferrals
            | Self::CreateReferrals
            | Self::AnswerReferrals
            | Self::ViewResources
            | Self::ManageResources => Some(Area::Referrals),
            Self::ManageSettings | Self::ManageCustomers | Self::ManageDashboards => {
                Some(Area::Organisation)
            }
            Self::ManageOrganisations | Self::LinkAccounts => Some(Area::Installation),
            Self::SignIn
            | Self::FollowLink
            | Self::SetUp
            | Self::SendMail
            | Self::RunMaintenance => None,
        }
    }

    /// The reaches with which a role may grant it, narrowest first. The own profile is granted by
    /// User alone; clients and referrals can be limited to one's own; roles, offices, lists and
    /// resources always concern the whole organisation; permissions about all organisations cannot
    /// be granted by custom roles.
    pub fn reaches(self) -> Vec<Reach> {
        let fits = |reach: &Reach| match (self, self.area()) {
            (_, Some(Area::Own | Area::Installation) | None) => false,
            (_, Some(Area::Roles | Area::Organisation))
            | (
                Self::ManageOffices
                | Self::ManageLists
                | Self::AnswerReferrals
                | Self::ViewResources
                | Self::ManageResources,
                _,
            ) => *reach == Reach::Organisation,
            (_, Some(Area::Clients | Area::Referrals)) => true,
            (_, Some(Area::People | Area::Access | Area::Units)) => *reach > Reach::Own,
        };
        Reach::ALL.into_iter().filter(fits).collect()
    }

    /// Whether it always concerns the whole organisation, so that users who are bound to an office
    /// never have it (CS-02).
    pub fn is_for_all(self) -> bool {
        let wide = [Some(Area::Organisation), Some(Area::Installation)];
        matches!(
            self,
            Self::EditRoles | Self::ManageOffices | Self::ManageLists | Self::AnswerReferrals
        ) || wide.contains(&self.area())
    }

    /// Whether it concerns all organisations: only the operator's people have it, whatever a role
    /// grants.
    pub fn is_operators(self) -> bool {
        self.area() == Some(Area::Installation)
    }
}

coded! {
    /// How far a permission reaches. Ordered: a wider reach is greater.
    Reach {
        /// The actor.
        Own = "own",
        /// The members of the actor's teams, and the actor.
        Team = "team",
        /// The people of the actor's office and teams.
        Office = "office",
        /// Everybody in the organisation; for an actor bound to an office, everybody in that office.
        Organisation = "organisation",
    }
}

/// The permissions of a signed-in person: the union over their roles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants(BTreeMap<Permission, Reach>);

impl Grants {
    /// The union of all pairs, with the wider of two reaches for the same permission.
    pub fn union(pairs: impl IntoIterator<Item = (Permission, Reach)>) -> Self {
        let mut grants = BTreeMap::new();
        for (permission, reach) in pairs {
            let widest = grants.entry(permission).or_insert(reach);
            *widest = (*widest).max(reach);
        }
        Self(grants)
    }

    /// The reach of `permission`; `None` if it is not held.
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        self.0.get(&permission).copied()
    }

    /// Whether `permission` is held with any reach.
    pub fn has(&self, permission: Permission) -> bool {
        self.0.contains_key(&permission)
    }

    /// The permissions and their reach, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (Permission, Reach)> {
        self.0
            .iter()
            .map(|(permission, reach)| (*permission, *reach))
    }

    /// Whether all of `other` is held, each permission at its reach or a wider one.
    pub fn covers(&self, other: &Self) -> bool {
        other
            .pairs()
            .all(|(permission, reach)| self.reach(permission) >= Some(reach))
    }

    /// The permissions that both hold, each with the narrower reach.
    #[must_use]
    pub fn intersection(&self, limit: &Self) -> Self {
        Self(
            self.pairs()
                .filter_map(|(permission, reach)| {
                    Some((permission, reach.min(limit.reach(permission)?)))
                })
                .collect(),
        )
    }

    /// Whether the holder may add people but not see them: such a person adds staff from the front
    /// of the application (CS-17, CS-18).
    pub fn adds_staff(&self) -> bool {
        self.reaches_others(Permission::CreateUsers) && !self.reaches_others(Permission::ViewUsers)
    }

    /// Whether the holder may choose customers for people. Somebody who only adds staff may not see
    /// customers.
    pub fn imports_customers(&self) -> bool {
        let is_administrator =
            !self.adds_staff() || self.reaches_others(Permission::ManageCustomers);
        self.reaches_others(Permission::EditUsers)
            || self.reaches_others(Permission::CreateUsers) && is_administrator
    }

    /// Whether `permission` is held with more than own reach.
    pub fn reaches_others(&self, permission: Permission) -> bool {
        self.reach(permission)
            .is_some_and(|reach| reach > Reach::Own)
    }
}

/// A change of a grant of a role, or of its holders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "a field is named after its type")]
pub enum GrantChange<R> {
    /// A permission with another reach.
    Allows {
        permission: Permission,
        /// The previous reach; `None` if it was not held.
        before: Option<Reach>,
        /// The new reach.
        after: Option<Reach>,
    },
    /// A role that may, or may no longer, be assigned.
    Gives {
        role: R,
        /// Whether it may be assigned now.
        now: bool,
    },
    /// A role whose holders may, or may no longer, be managed.
    Manages {
        role: R,
        /// Whether they may be managed now.
        now: bool,
    },
}

impl<R> GrantChange<R> {
    /// Whether it is a gain.
    pub fn is_gain(&self) -> bool {
        match self {
            Self::Allows { before, after, .. } => after > before,
            Self::Gives { now, .. } | Self::Manages { now, .. } => *now,
        }
    }

    /// The same change with the role's name; `None` if it has none.
    pub fn name<S>(self, named: impl FnOnce(&R) -> Option<S>) -> Option<GrantChange<S>> {
        Some(match self {
            Self::Allows {
                permission,
                before,
                after,
            } => GrantChange::Allows {
                permission,
                before,
                after,
            },
            Self::Gives { role, now } => GrantChange::Gives {
                role: named(&role)?,
                now,
            },
            Self::Manages { role, now } => GrantChange::Manages {
                role: named(&role)?,
                now,
            },
        })
    }

    /// The other role it concerns.
    pub fn role(&self) -> Option<&R> {
        match self {
            Self::Allows { .. } => None,
            Self::Gives { role, .. } | Self::Manages { role, .. } => Some(role),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wider_reach_of_two_roles_counts() {
        let grants = Grants::union([
            (Permission::ViewUsers, Reach::Organisation),
            (Permission::ViewUsers, Reach::Own),
        ]);
        assert_eq!(
            grants.reach(Permission::ViewUsers),
            Some(Reach::Organisation)
        );
        assert_eq!(grants.reach(Permission::EditUsers), None);
    }

    #[test]
    fn every_reach_is_wider_than_the_one_before() {
        assert!(Reach::ALL.is_sorted());
        for reach in Reach::ALL {
            assert_eq!(Reach::from_code(reach.code()), Some(reach));
        }
    }

    #[test]
    fn a_narrower_reach_is_covered_and_a_wider_one_is_not() {
        let grants = |reach| Grants::union([(Permission::ViewUsers, reach)]);
        let (own, all) = (grants(Reach::Own), grants(Reach::Organisation));
        assert!(all.covers(&own) && all.covers(&all) && all.covers(&Grants::default()));
        assert!(!own.covers(&all) && !Grants::default().covers(&own));
        assert_eq!(all.intersection(&own), own);
        assert_eq!(all.intersection(&Grants::default()), Grants::default());
    }

    #[test]
    fn a_role_can_allow_permissions_of_an_area_but_not_the_own_profile() {
        for permission in Permission::ALL {
            let offered = permission.reaches();
            assert_eq!(
                offered.is_empty(),
                matches!(
                    permission.area(),
                    None | Some(Area::Own | Area::Installation)
                ),
                "{permission:?}"
            );
            let has_own = matches!(
                permission,
                Permission::ViewClients
                    | Permission::EditClients
                    | Permission::ViewReferrals
                    | Permission::CreateReferrals
            );
            assert_eq!(offered.contains(&Reach::Own), has_own, "{permission:?}");
        }
    }

    #[test]
    fn people_with_create_users_and_without_view_users_add_staff() {
        let grants = |reach| {
            Grants::union([
                (Permission::CreateUsers, Reach::Office),
                (Permission::ViewUsers, reach),
            ])
        };
        assert!(grants(Reach::Own).adds_staff());
        assert!(
            !grants(Reach::Team).adds_staff(),
            "an administrator, as far as that goes"
        );
        assert!(!Grants::default().adds_staff());
    }

    #[test]
    fn adding_staff_offers_customers_only_with_manage_customers() {
        let staff = [(Permission::CreateUsers, Reach::Office)];
        assert!(!Grants::union(staff).imports_customers());
        assert!(
            Grants::union(
                staff
                    .into_iter()
                    .chain([(Permission::ManageCustomers, Reach::Organisation)])
            )
            .imports_customers()
        );
        assert!(
            Grants::union(
                staff
                    .into_iter()
                    .chain([(Permission::ViewUsers, Reach::Office)])
            )
            .imports_customers()
        );
        assert!(
            Grants::union(
                staff
                    .into_iter()
                    .chain([(Permission::EditUsers, Reach::Office)])
            )
            .imports_customers(),
            "sees theirs anyway"
        );
        assert!(
            !Grants::union([(Permission::ManageCustomers, Reach::Organisation)])
                .imports_customers(),
            "writes no people"
        );
    }

    #[test]
    fn every_code_leads_back_to_its_permission() {
        for permission in Permission::ALL {
            assert_eq!(Permission::from_code(permission.code()), Some(permission));
        }
    }
}
