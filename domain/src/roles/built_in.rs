//! The built-in roles of an organisation (decision 0017), and the customer portal, which switches some
//! of them on.

use std::collections::BTreeMap;

use sea_orm::{ActiveModelTrait, Set};
use usher_types::{BuiltInRole, Field, Invalid, OrganisationId, Problem, RoleId};
use uuid::Uuid;

use crate::Result;
use crate::entity::{role_gives, role_manages, role_permissions, roles};
use crate::scope::Write;

/// Creates the built-in roles of a new organisation.
pub(crate) async fn create_built_in(
    tx: &Write<'_>,
    organisation: OrganisationId,
    is_operator: bool,
) -> Result<BTreeMap<BuiltInRole, RoleId>> {
    let built_in: Vec<_> = BuiltInRole::ALL
        .into_iter()
        .filter(|role| role.belongs(is_operator))
        .collect();
    let ids: BTreeMap<BuiltInRole, RoleId> = built_in
        .iter()
        .map(|role| (*role, RoleId(tx.id())))
        .collect();
    for (position, role) in built_in.iter().enumerate() {
        tx.insert(roles::ActiveModel {
            organisation_id: Set(organisation.0),
            id: Set(ids[role].0),
            key: Set(Some(*role)),
            name: Set(role.code().to_owned()),
            purpose: Set(String::new()),
            position: Set(position as i32),
            requires_office: Set(role.requires().office),
            requires_client: Set(role.requires().client),
            requires_record: Set(role.requires().record),
            ..Default::default()
        })
        .await?;
    }
    for role in &built_in {
        let role_id = Set(ids[role].0);
        for (permission, reach) in role.permissions() {
            let row = role_permissions::ActiveModel {
                organisation_id: Set(organisation.0),
                role_id: role_id.clone(),
                permission: Set(permission.code().to_owned()),
                reach: Set(reach),
            };
            row.insert(tx.conn()).await?;
        }
        for given in role.may_give() {
            let row = role_gives::ActiveModel {
                organisation_id: Set(organisation.0),
                role_id: role_id.clone(),
                gives_id: Set(ids[given].0),
            };
            row.insert(tx.conn()).await?;
        }
        for managed in role.may_manage() {
            let row = role_manages::ActiveModel {
                organisation_id: Set(organisation.0),
                role_id: role_id.clone(),
                manages_id: Set(ids[managed].0),
            };
            row.insert(tx.conn()).await?;
        }
    }
    Ok(ids)
}

/// Switches the customer portal on or off: whether Organisation administrators may assign and
/// manage its roles. While it is off, only the operator's System administrators may; in other
/// organisations the roles are deactivated, so that they cannot be assigned and are not listed.
///
/// # Errors
/// [`Problem::StillHeld`] if somebody holds a role that would be deactivated, including archived
/// people, who would come back with it.
pub(crate) async fn switch_portal(tx: &Write<'_>, on: bool) -> Result<()> {
    // waits for transactions that are assigning one of the roles; later ones find it deactivated
    let portal = tx
        .all(
            "SELECT id FROM roles WHERE key = ANY ($1) ORDER BY id FOR UPDATE",
            [BuiltInRole::PORTAL.to_vec().into()],
        )
        .await?;
    let portal: Vec<Uuid> = portal
        .iter()
        .map(|row| Ok(row.try_get("", "id")?))
        .collect::<Result<_>>()?;
    let is_operator = tx.home().await?.is_operator;
    if !on && !is_operator {
        let held =
            "SELECT count(DISTINCT user_id) AS people FROM user_roles WHERE role_id = ANY ($1)";
        let row = tx.one(held, [portal.clone().into()]).await?;
        let people = row
            .map(|row| row.try_get::<i64>("", "people"))
            .transpose()?
            .unwrap_or_default()
            .unsigned_abs() as u32;
        if people > 0 {
            return Err(Invalid::one(Field::UsesPortal, Problem::StillHeld { people }).into());
        }
    }
    for (table, column) in [("role_gives", "gives_id"), ("role_manages", "manages_id")] {
        let sql = if on {
            format!(
                "INSERT INTO {table} (organisation_id, role_id, {column}) SELECT organisation_id, id, unnest($1::uuid[]) FROM roles
                    WHERE key = $2 ON CONFLICT DO NOTHING"
            )
        } else {
            // nor through a custom role, which cannot grant more than its makers hold
            format!(
                "DELETE FROM {table} t USING roles r WHERE (r.organisation_id, r.id) = (t.organisation_id, t.role_id)
                    AND t.{column} = ANY ($1) AND (r.key = $2 OR r.key IS NULL)"
            )
        };
        tx.execute(
            &sql,
            [
                portal.clone().into(),
                BuiltInRole::OrganisationAdministrator.into(),
            ],
        )
        .await?;
    }
    let retired_at = (!on && !is_operator).then(|| tx.scope().now());
    tx.execute(
        "UPDATE roles SET retired_at = $1 WHERE id = ANY ($2)",
        [retired_at.into(), portal.into()],
    )
    .await?;
    Ok(())
}
