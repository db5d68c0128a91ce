//! Roles: the built-in ones (decision 0017), copied into every organisation with a fixed key and
//! named by `app`; the form that creates and edits custom roles; and which roles may assign those.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::When;
use crate::audit::ActivityEntry;
use crate::conflict::{Conflict, versioned};
use crate::dashboards::{DashboardName, ids};
use crate::form::{Checks, form};
use crate::ids::{DashboardId, IdempotencyKey, RoleId, UserId};
use crate::names::parse_part;
use crate::permission::{Grants, Permission, Reach};
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::session::{encode, own_path};
use crate::users::{Override, RoleChoice, overriding};

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

/// A role as a page names it: built-in ones by their key in the reader's language, custom ones by
/// their name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleName {
    /// The role's id.
    pub id: RoleId,
    /// The built-in role, if it is one.
    #[serde(rename = "shipped")]
    pub built_in: Option<BuiltInRole>,
    /// The name of a custom role.
    pub name: String,
}

impl RoleName {
    /// The role's code in addresses: a built-in role's key, a custom role's id.
    pub fn code(&self) -> String {
        self.built_in
            .map_or_else(|| self.id.to_string(), |built_in| built_in.key().to_owned())
    }
}

/// The grants of a role or a person, which decision 0004 compares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleGrants {
    /// The permissions, with their reach.
    pub allows: Grants,
    /// The roles its holder may assign.
    pub gives: BTreeSet<RoleId>,
    /// The roles whose holders its holder may manage.
    pub manages: BTreeSet<RoleId>,
}

impl RoleGrants {
    /// Whether it includes all of `other`: each permission with its reach, and each role to assign
    /// and manage.
    pub fn covers(&self, other: &Self) -> bool {
        self.allows.covers(&other.allows)
            && other.gives.is_subset(&self.gives)
            && other.manages.is_subset(&self.manages)
    }

    /// The grants that both have.
    #[must_use]
    pub fn intersection(&self, limit: &Self) -> Self {
        Self {
            allows: self.allows.intersection(&limit.allows),
            gives: self.gives.intersection(&limit.gives).copied().collect(),
            manages: self.manages.intersection(&limit.manages).copied().collect(),
        }
    }

    /// Whether its holder may edit roles.
    pub fn makes_roles(&self) -> bool {
        self.allows.reach(Permission::EditRoles) >= Some(Reach::Organisation)
    }
}

/// The grants of each role of an organisation.
pub type GrantsByRole = BTreeMap<RoleId, RoleGrants>;

/// Recomputes which roles may assign and manage the organisation's custom (`own`) roles: each role
/// whose holders may edit roles, for each custom role that it covers. Only `changed` gains new
/// grantors. Roles that are no longer covered are removed, repeatedly, until nothing changes.
pub fn recompute_grantors(by_role: &mut GrantsByRole, own: &BTreeSet<RoleId>, changed: RoleId) {
    let makers: Vec<_> = by_role
        .iter()
        .filter(|(_, grants)| grants.makes_roles())
        .map(|(role, _)| *role)
        .collect();
    let givers: Vec<_> = makers
        .iter()
        .copied()
        .filter(|maker| *maker != changed && covers(by_role, *maker, changed))
        .collect();
    for giver in givers {
        change(by_role, giver, |grants| {
            grants.gives.insert(changed);
            grants.manages.insert(changed);
        });
    }
    loop {
        let pairs = makers
            .iter()
            .flat_map(|maker| own.iter().map(|role| (*maker, *role)));
        let gives = |maker: &RoleId, role: &RoleId| {
            by_role
                .get(maker)
                .is_some_and(|grants| grants.gives.contains(role))
        };
        let gone: Vec<_> = pairs
            .filter(|(maker, role)| gives(maker, role) && !covers(by_role, *maker, *role))
            .collect();
        if gone.is_empty() {
            return;
        }
        for (maker, role) in gone {
            change(by_role, maker, |grants| {
                grants.gives.remove(&role);
                grants.manages.remove(&role);
            });
        }
    }
}

fn covers(by_role: &GrantsByRole, giver: RoleId, given: RoleId) -> bool {
    by_role
        .get(&giver)
        .zip(by_role.get(&given))
        .is_some_and(|(giver, given)| giver.covers(given))
}

fn change(by_role: &mut GrantsByRole, role: RoleId, change: impl FnOnce(&mut RoleGrants)) {
    if let Some(grants) = by_role.get_mut(&role) {
        change(grants);
    }
}

/// A role that `role` may assign and that may assign `role` again, directly or through others: its
/// holders could assign it to each other without end.
pub fn find_grant_cycle(by_role: &GrantsByRole, role: RoleId) -> Option<RoleId> {
    let given = |role: RoleId| {
        by_role
            .get(&role)
            .into_iter()
            .flat_map(|grants| grants.gives.iter().copied())
    };
    given(role).find(|first| {
        let (mut seen, mut ahead) = (BTreeSet::new(), vec![*first]);
        while let Some(next) = ahead.pop() {
            if next == role {
                return true;
            }
            if seen.insert(next) {
                ahead.extend(given(next));
            }
        }
        false
    })
}

/// A change of a grant of a role, or of its holders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantChange<R> {
    /// A permission with another reach.
    Allows {
        /// The permission.
        permission: Permission,
        /// The previous reach; `None` if it was not held.
        before: Option<Reach>,
        /// The new reach.
        after: Option<Reach>,
    },
    /// A role that may, or may no longer, be assigned.
    Gives {
        /// The role.
        role: R,
        /// Whether it may be assigned now.
        now: bool,
    },
    /// A role whose holders may, or may no longer, be managed.
    Manages {
        /// The role.
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

/// The changes between two states of a role.
pub fn grant_changes(before: &RoleGrants, after: &RoleGrants) -> Vec<GrantChange<RoleId>> {
    let allows = Permission::ALL.iter().filter_map(|permission| {
        let (before, after) = (
            before.allows.reach(*permission),
            after.allows.reach(*permission),
        );
        (before != after).then_some(GrantChange::Allows {
            permission: *permission,
            before,
            after,
        })
    });
    let gives = before
        .gives
        .symmetric_difference(&after.gives)
        .map(|role| GrantChange::Gives {
            role: *role,
            now: after.gives.contains(role),
        });
    let manages = before
        .manages
        .symmetric_difference(&after.manages)
        .map(|role| GrantChange::Manages {
            role: *role,
            now: after.manages.contains(role),
        });
    allows.chain(gives).chain(manages).collect()
}

form! {
    /// Creates (`/roles/new`) or edits (`/roles/:code/edit`) a custom role.
    EditRole shown at |form| match (form.role.parse::<RoleId>(), own_path(&form.next)) {
        (Ok(role), _) => format!("/roles/{role}/edit"),
        (Err(_), Some(next)) => format!("/roles/new?next={}", encode(next)),
        (Err(_), None) => "/roles/new".to_owned(),
    };
    text {
        /// The idempotency key, created by the server.
        key,
        /// The role; empty for a new one.
        role,
        /// The version the page showed; empty for a new one.
        version,
        /// The name.
        name,
        /// The people it is for; optional.
        whom,
        /// Ticked where its holder must be bound to an office (S16).
        requires_office,
        /// Ticked where its holder must assist a client (S14).
        requires_client,
        /// Set if its holder must be a client, in a copy of such a role (SV-02).
        requires_record,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
        /// The page to return to after creating it; only paths of this site.
        next,
    }
    list {
        /// For each permission its code, a colon and a [`Reach::code`]; empty for one that is not
        /// granted.
        allows,
        /// Ids of the roles its holder may assign.
        gives,
        /// Ids of the roles whose holders its holder may manage.
        manages,
        /// Ids of the dashboards it brings.
        dashboards,
    }
}

versioned!(EditRole);

form! {
    /// Removes a role from everybody, and deactivates it (`/roles/:code/retire`).
    DeactivateRole shown at |form| form.role.parse::<RoleId>().map_or_else(|_| "/roles".to_owned(), |role| format!("/roles/{role}/retire"));
    text {
        /// The role.
        role,
        /// The id of the replacement, or [`NOTHING`].
        instead,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
}

/// The value of [`DeactivateRole::instead`] for no replacement, which must be chosen explicitly.
pub const NOTHING: &str = "nothing";

/// The role that a form is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleTarget {
    /// A new role.
    New(IdempotencyKey),
    /// An existing role, at the version the page showed.
    Known {
        /// The role.
        role: RoleId,
        /// The version.
        version: i32,
    },
}

/// A role's requirements (decision 0017).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requires {
    /// The holder must be bound to an office, if the organisation uses offices (S16).
    pub office: bool,
    /// The holder must assist a client (SV-05, S14).
    pub client: bool,
    /// The holder must be a client (SV-02).
    pub record: bool,
}

/// A role to create or edit: created only by [`EditRole::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    /// The role to create or edit.
    pub target: RoleTarget,
    /// The name.
    pub name: String,
    /// The people it is for; may be empty.
    pub whom: String,
    /// The role's requirements.
    pub requires: Requires,
    /// Its grants.
    pub grants: RoleGrants,
    /// The dashboards it brings; they grant no access.
    pub dashboards: Vec<DashboardId>,
}

impl EditRole {
    /// Checks everything that the form alone can show. `may` are the grants that the actor may give
    /// to a role: no more than their own (decision 0004).
    ///
    /// # Errors
    /// All invalid fields at once (CS-21); [`Problem::MayNotGive`] for choices that no page offers.
    pub fn parse(&self, may: &RoleGrants) -> Result<(Edited, Override), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = checks.take(Field::Form, self.target().ok_or(Problem::Wrong));
        let name = checks.take(Field::RoleName, parse_part(&self.name));
        let whom = checks.optional(Field::Whom, &self.whom, parse_part);
        let mut pairs = Vec::new();
        for allowed in self.allows.iter().filter(|allowed| !allowed.is_empty()) {
            match allowed.split_once(':').and_then(|(permission, reach)| {
                Some((Permission::from_code(permission)?, Reach::from_code(reach)?))
            }) {
                Some((permission, reach)) if permission.reaches().contains(&reach) => {
                    pairs.push((permission, reach))
                }
                _ => checks.wrong(Field::Allows, Problem::Wrong),
            }
        }
        let allows = Grants::union(pairs);
        if !may.allows.covers(&allows) {
            checks.wrong(Field::Allows, Problem::MayNotGive);
        }
        let gives = roles(&mut checks, Field::Gives, &self.gives, &may.gives);
        let manages = roles(&mut checks, Field::Manages, &self.manages, &may.manages);
        if !manages.is_subset(&gives) {
            checks.wrong(Field::Manages, Problem::NotGiven);
        }
        let dashboards = ids(&mut checks, Field::Dashboards, &self.dashboards);
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        match (target, name) {
            (Some(target), Some(name)) if checks.is_clean() => {
                let requires = Requires {
                    office: !self.requires_office.is_empty(),
                    client: !self.requires_client.is_empty(),
                    record: !self.requires_record.is_empty(),
                };
                let grants = RoleGrants {
                    allows,
                    gives,
                    manages,
                };
                Ok((
                    Edited {
                        target,
                        name,
                        whom: whom.unwrap_or_default(),
                        requires,
                        grants,
                        dashboards,
                    },
                    passed,
                ))
            }
            _ => Err(checks.into_invalid()),
        }
    }

    fn target(&self) -> Option<RoleTarget> {
        if self.role.is_empty() {
            return self.key.parse().ok().map(RoleTarget::New);
        }
        Some(RoleTarget::Known {
            role: self.role.parse().ok()?,
            version: self.version.parse().ok()?,
        })
    }

    /// The form filled with these grants.
    pub fn of(grants: &RoleGrants) -> Self {
        let ids = |roles: &BTreeSet<RoleId>| roles.iter().map(RoleId::to_string).collect();
        Self {
            allows: grants
                .allows
                .pairs()
                .map(|(permission, reach)| allowed(permission, reach))
                .collect(),
            gives: ids(&grants.gives),
            manages: ids(&grants.manages),
            ..Self::default()
        }
    }
}

/// One value of [`EditRole::allows`].
pub fn allowed(permission: Permission, reach: Reach) -> String {
    format!("{}:{}", permission.code(), reach.code())
}

fn roles(
    checks: &mut Checks,
    field: Field,
    ids: &[String],
    may: &BTreeSet<RoleId>,
) -> BTreeSet<RoleId> {
    let mut roles = BTreeSet::new();
    for id in ids {
        match id.parse::<RoleId>() {
            Ok(role) if may.contains(&role) => {
                roles.insert(role);
            }
            _ => checks.wrong(field, Problem::MayNotGive),
        }
    }
    roles
}

impl DeactivateRole {
    /// The role, the chosen replacement, and whether warnings are overridden.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for an invalid id; [`Refusal::Invalid`].
    pub fn parse(&self) -> Result<(RoleId, Option<Replacement>, Override), Refusal> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let instead = checks.optional(Field::Instead, &self.instead, |chosen| match chosen {
            NOTHING => Ok(Replacement::Nothing),
            role => role
                .parse()
                .map(Replacement::Role)
                .map_err(|_| Problem::Wrong),
        });
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        if !checks.is_clean() {
            return Err(checks.into_invalid().into());
        }
        let role = self.role.parse().map_err(|_| Refusal::NotFound)?;
        Ok((role, instead, passed))
    }
}

/// What the holders of a deactivated role get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Nothing.
    Nothing,
    /// Another role.
    Role(RoleId),
}

/// The number of holders of a role, without archived people.
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
    /// The role.
    pub role: RoleName,
    /// The people it is for, in the organisation's words; for built-in roles `app` has the text.
    pub whom: String,
    /// The holders.
    pub holders: Holders,
}

/// The organisation's roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleList {
    /// In order.
    pub rows: Vec<RoleRow>,
    /// Whether fewer than two people can administer the organisation.
    pub few_administrators: bool,
}

/// The page of one role: whom it is for, its grants, and its holders (CS-23, CS-24).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolePage {
    /// The role, with its holders.
    pub row: RoleRow,
    /// Its permissions, in the order a page lists them.
    pub allows: Vec<(Permission, Reach)>,
    /// The roles its holder may assign, without User.
    pub gives: Vec<RoleName>,
    /// The roles whose holders its holder may manage.
    pub manages: Vec<RoleName>,
    /// The dashboards it brings.
    pub brings: Vec<DashboardName>,
    /// The role's requirements.
    pub requires: Requires,
    /// When it was deactivated.
    pub retired: Option<When>,
    /// Whether the actor may edit and deactivate it.
    pub may_change: bool,
    /// The activity, newest first, if the actor may see it.
    pub activity: Vec<ActivityEntry>,
}

/// The page that creates or edits a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditRolePage {
    /// The role's current name; `None` for a new one.
    pub role: Option<RoleName>,
    /// The grants that the actor may give to a role.
    pub may: RoleGrants,
    /// The roles the actor may choose from, in order.
    pub roles: Vec<RoleChoice>,
    /// The dashboards it can bring.
    pub dashboards: Vec<DashboardName>,
    /// An empty form, the current state, or the saved draft with the current version.
    pub form: EditRole,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<EditRole>>,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The page that deactivates a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeactivateRolePage {
    /// The role, with its holders.
    pub row: RoleRow,
    /// The first holders, by name.
    pub people: Vec<(UserId, String)>,
    /// The number of archived holders.
    pub archived: u32,
    /// The number of holders whom the actor may not manage.
    pub fixed: u32,
    /// The roles that the actor may choose as a replacement.
    pub roles: Vec<RoleChoice>,
    /// An empty form, or the saved draft.
    pub form: DeactivateRole,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_managed_role_must_be_assignable() {
        for role in BuiltInRole::ALL {
            for managed in role.may_manage() {
                assert!(
                    role.may_give().contains(managed),
                    "{role:?} manages {managed:?} and may not give it"
                );
            }
        }
    }

    #[test]
    fn an_organisation_administrator_gives_and_does_not_manage_its_own_kind() {
        let role = BuiltInRole::OrganisationAdministrator;
        assert!(role.may_give().contains(&role));
        assert!(!role.may_manage().contains(&role));
    }

    fn role(n: u128) -> RoleId {
        RoleId(uuid::Uuid::from_u128(n))
    }

    fn grants(allows: &[Permission], gives: &[u128]) -> RoleGrants {
        let gives: BTreeSet<_> = gives.iter().map(|n| role(*n)).collect();
        RoleGrants {
            allows: Grants::union(
                allows
                    .iter()
                    .map(|permission| (*permission, Reach::Organisation)),
            ),
            manages: gives.clone(),
            gives,
        }
    }

    /// 1 is the administrator of the system, 2 of the organisation; 3 is built in and grants
    /// nothing.
    fn by_role() -> GrantsByRole {
        use Permission::{EditRoles, EditUsers, ViewUsers};
        BTreeMap::from([
            (
                role(1),
                grants(&[EditRoles, EditUsers, ViewUsers], &[1, 2, 3]),
            ),
            (role(2), grants(&[EditRoles, ViewUsers], &[2, 3])),
            (role(3), grants(&[], &[])),
        ])
    }

    fn givers(by_role: &GrantsByRole, given: u128) -> Vec<u128> {
        by_role
            .iter()
            .filter(|(_, grants)| grants.gives.contains(&role(given)))
            .map(|(role, _)| role.0.as_u128())
            .collect()
    }

    #[test]
    fn a_custom_role_is_assigned_only_by_users_who_create_roles_and_have_its_permissions() {
        let (mut by_role, own) = (by_role(), BTreeSet::from([role(8)]));
        by_role.insert(role(8), grants(&[Permission::ViewUsers], &[3]));
        recompute_grantors(&mut by_role, &own, role(8));
        assert_eq!(givers(&by_role, 8), [1, 2]);
        assert!(by_role[&role(2)].manages.contains(&role(8)), "and managed");
        by_role.insert(role(8), grants(&[Permission::EditUsers], &[]));
        recompute_grantors(&mut by_role, &own, role(8));
        assert_eq!(
            givers(&by_role, 8),
            [1],
            "nobody gives what allows more than their own role"
        );
        by_role.insert(role(8), grants(&[Permission::ViewUsers], &[]));
        recompute_grantors(&mut by_role, &own, role(8));
        assert_eq!(givers(&by_role, 8), [1, 2], "again");
        by_role.insert(role(8), grants(&[Permission::UserBank], &[]));
        recompute_grantors(&mut by_role, &own, role(8));
        assert_eq!(givers(&by_role, 8), [0_u128; 0]);
    }

    #[test]
    fn what_goes_from_one_role_goes_from_all_that_stood_on_it() {
        use Permission::{EditRoles, EditUsers, ViewUsers};
        let (mut by_role, own) = (by_role(), BTreeSet::from([role(7), role(8), role(9)]));
        by_role.insert(role(7), grants(&[ViewUsers], &[]));
        recompute_grantors(&mut by_role, &own, role(7));
        by_role.insert(role(8), grants(&[], &[7]));
        recompute_grantors(&mut by_role, &own, role(8));
        by_role.insert(role(9), grants(&[EditRoles, ViewUsers], &[3, 7, 8]));
        recompute_grantors(&mut by_role, &own, role(9));
        assert_eq!(givers(&by_role, 8), [1, 2, 9]);
        assert_eq!(givers(&by_role, 9), [1, 2]);
        by_role.insert(role(7), grants(&[EditUsers], &[]));
        recompute_grantors(&mut by_role, &own, role(7));
        assert_eq!(
            givers(&by_role, 7),
            [1, 8],
            "8 makes no roles: what it gives was put in by hand"
        );
        assert_eq!(
            givers(&by_role, 8),
            [1],
            "it gives 7, which 2 and 9 give no more"
        );
        assert_eq!(givers(&by_role, 9), [1, 2]);
    }

    #[test]
    fn a_custom_role_cannot_assign_one_that_leads_back_to_it() {
        use Permission::{EditRoles, ViewUsers};
        let (mut by_role, own) = (by_role(), BTreeSet::from([role(8), role(9)]));
        by_role.insert(role(8), grants(&[EditRoles, ViewUsers], &[3]));
        recompute_grantors(&mut by_role, &own, role(8));
        by_role.insert(role(9), grants(&[EditRoles, ViewUsers], &[3]));
        recompute_grantors(&mut by_role, &own, role(9));
        assert_eq!(
            (
                find_grant_cycle(&by_role, role(8)),
                find_grant_cycle(&by_role, role(9))
            ),
            (None, None),
            "twins: the older gives the newer"
        );
        by_role.insert(role(9), grants(&[], &[8]));
        recompute_grantors(&mut by_role, &own, role(9));
        assert_eq!(
            find_grant_cycle(&by_role, role(9)),
            None,
            "8 does not allow to give itself"
        );
        by_role.insert(role(9), grants(&[], &[2]));
        recompute_grantors(&mut by_role, &own, role(9));
        assert_eq!(find_grant_cycle(&by_role, role(9)), Some(role(2)));
        by_role.insert(role(9), grants(&[], &[3, 9]));
        assert_eq!(find_grant_cycle(&by_role, role(9)), Some(role(9)), "itself");
    }

    #[test]
    fn what_a_form_holds_is_read_back() {
        let may = by_role().remove(&role(1)).expect("a role");
        let form = EditRole {
            key: uuid::Uuid::from_u128(5).to_string(),
            name: "  Åsas   roll ".to_owned(),
            ..EditRole::of(&may)
        };
        let (edited, passed) = form.parse(&may).expect("good");
        assert_eq!(
            (edited.name.as_str(), edited.whom.as_str()),
            ("Åsas roll", "")
        );
        assert_eq!((edited.grants, passed.reason), (may, None));
    }

    #[test]
    fn a_role_cannot_allow_more_than_its_author_has() {
        let by_role = by_role();
        let key = uuid::Uuid::from_u128(5).to_string();
        let form = EditRole {
            key,
            name: "A".to_owned(),
            ..EditRole::of(&by_role[&role(1)])
        };
        let invalid = form
            .parse(&by_role[&role(2)])
            .expect_err("more than one has");
        for field in [Field::Allows, Field::Gives, Field::Manages] {
            assert_eq!(invalid.at(field), Some(&Problem::MayNotGive), "{field:?}");
        }
        for own in [
            "own_profile:own",
            "own_profile:organisation",
            "tend:organisation",
            "view_users:own",
            "view_users",
            "view_users:planet",
        ] {
            let form = EditRole {
                allows: vec![own.to_owned()],
                ..form.clone()
            };
            assert_eq!(
                form.parse(&by_role[&role(1)])
                    .expect_err(own)
                    .at(Field::Allows),
                Some(&Problem::Wrong),
                "{own}"
            );
        }
    }

    #[test]
    fn only_assignable_roles_can_be_managed() {
        let may = by_role().remove(&role(1)).expect("a role");
        let key = uuid::Uuid::from_u128(5).to_string();
        let form = EditRole {
            key,
            name: "A".to_owned(),
            manages: vec![role(3).to_string()],
            ..EditRole::default()
        };
        assert_eq!(
            form.parse(&may).expect_err("not given").at(Field::Manages),
            Some(&Problem::NotGiven)
        );
    }

    #[test]
    fn a_role_of_two_hundred_characters_fits_and_a_broken_line_does_not() {
        let key = uuid::Uuid::from_u128(5).to_string();
        let named = |name: &str| {
            EditRole {
                key: key.clone(),
                name: name.to_owned(),
                ..EditRole::default()
            }
            .parse(&RoleGrants::default())
        };
        for good in [
            "å".repeat(200).as_str(),
            "مشرف",
            "</textarea><script>alert(1)</script>",
        ] {
            assert_eq!(named(good).expect(good).0.name, good);
        }
        for (bad, problem) in [
            ("", Problem::Missing),
            ("\u{200B}", Problem::Missing),
            ("a\0b", Problem::Control),
            ("a\r\nb", Problem::Control),
            ("a\u{202E}b", Problem::BidiControl { found: '\u{202E}' }),
            ("x".repeat(201).as_str(), Problem::TooLong { most: 200 }),
        ] {
            assert_eq!(
                named(bad).expect_err("bad").at(Field::RoleName),
                Some(&problem),
                "{bad:?}"
            );
        }
    }
}
