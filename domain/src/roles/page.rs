//! The list of roles, and the page of one.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::QueryOrder;
use usher_types::roles::{Holders, RoleList, RolePage, RoleRow};
use usher_types::{Permission, Refusal, RoleId};
use uuid::Uuid;

use super::{grants_by_role, may_change};
use crate::audit::ActivitySubject;
use crate::entity::roles;
use crate::foundation::paging::COUNTED;
use crate::infrastructure::directory;
use crate::scope::Tx;
use crate::{Result, Scope, audit, dashboards};

/// The organisation's active roles, in order.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope) -> Result<RoleList> {
    let tx = scope.read(Permission::ViewRoles).await?;
    Ok(RoleList {
        rows: rows(&tx, &directory::active_roles(&tx).await?).await?,
        few_administrators: tx.administrators().await?.are_few(),
    })
}

/// One role, by its [`RoleName::code`], also a deactivated one.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], the same for one of another organisation and for
/// a missing one (decision 0008).
pub async fn page(scope: &Scope, code: &str) -> Result<RolePage> {
    let tx = scope.read(Permission::ViewRoles).await?;
    let known = tx
        .find::<roles::Entity>()
        .order_by_asc(roles::Column::Position)
        .order_by_asc(roles::Column::Name)
        .all(tx.conn())
        .await?;
    // a built-in role is deactivated only while the portal is switched off
    let is_here = |role: &&roles::Model| role.key.is_none() || role.retired_at.is_none();
    let role = known
        .iter()
        .filter(is_here)
        .find(|role| role.role_name().code() == code)
        .ok_or(Refusal::NotFound)?;
    let grants = grants_by_role(&tx)
        .await?
        .remove(&RoleId(role.id))
        .unwrap_or_default();
    let among = |ids: &BTreeSet<RoleId>| {
        known
            .iter()
            .filter(|role| ids.contains(&RoleId(role.id)))
            .map(roles::Model::role_name)
            .collect()
    };
    let row = rows(&tx, std::slice::from_ref(role))
        .await?
        .pop()
        .ok_or(Refusal::NotFound)?;
    let sees_activity = scope.grants().reaches_others(Permission::ViewActivity);
    Ok(RolePage {
        row,
        gives: among(&grants.gives),
        manages: among(&grants.manages),
        brings: dashboards::names_of_role(&tx, RoleId(role.id)).await?,
        requires: role.requires(),
        retired: role.retired_at.map(|at| scope.day(at)),
        may_change: may_change(&tx, role, &grants),
        activity: if sees_activity {
            audit::lines(&tx, role.id).await?
        } else {
            Vec::new()
        },
        allows: grants.allows.pairs().collect(),
    })
}

/// A role as the subject of its activity, also a deactivated one.
///
/// # Errors
/// [`Refusal::NotFound`].
pub(crate) async fn with_activity(tx: &Tx<'_>, code: &str) -> Result<ActivitySubject> {
    let all = tx.find::<roles::Entity>().all(tx.conn()).await?;
    let role = all
        .iter()
        .find(|role| role.role_name().code() == code)
        .ok_or(Refusal::NotFound)?;
    Ok(ActivitySubject {
        id: role.id,
        name: role.name.clone(),
        role: Some(role.role_name()),
    })
}

/// Roles with the number of holders of each.
pub(super) async fn rows(tx: &Tx<'_>, roles: &[roles::Model]) -> Result<Vec<RoleRow>> {
    let sql = "SELECT asked.id, (SELECT count(*) FROM (SELECT 1 FROM user_roles h JOIN users u ON (u.organisation_id, u.id) = (h.organisation_id, h.user_id)
            WHERE h.role_id = asked.id AND u.archived_at IS NULL AND ($3::uuid IS NULL OR u.office_id = $3) LIMIT $2) AS held) AS holders
        FROM unnest($1::uuid[]) AS asked (id)";
    let ids: Vec<Uuid> = roles.iter().map(|role| role.id).collect();
    let mut counted = BTreeMap::new();
    for row in tx
        .all(
            sql,
            [
                ids.into(),
                (COUNTED as i64 + 1).into(),
                tx.bounds().bound.into(),
            ],
        )
        .await?
    {
        counted.insert(
            row.try_get::<Uuid>("", "id")?,
            row.try_get::<i64>("", "holders")?.unsigned_abs(),
        );
    }
    let rows = roles.iter().map(|role| {
        let holders = counted.get(&role.id).copied().unwrap_or_default();
        let holders = Holders {
            count: Ord::min(holders, COUNTED) as u32,
            more: holders > COUNTED,
        };
        RoleRow {
            role: role.role_name(),
            purpose: role.purpose.clone(),
            holders,
        }
    });
    Ok(rows.collect())
}
