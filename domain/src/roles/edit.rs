//! Creating and editing an organisation's custom roles: nobody can grant more than they hold, a
//! role cannot assign itself through others (decision 0004), and the people who would gain or lose
//! something are counted before saving (S8).

use std::collections::BTreeSet;

use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use usher_types::audit::{Change, Event};
use usher_types::conflict::EditState;
use usher_types::form::{EditTarget, SavedDraft, checkbox_value};
use usher_types::names::name_key;
use usher_types::roles::{
    EditRole, EditRolePage, Edited, GrantsByRole, Requires, RoleGrants, find_grant_cycle,
    grant_changes, recompute_grantors,
};
use usher_types::{
    Field, Invalid, Permission, Problem, Refusal, RoleId, RoleName, UserId, Warning,
};
use uuid::Uuid;

use super::affected::{affected_holders, pairs, without};
use super::{grants_by_role, may_change};
use crate::entity::{role_permissions, roles, user_roles};
use crate::foundation::idempotency;
use crate::infrastructure::directory;
use crate::scope::Write;
use crate::{Error, Result, Scope, dashboards};

/// The position of custom roles in a list: after the built-in ones.
const LAST: i32 = 1_000;

/// The page that creates a role, as a copy of `from` if that is given, or edits the role with this
/// code.
///
/// # Errors
/// [`Refusal::Forbidden`] for a role that the actor may not edit, and for a built-in one;
/// [`Refusal::NotFound`].
pub async fn form(
    scope: &Scope,
    code: Option<&str>,
    from: Option<&str>,
    next: &str,
    draft: Option<SavedDraft<EditRole>>,
) -> Result<EditRolePage> {
    let tx = scope.read(Permission::EditRoles).await?;
    let known = directory::active_roles(&tx).await?;
    let by_role = grants_by_role(&tx).await?;
    let may = scope.role_grants();
    let find = |code: &str| {
        known
            .iter()
            .find(|role| role.role_name().code() == code)
            .ok_or(Refusal::NotFound)
    };
    let role = code.map(find).transpose()?;
    let mut current = match (role, from) {
        (Some(role), _) if !may_change(&tx, role, &by_role[&RoleId(role.id)]) => {
            return Err(Refusal::Forbidden.into());
        }
        (Some(role), _) => shown(role, &by_role),
        (None, Some(from)) => {
            let from = find(from)?;
            let grants = copied(
                by_role[&RoleId(from.id)].intersection(&may),
                by_role,
                &own(&known),
            );
            asking(from, EditRole::of(&grants))
        }
        (None, None) => EditRole::default(),
    };
    if let Some(role) = role.or(from.map(find).transpose()?) {
        current.dashboards = dashboards::of_role(&tx, RoleId(role.id))
            .await?
            .iter()
            .map(ToString::to_string)
            .collect();
    }
    let current = EditRole {
        organisation: tx.organisation()?.to_string(),
        key: if role.is_none() {
            scope.new_key().to_string()
        } else {
            String::new()
        },
        next: next.to_owned(),
        ..current
    };
    let EditState {
        form,
        conflict,
        refusal,
    } = EditState::new(current, draft);
    Ok(EditRolePage {
        role: role.map(roles::Model::role_name),
        may,
        roles: super::assign::offered(&tx)
            .await?
            .into_iter()
            .filter(|choice| role.is_none_or(|role| choice.role.id.0 != role.id))
            .collect(),
        dashboards: dashboards::names(&tx).await?,
        form,
        conflict,
        refusal,
    })
}

/// The form with a role's current state.
fn shown(role: &roles::Model, by_role: &GrantsByRole) -> EditRole {
    EditRole {
        role: role.id.to_string(),
        version: role.version.to_string(),
        name: role.name.clone(),
        purpose: role.purpose.clone(),
        ..asking(role, EditRole::of(&by_role[&RoleId(role.id)]))
    }
}

/// The form with a role's requirements.
fn asking(role: &roles::Model, form: EditRole) -> EditRole {
    let Requires {
        office,
        client,
        record,
    } = role.requires();
    EditRole {
        requires_office: checkbox_value(office),
        requires_client: checkbox_value(client),
        requires_record: checkbox_value(record),
        ..form
    }
}

/// The grants of a copied role, without those that would make it assign itself through others.
fn copied(mut grants: RoleGrants, by_role: GrantsByRole, own: &BTreeSet<RoleId>) -> RoleGrants {
    let copy = RoleId(Uuid::nil());
    loop {
        let mut tried = by_role.clone();
        tried.insert(copy, grants.clone());
        recompute_grantors(&mut tried, own, copy);
        let Some(back) = find_grant_cycle(&tried, copy) else {
            return grants;
        };
        grants.gives.remove(&back);
        grants.manages.remove(&back);
    }
}

fn own(known: &[roles::Model]) -> BTreeSet<RoleId> {
    known
        .iter()
        .filter(|role| role.key.is_none())
        .map(|role| RoleId(role.id))
        .collect()
}

/// Creates or edits a role. Posting the same form again returns the role that the first post
/// created.
///
/// # Errors
/// [`Refusal::Forbidden`] for grants beyond the actor's own, and for a role that the actor may not
/// edit; [`Refusal::Conflict`] if somebody else saved in the meantime; [`Refusal::Invalid`],
/// [`Refusal::Warned`], [`Refusal::NotFound`], [`Refusal::WouldLockOut`].
pub async fn edit(scope: &Scope, form: &EditRole) -> Result<RoleId> {
    let tx = scope.write(Permission::EditRoles).await?;
    let administrators = tx.lock_administration().await?;
    let known = directory::active_roles(&tx).await?;
    let mut before = grants_by_role(&tx).await?;
    before.retain(|id, _| known.iter().any(|role| role.id == id.0));
    let (edited, passed) = form.parse(&scope.role_grants()).map_err(forbidding)?;
    let role = match edited.target {
        EditTarget::New(key) => {
            let id = RoleId(idempotency::key(key, &name_key(&edited.name)));
            if tx
                .find::<roles::Entity>()
                .filter(roles::Column::Id.eq(id.0))
                .one(tx.conn())
                .await?
                .is_some()
            {
                return Ok(id);
            }
            Err(id)
        }
        EditTarget::Known(role, version) => {
            let role = known
                .iter()
                .find(|known| known.id == role.0)
                .ok_or(Refusal::NotFound)?;
            if !may_change(&tx, role, &before[&RoleId(role.id)]) {
                return Err(Refusal::Forbidden.into());
            }
            if role.version != version {
                return Err(Refusal::Conflict.into());
            }
            Ok(role)
        }
    };
    let id = role.map_or_else(|id| id, |role| RoleId(role.id));
    let after = grants_after(&before, &known, id, &edited)?;
    let mut warnings = if role.is_ok() {
        affected_holders(&tx, &known, id, &before, &after).await?
    } else {
        Vec::new()
    };
    if let Ok(role) = role {
        warnings.extend(without(&tx, id, role.requires(), edited.requires).await?);
    }
    write(&tx, role.ok(), id, &edited).await?;
    write_grants(&tx, &before, &after).await?;
    let brings = dashboards::replace_of_role(&tx, id, &edited.dashboards).await?;
    tx.ensure_actor_administers().await?;
    warnings.extend(tx.ensure_administered(administrators).await?);
    if role.is_ok()
        && before[&id].allows.has(Permission::EditClients)
        && !edited.grants.allows.has(Permission::EditClients)
    {
        let held = tx
            .find::<user_roles::Entity>()
            .filter(user_roles::Column::RoleId.eq(id.0))
            .all(tx.conn())
            .await?;
        let holders: Vec<UserId> = held.into_iter().map(|held| UserId(held.user_id)).collect();
        warnings.extend(super::unable(&tx, &holders).await?);
    }
    let mut changes = passed.passes(&warnings)?;
    changes.extend(brings);
    let event = match role {
        Err(role) => Event::RoleMade { role },
        Ok(role) => {
            changes.extend(Change::between(Field::RoleName, &role.name, &edited.name));
            changes.extend(Change::between(
                Field::Purpose,
                &role.purpose,
                &edited.purpose,
            ));
            let asks = |is_on: bool| if is_on { "✓" } else { "–" };
            changes.extend(Change::between(
                Field::RequiresOffice,
                asks(role.requires_office),
                asks(edited.requires.office),
            ));
            changes.extend(Change::between(
                Field::RequiresClient,
                asks(role.requires_client),
                asks(edited.requires.client),
            ));
            Event::RoleEdited {
                role: id,
                shifts: grant_changes(&before[&id], &after[&id]),
                overridden: Warning::codes(&warnings),
            }
        }
    };
    let is_same = matches!(&event, Event::RoleEdited { shifts, .. } if shifts.is_empty() && changes.is_empty());
    if !is_same {
        tx.record_with_changes(event, &changes).await?;
    }
    tx.commit_if_recorded().await?;
    Ok(id)
}

/// The page never offers grants that the actor does not hold, so a form with such grants was made
/// by hand and is refused as a whole.
fn forbidding(invalid: Invalid) -> Error {
    let made_by_hand = invalid
        .0
        .iter()
        .any(|(_, problem)| *problem == Problem::MayNotGive);
    if made_by_hand {
        Refusal::Forbidden.into()
    } else {
        invalid.into()
    }
}

/// The grants of every role after the edit, or why the edit is not possible.
fn grants_after(
    before: &GrantsByRole,
    known: &[roles::Model],
    id: RoleId,
    edited: &Edited,
) -> Result<GrantsByRole> {
    let named = |role: RoleId| {
        known
            .iter()
            .find(|known| known.id == role.0)
            .map(roles::Model::role_name)
    };
    let mut own = own(known);
    own.insert(id);
    let mut after = before.clone();
    after.insert(id, edited.grants.clone());
    if edited
        .grants
        .gives
        .iter()
        .any(|role| !after.contains_key(role))
    {
        // deactivated since the page was rendered
        return Err(Invalid::one(Field::Gives, Problem::Wrong).into());
    }
    recompute_grantors(&mut after, &own, id);
    if let Some(role) = edited
        .grants
        .gives
        .difference(&after[&id].gives)
        .find_map(|role| named(*role))
    {
        return Err(Invalid::one(Field::Gives, Problem::Beyond { role }).into());
    }
    if let Some(back) = find_grant_cycle(&after, id) {
        let role = named(back).unwrap_or(RoleName {
            id,
            built_in: None,
            name: edited.name.clone(),
        });
        return Err(Invalid::one(Field::Gives, Problem::Loop { role }).into());
    }
    if !after.values().any(|grants| grants.gives.contains(&id)) {
        return Err(Invalid::one(Field::Allows, Problem::NobodyGives).into());
    }
    Ok(after)
}

async fn write(
    tx: &Write<'_>,
    role: Option<&roles::Model>,
    id: RoleId,
    edited: &Edited,
) -> Result<()> {
    let texts = roles::ActiveModel {
        name: Set(edited.name.clone()),
        purpose: Set(edited.purpose.clone()),
        requires_office: Set(edited.requires.office),
        requires_client: Set(edited.requires.client),
        requires_record: Set(edited.requires.record),
        name_key: Set(Some(name_key(&edited.name))),
        ..Default::default()
    };
    match role {
        Some(role) => {
            let roles::ActiveModel {
                organisation_id,
                id,
                ..
            } = role.clone().into_active_model();
            roles::ActiveModel {
                organisation_id,
                id,
                version: Set(role.version + 1),
                ..texts
            }
            .update(tx.conn())
            .await?;
        }
        None => {
            let (organisation_id, id) = (Set(tx.organisation()?.0), Set(id.0));
            tx.insert(roles::ActiveModel {
                organisation_id,
                id,
                position: Set(LAST),
                ..texts
            })
            .await?;
        }
    }
    role_permissions::Entity::delete_many()
        .filter(role_permissions::Column::RoleId.eq(id.0))
        .exec(tx.conn())
        .await?;
    for (permission, reach) in edited.grants.allows.pairs() {
        let row = role_permissions::ActiveModel {
            organisation_id: Set(tx.organisation()?.0),
            role_id: Set(id.0),
            permission: Set(permission.code().to_owned()),
            reach: Set(reach),
        };
        row.insert(tx.conn()).await?;
    }
    Ok(())
}

/// Writes which roles may assign and manage which.
async fn write_grants(tx: &Write<'_>, before: &GrantsByRole, after: &GrantsByRole) -> Result<()> {
    let gives = (
        "role_gives",
        "gives_id",
        pairs(before, after, |grants| &grants.gives),
    );
    let manages = (
        "role_manages",
        "manages_id",
        pairs(before, after, |grants| &grants.manages),
    );
    // a managed role must also be assignable: rows of managing are deleted first and inserted last
    for (table, column, pairs) in [&manages, &gives] {
        let sql = format!(
            "DELETE FROM {table} WHERE (role_id, {column}) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))"
        );
        tx.execute(
            &sql,
            [pairs.gone.0.clone().into(), pairs.gone.1.clone().into()],
        )
        .await?;
    }
    for (table, _, pairs) in [&gives, &manages] {
        let sql = format!("INSERT INTO {table} SELECT $1, * FROM unnest($2::uuid[], $3::uuid[])");
        tx.execute(
            &sql,
            [
                tx.organisation()?.0.into(),
                pairs.come.0.clone().into(),
                pairs.come.1.clone().into(),
            ],
        )
        .await?;
    }
    Ok(())
}
