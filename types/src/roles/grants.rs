//! What roles grant, and which roles may therefore assign which (decision 0004).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::primitives::ids::RoleId;
use crate::primitives::permission::{GrantChange, Grants, Permission, Reach};

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
