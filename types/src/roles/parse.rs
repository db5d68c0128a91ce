//! Parses the forms that edit and deactivate a role.

use std::collections::BTreeSet;

use super::forms::{DeactivateRole, EditRole, NOTHING};
use super::grants::{Requires, RoleGrants};
use crate::form::{Checks, EditTarget, edit_target, ids};
use crate::overrides::{Override, overriding};
use crate::primitives::ids::{DashboardId, RoleId};
use crate::primitives::names::parse_part;
use crate::primitives::permission::{Grants, Permission, Reach};
use crate::refusal::{Field, Invalid, Problem, Refusal};

/// A role to create or edit: created only by [`EditRole::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    /// The role to create or edit.
    pub target: EditTarget<RoleId>,
    /// One line, not empty.
    pub name: String,
    /// The people it is for; may be empty.
    pub purpose: String,
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
        let target = edit_target(&mut checks, &self.role, &self.version, &self.key);
        let name = checks.take(Field::RoleName, parse_part(&self.name));
        let purpose = checks.optional(Field::Purpose, &self.purpose, parse_part);
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
                        purpose: purpose.unwrap_or_default(),
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

/// A role to deactivate: created only by [`DeactivateRole::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct Deactivation {
    /// The role.
    pub role: RoleId,
    /// What its holders get; `None` where nothing was chosen.
    pub instead: Option<Replacement>,
    /// Overridden warnings, and the reason.
    pub passed: Override,
}

impl DeactivateRole {
    /// The role, the chosen replacement, and whether warnings are overridden.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for an invalid id; [`Refusal::Invalid`].
    pub fn parse(&self) -> Result<Deactivation, Refusal> {
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
        Ok(Deactivation {
            role,
            instead,
            passed,
        })
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
