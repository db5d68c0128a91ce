//! The shipped roles (design 5.5): copied into every organisation with a fixed key; the words are `app`'s.

use serde::{Deserialize, Serialize};

use crate::RoleId;
use crate::permission::{Permission, Reach};

/// A role every organisation starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shipped {
    /// Everybody's: sign in, own profile. Given to all, never removed (IZ-12).
    User,
    /// Runs the installation; exists in the operator organisation alone.
    SystemAdministrator,
    /// Runs one organisation (OG-02 to OG-09).
    OrganisationAdministrator,
    /// Leads a team: sees people.
    Supervisor,
    /// Direct service (OG-10 to OG-15).
    Caseworker,
    /// Office staff.
    Staff,
    /// Reads, changes nothing (OG-32).
    Viewer,
}

impl Shipped {
    /// All, in the order a page lists them.
    pub const ALL: [Self; 7] = [
        Self::User,
        Self::SystemAdministrator,
        Self::OrganisationAdministrator,
        Self::Supervisor,
        Self::Caseworker,
        Self::Staff,
        Self::Viewer,
    ];

    /// The fixed key the database holds.
    pub fn key(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::SystemAdministrator => "system_administrator",
            Self::OrganisationAdministrator => "organisation_administrator",
            Self::Supervisor => "supervisor",
            Self::Caseworker => "caseworker",
            Self::Staff => "staff",
            Self::Viewer => "viewer",
        }
    }

    /// The shipped role with this key, which is also its address.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// Whether the role exists in an organisation: System administrator is the operator's alone.
    pub fn belongs(self, is_operator: bool) -> bool {
        is_operator || self != Self::SystemAdministrator
    }

    /// What the role allows, and how far.
    pub fn permissions(self) -> Vec<(Permission, Reach)> {
        use Permission::*;
        match self {
            Self::User => vec![(OwnProfile, Reach::Own)],
            Self::SystemAdministrator | Self::OrganisationAdministrator => [
                ViewUsers,
                CreateUsers,
                EditUsers,
                GiveRoles,
                GiveWayIn,
                ArchiveUsers,
                UserBank,
                ViewActivity,
                ViewRoles,
                ManageOffices,
                ManageTeams,
            ]
            .map(|permission| (permission, Reach::Organisation))
            .to_vec(),
            Self::Supervisor => vec![(ViewUsers, Reach::Organisation), (ViewActivity, Reach::Organisation)],
            Self::Viewer => vec![(ViewUsers, Reach::Organisation)],
            Self::Caseworker | Self::Staff => vec![],
        }
    }

    /// Whether its holder must be bound to an office, where the organisation uses offices (S16).
    pub fn requires_office(self) -> bool {
        self == Self::Staff
    }

    /// The roles its holder may give (S3). User needs no giving: it is always there.
    pub fn may_give(self) -> &'static [Self] {
        match self {
            Self::SystemAdministrator => {
                &[Self::SystemAdministrator, Self::OrganisationAdministrator, Self::Supervisor, Self::Caseworker, Self::Staff, Self::Viewer]
            }
            Self::OrganisationAdministrator => {
                &[Self::OrganisationAdministrator, Self::Supervisor, Self::Caseworker, Self::Staff, Self::Viewer]
            }
            _ => &[],
        }
    }

    /// The roles whose holders it may manage: a subset of those it may give (OG-37: not its own kind).
    pub fn may_manage(self) -> &'static [Self] {
        match self {
            Self::OrganisationAdministrator => &[Self::Supervisor, Self::Caseworker, Self::Staff, Self::Viewer],
            other => other.may_give(),
        }
    }
}

/// A role as a page names it: shipped ones by their key in the reader's language, an organisation's own by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleName {
    /// Which role.
    pub id: RoleId,
    /// Set for shipped roles.
    pub shipped: Option<Shipped>,
    /// The organisation's own words, for a role that is not shipped.
    pub name: String,
}

impl RoleName {
    /// What stands in an address: a shipped role's key, another's id.
    pub fn code(&self) -> String {
        self.shipped.map_or_else(|| self.id.to_string(), |shipped| shipped.key().to_owned())
    }
}

/// How many hold a role, archived people left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holders {
    /// Exact to 10 000.
    pub count: u32,
    /// Whether there are more than `count`.
    pub more: bool,
}

/// One role of the organisation, as `/roles` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRow {
    /// Which.
    pub role: RoleName,
    /// Whom it is for, in the organisation's own words; shipped ones are `app`'s.
    pub whom: String,
    /// Who holds it.
    pub holders: Holders,
}

/// One role: whom it is for, what it allows and how far, which roles it gives and manages, who holds it (CS-23, CS-24).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolePage {
    /// The role, with its holders.
    pub row: RoleRow,
    /// Its permissions, in the order a page lists them.
    pub allows: Vec<(Permission, Reach)>,
    /// The roles its holder may give; User needs no giving.
    pub gives: Vec<RoleName>,
    /// The roles whose holders its holder may manage.
    pub manages: Vec<RoleName>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_be_managed_may_be_given() {
        for role in Shipped::ALL {
            for managed in role.may_manage() {
                assert!(role.may_give().contains(managed), "{role:?} manages {managed:?} and may not give it");
            }
        }
    }

    #[test]
    fn an_organisation_administrator_gives_and_does_not_manage_its_own_kind() {
        let role = Shipped::OrganisationAdministrator;
        assert!(role.may_give().contains(&role));
        assert!(!role.may_manage().contains(&role));
    }
}
