//! Roles: data, copied from the shipped ones into every organisation (design 5.5).

use std::collections::BTreeMap;

use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter, QueryOrder, Set};
use usher_types::roles::{RoleName, Shipped};
use usher_types::users::RoleChoice;
use usher_types::{OrganisationId, RoleId};
use uuid::Uuid;

use crate::Result;
use crate::entity::{role_gives, role_manages, role_permissions, roles};
use crate::scope::{Tx, Write};

/// Copies the shipped roles into a new organisation.
pub(crate) async fn ship(tx: &Write<'_>, organisation: OrganisationId, is_operator: bool) -> Result<BTreeMap<&'static str, RoleId>> {
    let shipped: Vec<_> = Shipped::ALL.into_iter().filter(|role| role.belongs(is_operator)).collect();
    let ids: BTreeMap<&'static str, Uuid> = shipped.iter().map(|role| (role.key(), tx.id())).collect();
    for (position, role) in shipped.iter().enumerate() {
        tx.insert(roles::ActiveModel {
            organisation_id: Set(organisation.0),
            id: Set(ids[role.key()]),
            key: Set(Some(role.key().to_owned())),
            name: Set(role.key().to_owned()),
            whom: Set(String::new()),
            position: Set(position as i32),
        })
        .await?;
    }
    for role in &shipped {
        let role_id = Set(ids[role.key()]);
        for (permission, reach) in role.permissions() {
            let row = role_permissions::ActiveModel {
                organisation_id: Set(organisation.0),
                role_id: role_id.clone(),
                permission: Set(permission.code().to_owned()),
                reach: Set(reach.code().to_owned()),
            };
            row.insert(tx.on()).await?;
        }
        for given in role.may_give() {
            let row =
                role_gives::ActiveModel { organisation_id: Set(organisation.0), role_id: role_id.clone(), gives_id: Set(ids[given.key()]) };
            row.insert(tx.on()).await?;
        }
        for managed in role.may_manage() {
            let row = role_manages::ActiveModel {
                organisation_id: Set(organisation.0),
                role_id: role_id.clone(),
                manages_id: Set(ids[managed.key()]),
            };
            row.insert(tx.on()).await?;
        }
    }
    Ok(ids.into_iter().map(|(key, id)| (key, RoleId(id))).collect())
}

/// The role of this organisation with a shipped key.
pub(crate) async fn shipped(tx: &Tx<'_>, role: Shipped) -> Result<roles::Model> {
    let found = tx.find::<roles::Entity>().filter(roles::Column::Key.eq(role.key())).one(tx.on()).await?;
    found.ok_or_else(|| crate::Error::Broken(format!("the organisation has no role {}", role.key())))
}

/// The roles the actor may give, in order.
pub(crate) async fn givable(tx: &Tx<'_>) -> Result<Vec<RoleChoice>> {
    let ids = tx.scope().gives().iter().map(|role| role.0);
    let rows = tx.find::<roles::Entity>().filter(roles::Column::Id.is_in(ids)).order_by_asc(roles::Column::Position).all(tx.on()).await?;
    Ok(rows.into_iter().map(|role| RoleChoice { whom: role.whom.clone(), role: name(&role) }).collect())
}

/// The role as a page names it.
pub(crate) fn name(role: &roles::Model) -> RoleName {
    RoleName { id: RoleId(role.id), shipped: role.key.as_deref().and_then(Shipped::from_key), name: role.name.clone() }
}
