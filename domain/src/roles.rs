//! Roles: data, copied from the shipped ones into every organisation (design 5.5); the list of them, and the page of one.

use std::collections::BTreeMap;

use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter, QueryOrder, Set};
use usher_types::roles::{Holders, RoleName, RolePage, RoleRow, Shipped};
use usher_types::users::RoleChoice;
use usher_types::{OrganisationId, Permission, Reach, Refusal, RoleId};
use uuid::Uuid;

use crate::entity::{role_gives, role_manages, role_permissions, roles};
use crate::scope::{Tx, Write};
use crate::users::COUNTED;
use crate::{Result, Scope};

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
            requires_office: Set(role.requires_office()),
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

/// The organisation's roles, in order.
pub(crate) async fn known(tx: &Tx<'_>) -> Result<Vec<roles::Model>> {
    Ok(tx.find::<roles::Entity>().order_by_asc(roles::Column::Position).all(tx.on()).await?)
}

/// Every role of the organisation, in order.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope) -> Result<Vec<RoleRow>> {
    let tx = scope.read(Permission::ViewRoles).await?;
    rows(&tx, &known(&tx).await?).await
}

/// One role, by its [`RoleName::code`].
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], alike for another organisation's and for a missing one (design rule 8).
pub async fn page(scope: &Scope, code: &str) -> Result<RolePage> {
    let tx = scope.read(Permission::ViewRoles).await?;
    let known = known(&tx).await?;
    let role = known.iter().find(|role| name(role).code() == code).ok_or(Refusal::NotFound)?;
    let allowed = tx.find::<role_permissions::Entity>().filter(role_permissions::Column::RoleId.eq(role.id)).all(tx.on()).await?;
    let gives = tx.find::<role_gives::Entity>().filter(role_gives::Column::RoleId.eq(role.id)).all(tx.on()).await?;
    let manages = tx.find::<role_manages::Entity>().filter(role_manages::Column::RoleId.eq(role.id)).all(tx.on()).await?;
    let mut allows: Vec<_> =
        allowed.into_iter().filter_map(|row| Some((Permission::from_code(&row.permission)?, Reach::from_code(&row.reach)?))).collect();
    allows.sort_unstable();
    let among = |is: &dyn Fn(Uuid) -> bool| known.iter().filter(|role| is(role.id)).map(name).collect();
    let row = rows(&tx, std::slice::from_ref(role)).await?.pop().ok_or(Refusal::NotFound)?;
    Ok(RolePage {
        row,
        allows,
        gives: among(&|id| gives.iter().any(|row| row.gives_id == id)),
        manages: among(&|id| manages.iter().any(|row| row.manages_id == id)),
    })
}

/// The roles with how many hold each.
async fn rows(tx: &Tx<'_>, roles: &[roles::Model]) -> Result<Vec<RoleRow>> {
    let sql = "SELECT asked.id, (SELECT count(*) FROM (SELECT 1 FROM user_roles h JOIN users u ON (u.organisation_id, u.id) = (h.organisation_id, h.user_id)
            WHERE h.role_id = asked.id AND u.archived_at IS NULL LIMIT $2) AS held) AS holders
        FROM unnest($1::uuid[]) AS asked (id)";
    let ids: Vec<Uuid> = roles.iter().map(|role| role.id).collect();
    let mut counted = BTreeMap::new();
    for row in tx.all(sql, [ids.into(), (COUNTED as i64 + 1).into()]).await? {
        counted.insert(row.try_get::<Uuid>("", "id")?, row.try_get::<i64>("", "holders")?.unsigned_abs());
    }
    let rows = roles.iter().map(|role| {
        let holders = counted.get(&role.id).copied().unwrap_or_default();
        let holders = Holders { count: holders.min(COUNTED) as u32, more: holders > COUNTED };
        RoleRow { role: name(role), whom: role.whom.clone(), holders }
    });
    Ok(rows.collect())
}

/// The role as a page names it.
pub(crate) fn name(role: &roles::Model) -> RoleName {
    RoleName { id: RoleId(role.id), shipped: role.key.as_deref().and_then(Shipped::from_key), name: role.name.clone() }
}
