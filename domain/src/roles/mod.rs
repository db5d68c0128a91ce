//! Roles: the built-in ones, copied into every organisation (decision 0017), and an organisation's
//! custom roles.
//!
//! Invariant: [`assign()`] is the only function that assigns roles to people, and nobody holds a
//! deactivated role.

mod affected;
mod assign;
mod built_in;
mod deactivate;
mod edit;
mod page;

pub(crate) use assign::{assign, assignable, linking};
pub(crate) use built_in::{create_built_in, switch_portal};
pub use deactivate::{deactivate, deactivate_form};
pub use edit::{edit, form};
pub(crate) use page::with_activity;
pub use page::{list, page};

use std::collections::BTreeMap;

use usher_types::roles::{GrantsByRole, RoleGrants};
use usher_types::{Grants, Permission, Reach, RoleId, UserId, Warning};

use crate::entity::{role_gives, role_manages, role_permissions, roles};
use crate::scope::Tx;
use crate::{Result, clients};

/// The grants of every role, including deactivated ones.
async fn grants_by_role(tx: &Tx<'_>) -> Result<GrantsByRole> {
    let mut pairs: BTreeMap<RoleId, Vec<(Permission, Reach)>> = BTreeMap::new();
    for row in tx.find::<role_permissions::Entity>().all(tx.conn()).await? {
        pairs
            .entry(RoleId(row.role_id))
            .or_default()
            .extend(row.grant());
    }
    let mut by_role = GrantsByRole::new();
    for role in tx.find::<roles::Entity>().all(tx.conn()).await? {
        let allows = Grants::union(pairs.remove(&RoleId(role.id)).unwrap_or_default());
        by_role.insert(
            RoleId(role.id),
            RoleGrants {
                allows,
                ..RoleGrants::default()
            },
        );
    }
    for row in tx.find::<role_gives::Entity>().all(tx.conn()).await? {
        by_role
            .entry(RoleId(row.role_id))
            .or_default()
            .gives
            .insert(RoleId(row.gives_id));
    }
    for row in tx.find::<role_manages::Entity>().all(tx.conn()).await? {
        by_role
            .entry(RoleId(row.role_id))
            .or_default()
            .manages
            .insert(RoleId(row.manages_id));
    }
    Ok(by_role)
}

/// Whether the actor may edit and deactivate a role: a custom role that they may manage and that
/// grants nothing they do not hold (decision 0004).
fn may_change(tx: &Tx<'_>, role: &roles::Model, grants: &RoleGrants) -> bool {
    let scope = tx.scope();
    let is_own = role.key.is_none() && role.retired_at.is_none();
    is_own
        && scope.grants().reaches_others(Permission::EditRoles)
        && scope.manages().contains(&RoleId(role.id))
        && scope.role_grants().covers(grants)
}

/// A warning about clients whose responsible person, among these people, may no longer edit
/// clients. Call it after the change.
async fn unable(tx: &Tx<'_>, people: &[UserId]) -> Result<Option<Warning>> {
    let clients = clients::left_unable(tx, people).await?;
    Ok((clients > 0).then_some(Warning::ClientsUnable { clients }))
}
