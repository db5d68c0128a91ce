//! Effective access: what a person may do, how far, and why.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QuerySelect};
use usher_types::access::{AccessLine, AccessPage, Sight};
use usher_types::{Permission, Reach, Refusal, UserId};
use uuid::Uuid;

use crate::entity::{role_gives, role_manages, role_permissions, roles, users};
use crate::scope::{Bounds, Tx};
use crate::users::list::COUNTED;
use crate::{Result, Scope, covers, units};

/// What roles allow together: each permission with the widest reach, and what gave which reach.
pub(super) type Allowed = BTreeMap<Permission, (Reach, Vec<(Uuid, Reach)>)>;

/// A person's effective access.
///
/// # Errors
/// [`Refusal::Forbidden`] for who may not see roles; [`Refusal::NotFound`].
pub async fn page(scope: &Scope, id: UserId) -> Result<AccessPage> {
    let tx = scope.read(Permission::ViewUsers).await?;
    if !scope.grants().beyond_own(Permission::ViewRoles) {
        return Err(Refusal::Forbidden.into());
    }
    let person = super::page::visible(&tx, id).await?;
    let held = tx.roles_of(id).await?;
    let ids: Vec<Uuid> = held.iter().map(|role| role.id).collect();
    let allowed = allowed(&tx, &ids).await?;
    let (office, teams) = units::place(&tx, id, person.office_id).await?;
    let own = covers::teams_of(&tx, id).await?.into_iter().map(|team| team.0).collect();
    let name = |id: &Uuid| held.iter().find(|role| role.id == *id).map(crate::roles::name);
    let lines = allowed.iter().map(|(permission, (reach, why))| AccessLine {
        permission: *permission,
        reach: *reach,
        why: why.iter().filter_map(|(role, reach)| Some((name(role)?, *reach))).collect(),
    });
    let gives = tx.find::<role_gives::Entity>().filter(role_gives::Column::RoleId.is_in(ids.clone())).all(tx.on()).await?;
    let manages = tx.find::<role_manages::Entity>().filter(role_manages::Column::RoleId.is_in(ids)).all(tx.on()).await?;
    let known = crate::roles::known(&tx).await?;
    let among = |is: &dyn Fn(&roles::Model) -> bool| known.iter().filter(|role| is(role)).map(crate::roles::name).collect();
    Ok(AccessPage {
        user: id,
        name: super::display(&person),
        lines: lines.collect(),
        sight: sight(&tx, &allowed, id.0, person.office_id, own).await?,
        office,
        teams,
        covers: covers::of_user(&tx, id).await?,
        gives: among(&|role| gives.iter().any(|row| row.gives_id == role.id)),
        manages: among(&|role| manages.iter().any(|row| row.manages_id == role.id)),
    })
}

/// What these roles allow together.
pub(super) async fn allowed(tx: &Tx<'_>, roles: &[Uuid]) -> Result<Allowed> {
    let rows = tx.find::<role_permissions::Entity>().filter(role_permissions::Column::RoleId.is_in(roles.iter().copied()));
    let mut allowed = Allowed::new();
    for row in rows.all(tx.on()).await? {
        let (Some(permission), Some(reach)) = (Permission::from_code(&row.permission), Reach::from_code(&row.reach)) else { continue };
        let (widest, why) = allowed.entry(permission).or_insert((reach, Vec::new()));
        *widest = reach.max(*widest);
        why.push((row.role_id, reach));
    }
    Ok(allowed)
}

/// How many people somebody with such roles sees who is of this office and these teams.
pub(super) async fn sight(tx: &Tx<'_>, allowed: &Allowed, me: Uuid, office: Option<Uuid>, teams: Vec<Uuid>) -> Result<Sight> {
    let Some((reach, _)) = allowed.get(&Permission::ViewUsers) else { return Ok(Sight::default()) };
    let seen = Bounds::of(*reach, me, office, teams).users().filter(users::Column::ArchivedAt.is_null());
    let people = seen.limit(COUNTED + 1).count(tx.on()).await?;
    Ok(Sight { people: people.min(COUNTED) as u32, more: people > COUNTED })
}
