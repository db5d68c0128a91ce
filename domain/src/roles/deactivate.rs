//! Deactivating a role: its holders are listed and moved to another role first, so that nobody
//! silently loses access, and it can no longer be assigned.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use usher_types::audit::Event;
use usher_types::form::SavedDraft;
use usher_types::roles::{DeactivateRole, DeactivateRolePage, Deactivation, Replacement};
use usher_types::{Field, Invalid, Permission, Problem, Reach, Refusal, RoleId, UserId, Warning};
use uuid::Uuid;

use super::{grants_by_role, may_change};
use crate::entity::{role_gives, roles, user_roles, users};
use crate::infrastructure::directory;
use crate::scope::Tx;
use crate::{Result, Scope};

/// People the page names.
const NAMED: u64 = 50;

/// The page that deactivates a role: its holders, and the choice of a replacement.
///
/// # Errors
/// [`Refusal::Forbidden`] for a role that the actor may not edit, and for a built-in one;
/// [`Refusal::NotFound`].
pub async fn deactivate_form(
    scope: &Scope,
    code: &str,
    draft: Option<SavedDraft<DeactivateRole>>,
) -> Result<DeactivateRolePage> {
    let tx = scope.read(Permission::EditRoles).await?;
    let known = directory::active_roles(&tx).await?;
    let role = known
        .iter()
        .find(|role| role.role_name().code() == code)
        .ok_or(Refusal::NotFound)?;
    if !may_change(&tx, role, &grants_by_role(&tx).await?[&RoleId(role.id)]) {
        return Err(Refusal::Forbidden.into());
    }
    let holders = holders(&tx, role.id).await?;
    let people = if scope.grants().reaches_others(Permission::ViewUsers) {
        people(&tx, role.id).await?
    } else {
        Vec::new()
    };
    let fresh = DeactivateRole {
        organisation: tx.organisation()?.to_string(),
        role: role.id.to_string(),
        ..DeactivateRole::default()
    };
    // a draft of another role's form does not belong here
    let draft = draft.filter(|draft| draft.form.role == fresh.role);
    let (form, refusal) = draft.map_or((fresh, None), |draft| (draft.form, draft.refusal));
    Ok(DeactivateRolePage {
        row: super::page::rows(&tx, std::slice::from_ref(role))
            .await?
            .pop()
            .ok_or(Refusal::NotFound)?,
        people: people
            .into_iter()
            .map(|person| (UserId(person.id), person.display_name()))
            .collect(),
        archived: holders.iter().filter(|holder| holder.is_archived).count() as u32,
        fixed: holders.iter().filter(|holder| holder.is_fixed).count() as u32,
        roles: super::assignable(&tx)
            .await?
            .into_iter()
            .filter(|choice| choice.role.id.0 != role.id)
            .collect(),
        form,
        refusal,
    })
}

async fn people(tx: &Tx<'_>, role: Uuid) -> Result<Vec<users::Model>> {
    let held = Expr::cust_with_values(
        "id IN (SELECT user_id FROM user_roles WHERE role_id = $1)",
        [role],
    );
    let people = tx
        .users()
        .filter(users::Column::ArchivedAt.is_null())
        .filter(held)
        .order_by_asc(users::Column::SortName);
    Ok(people.limit(NAMED).all(tx.conn()).await?)
}

/// A holder of the role.
struct Holder {
    user: UserId,
    is_archived: bool,
    /// Whether the actor may not change their roles: the actor may not manage another role of
    /// theirs, or not reach them.
    is_fixed: bool,
}

async fn holders(tx: &Tx<'_>, role: Uuid) -> Result<Vec<Holder>> {
    let scope = tx.scope();
    let sql = "SELECT u.id, u.archived_at IS NOT NULL AS is_archived, NOT $2 OR (u.archived_at IS NOT NULL AND NOT $3) OR EXISTS (
            SELECT FROM user_roles o JOIN roles r ON (r.organisation_id, r.id) = (o.organisation_id, o.role_id)
            WHERE (o.organisation_id, o.user_id) = (h.organisation_id, h.user_id) AND r.key IS DISTINCT FROM 'user' AND NOT r.id = ANY ($4)) AS is_fixed
        FROM user_roles h JOIN users u ON (u.organisation_id, u.id) = (h.organisation_id, h.user_id) WHERE h.role_id = $1";
    let gives_to_all = scope.grants().reach(Permission::GiveRoles) >= Some(Reach::Organisation);
    let sees_bank = scope.sees_user_bank();
    let manages: Vec<Uuid> = scope.manages().iter().map(|role| role.0).collect();
    let mut holders = Vec::new();
    for row in tx
        .all(
            sql,
            [
                role.into(),
                gives_to_all.into(),
                sees_bank.into(),
                manages.into(),
            ],
        )
        .await?
    {
        holders.push(Holder {
            user: UserId(row.try_get("", "id")?),
            is_archived: row.try_get("", "is_archived")?,
            is_fixed: row.try_get("", "is_fixed")?,
        });
    }
    Ok(holders)
}

/// Removes a role from everybody, including archived people, assigns the chosen replacement, and
/// deactivates the role.
///
/// # Errors
/// [`Refusal::CannotMove`] if a holder is somebody the actor may not manage; [`Refusal::Invalid`]
/// if there are holders and no replacement was chosen; [`Refusal::Forbidden`],
/// [`Refusal::NotFound`], [`Refusal::Warned`], [`Refusal::WouldLockOut`].
pub async fn deactivate(scope: &Scope, form: &DeactivateRole) -> Result<()> {
    let tx = scope.write(Permission::EditRoles).await?;
    let Deactivation {
        role,
        instead,
        passed,
    } = form.parse()?;
    let administrators = tx.lock_administration().await?;
    // waits for transactions that are assigning the role; later ones find it deactivated
    let held = tx
        .one(
            "SELECT 1 FROM roles WHERE id = $1 AND retired_at IS NULL FOR UPDATE",
            [role.0.into()],
        )
        .await?;
    held.ok_or(Refusal::NotFound)?;
    let found = tx
        .find::<roles::Entity>()
        .filter(roles::Column::Id.eq(role.0))
        .one(tx.conn())
        .await?
        .ok_or(Refusal::NotFound)?;
    if !may_change(&tx, &found, &grants_by_role(&tx).await?[&role]) {
        return Err(Refusal::Forbidden.into());
    }
    let holders = holders(&tx, role.0).await?;
    let fixed = holders.iter().filter(|holder| holder.is_fixed).count();
    if fixed > 0 {
        return Err(Refusal::CannotMove {
            people: fixed as u32,
        }
        .into());
    }
    let people: Vec<_> = holders.iter().map(|holder| holder.user).collect();
    let next = match instead {
        None if !people.is_empty() => {
            return Err(Invalid::one(Field::Instead, Problem::Missing).into());
        }
        Some(Replacement::Role(next))
            if next == role || next == directory::base_role(&tx).await? =>
        {
            return Err(Invalid::one(Field::Instead, Problem::Wrong).into());
        }
        Some(Replacement::Role(next)) if !people.is_empty() => Some(next),
        _ => None,
    };
    user_roles::Entity::delete_many()
        .filter(user_roles::Column::RoleId.eq(role.0))
        .exec(tx.conn())
        .await?;
    let mut events: Vec<_> = people
        .iter()
        .map(|user| Event::RoleRemoved {
            user: *user,
            role,
            overridden: Vec::new(),
        })
        .collect();
    if let Some(next) = next {
        tx.ensure_may_assign(&[next])?;
        let given = super::assign(&tx, &people, &[next], Field::Instead).await?;
        events.extend(
            given
                .into_iter()
                .map(|(user, role)| Event::RoleGiven { user, role }),
        );
    }
    // no role may assign it any more, and it may assign none
    let either = role_gives::Column::GivesId
        .eq(role.0)
        .or(role_gives::Column::RoleId.eq(role.0));
    role_gives::Entity::delete_many()
        .filter(either)
        .exec(tx.conn())
        .await?;
    let version = found.version;
    let mut row = found.into_active_model();
    row.retired_at = Set(Some(scope.now()));
    row.name_key = Set(None);
    row.version = Set(version + 1);
    row.update(tx.conn()).await?;
    tx.ensure_actor_administers().await?;
    let mut warnings: Vec<_> = tx
        .ensure_administered(administrators)
        .await?
        .into_iter()
        .collect();
    warnings.extend(super::unable(&tx, &people).await?);
    let why = passed.passes(&warnings)?;
    tx.record_all(&events).await?;
    tx.record_with_changes(
        Event::RoleRetired {
            role,
            instead: next,
            overridden: Warning::codes(&warnings),
        },
        &why,
    )
    .await?;
    tx.commit().await
}
