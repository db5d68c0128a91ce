//! Roles: the built-in ones, copied into every organisation (decision 0017), and an organisation's
//! custom roles.
//!
//! Invariant: [`assign`] is the only function that assigns roles to people, and nobody holds a
//! deactivated role.

mod deactivate;
mod edit;

pub use deactivate::{deactivate, deactivate_form};
pub use edit::{edit, form};

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter, QueryOrder, Set};
use usher_types::roles::{
    GrantsByRole, Holders, RoleChoice, RoleGrants, RoleList, RolePage, RoleRow,
};
use usher_types::users::Linking;
use usher_types::{
    BuiltInRole, Field, Grants, Invalid, OrganisationId, Permission, Problem, Reach, Refusal,
    RoleId, UserId, Warning,
};
use uuid::Uuid;

use crate::entity::{role_gives, role_manages, role_permissions, roles};
use crate::foundation::paging::COUNTED;
use crate::history::Seen;
use crate::scope::{Tx, Write};
use crate::settings::home;
use crate::{Result, Scope, audit, clients, dashboards, units};

/// Creates the built-in roles of a new organisation.
pub(crate) async fn create_built_in(
    tx: &Write<'_>,
    organisation: OrganisationId,
    is_operator: bool,
) -> Result<BTreeMap<&'static str, RoleId>> {
    let built_in: Vec<_> = BuiltInRole::ALL
        .into_iter()
        .filter(|role| role.belongs(is_operator))
        .collect();
    let ids: BTreeMap<&'static str, Uuid> =
        built_in.iter().map(|role| (role.key(), tx.id())).collect();
    for (position, role) in built_in.iter().enumerate() {
        tx.insert(roles::ActiveModel {
            organisation_id: Set(organisation.0),
            id: Set(ids[role.key()]),
            key: Set(Some(role.key().to_owned())),
            name: Set(role.key().to_owned()),
            whom: Set(String::new()),
            position: Set(position as i32),
            requires_office: Set(role.requires().office),
            requires_client: Set(role.requires().client),
            requires_record: Set(role.requires().record),
            ..Default::default()
        })
        .await?;
    }
    for role in &built_in {
        let role_id = Set(ids[role.key()]);
        for (permission, reach) in role.permissions() {
            let row = role_permissions::ActiveModel {
                organisation_id: Set(organisation.0),
                role_id: role_id.clone(),
                permission: Set(permission.code().to_owned()),
                reach: Set(reach.code().to_owned()),
            };
            row.insert(tx.conn()).await?;
        }
        for given in role.may_give() {
            let row = role_gives::ActiveModel {
                organisation_id: Set(organisation.0),
                role_id: role_id.clone(),
                gives_id: Set(ids[given.key()]),
            };
            row.insert(tx.conn()).await?;
        }
        for managed in role.may_manage() {
            let row = role_manages::ActiveModel {
                organisation_id: Set(organisation.0),
                role_id: role_id.clone(),
                manages_id: Set(ids[managed.key()]),
            };
            row.insert(tx.conn()).await?;
        }
    }
    Ok(ids.into_iter().map(|(key, id)| (key, RoleId(id))).collect())
}

/// Switches the customer portal on or off: whether Organisation administrators may assign and
/// manage its roles. While it is off, only the operator's System administrators may; in other
/// organisations the roles are deactivated, so that they cannot be assigned and are not listed.
///
/// # Errors
/// [`Problem::StillHeld`] if somebody holds a role that would be deactivated, including archived
/// people, who would come back with it.
pub(crate) async fn switch_portal(tx: &Write<'_>, on: bool) -> Result<()> {
    let keys: Vec<String> = BuiltInRole::PORTAL
        .map(|role| role.key().to_owned())
        .to_vec();
    // waits for transactions that are assigning one of the roles; later ones find it deactivated
    let portal = tx
        .all(
            "SELECT id FROM roles WHERE key = ANY ($1) ORDER BY id FOR UPDATE",
            [keys.into()],
        )
        .await?;
    let portal: Vec<Uuid> = portal
        .iter()
        .map(|row| Ok(row.try_get("", "id")?))
        .collect::<Result<_>>()?;
    let is_operator = home(tx).await?.is_operator;
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
                BuiltInRole::OrganisationAdministrator.key().into(),
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

/// A built-in role of this organisation.
pub(crate) async fn built_in(tx: &Tx<'_>, role: BuiltInRole) -> Result<roles::Model> {
    let found = tx
        .find::<roles::Entity>()
        .filter(roles::Column::Key.eq(role.key()))
        .one(tx.conn())
        .await?;
    found
        .ok_or_else(|| crate::Error::Broken(format!("the organisation has no role {}", role.key())))
}

/// Assigns roles to people, all or none, and returns the new assignments; roles already held are
/// skipped. The roles are locked until the transaction ends, so that none is deactivated in the
/// meantime.
///
/// # Errors
/// [`Problem::MayNotGive`] at `field` for a role that does not exist or is deactivated;
/// [`Problem::NeedsOffice`], [`Problem::NeedsClient`] and [`Problem::NeedsRecord`] if a person does
/// not meet a role's requirement: an office (S16), a client to assist (S14), a client record of
/// their own (SV-02).
pub(crate) async fn assign(
    tx: &Write<'_>,
    people: &[UserId],
    roles: &[RoleId],
    field: Field,
) -> Result<Vec<(UserId, RoleId)>> {
    let (people, roles): (Vec<Uuid>, Vec<Uuid>) = (
        people.iter().map(|user| user.0).collect(),
        roles.iter().map(|role| role.0).collect(),
    );
    let held = "SELECT id FROM roles WHERE id = ANY ($1) AND retired_at IS NULL FOR KEY SHARE";
    if tx.all(held, [roles.clone().into()]).await?.len() < roles.len() {
        return Err(Invalid::one(field, Problem::MayNotGive).into());
    }
    let lacking = "SELECT coalesce(bool_or(r.requires_office AND u.office_id IS NULL), false) AS office,
            coalesce(bool_or(r.requires_client AND NOT EXISTS (SELECT FROM client_links l WHERE l.user_id = u.id AND l.kind = 'assistant')), false) AS client,
            coalesce(bool_or(r.requires_record AND NOT EXISTS (SELECT FROM clients c WHERE c.user_id = u.id)), false) AS record
        FROM users u JOIN roles r ON (r.requires_office OR r.requires_client OR r.requires_record)
        WHERE u.id = ANY ($1) AND r.id = ANY ($2)";
    if let Some(lacks) = tx
        .one(lacking, [people.clone().into(), roles.clone().into()])
        .await?
    {
        if lacks.try_get("", "client")? {
            return Err(Invalid::one(Field::LinkedClients, Problem::NeedsClient).into());
        }
        if lacks.try_get("", "record")? {
            return Err(Invalid::one(field, Problem::NeedsRecord).into());
        }
        if lacks.try_get("", "office")? && units::uses_offices(tx).await? {
            return Err(Invalid::one(field, Problem::NeedsOffice).into());
        }
    }
    let sql = "INSERT INTO user_roles (organisation_id, user_id, role_id, given_at)
        SELECT $1, person, role, $2 FROM unnest($3::uuid[]) AS person CROSS JOIN unnest($4::uuid[]) AS role
        ON CONFLICT DO NOTHING RETURNING user_id, role_id";
    let given = tx
        .all(
            sql,
            [
                tx.organisation()?.0.into(),
                tx.scope().now().into(),
                people.into(),
                roles.into(),
            ],
        )
        .await?;
    given
        .iter()
        .map(|row| {
            Ok((
                UserId(row.try_get("", "user_id")?),
                RoleId(row.try_get("", "role_id")?),
            ))
        })
        .collect()
}

/// The roles the actor may assign to others, in order.
pub(crate) async fn assignable(tx: &Tx<'_>) -> Result<Vec<RoleChoice>> {
    let mut offered = offered(tx).await?;
    offered.retain(|choice| choice.role.built_in != Some(BuiltInRole::User));
    Ok(offered)
}

/// The roles the actor may choose as those a role may assign and manage, in order, including User.
async fn offered(tx: &Tx<'_>) -> Result<Vec<RoleChoice>> {
    let known = known(tx).await?;
    let offered = known
        .iter()
        .filter(|role| tx.scope().gives().contains(&RoleId(role.id)));
    Ok(offered
        .map(|role| RoleChoice {
            whom: role.whom.clone(),
            role: role.role_name(),
        })
        .collect())
}

/// The organisation's active roles, in order: the built-in ones, then its custom roles by name.
pub(crate) async fn known(tx: &Tx<'_>) -> Result<Vec<roles::Model>> {
    let all = tx
        .find::<roles::Entity>()
        .filter(roles::Column::RetiredAt.is_null());
    Ok(all
        .order_by_asc(roles::Column::Position)
        .order_by_asc(roles::Column::Name)
        .all(tx.conn())
        .await?)
}

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

/// The organisation's active roles, in order.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope) -> Result<RoleList> {
    let tx = scope.read(Permission::ViewRoles).await?;
    Ok(RoleList {
        rows: rows(&tx, &known(&tx).await?).await?,
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
pub(crate) async fn with_activity(tx: &Tx<'_>, code: &str) -> Result<Seen> {
    let all = tx.find::<roles::Entity>().all(tx.conn()).await?;
    let role = all
        .iter()
        .find(|role| role.role_name().code() == code)
        .ok_or(Refusal::NotFound)?;
    Ok(Seen {
        id: role.id,
        name: role.name.clone(),
        role: Some(role.role_name()),
    })
}

/// Roles with the number of holders of each.
async fn rows(tx: &Tx<'_>, roles: &[roles::Model]) -> Result<Vec<RoleRow>> {
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
            whom: role.whom.clone(),
            holders,
        }
    });
    Ok(rows.collect())
}

/// The roles that require something about clients, as far as the actor may assign them.
pub(crate) async fn linking(tx: &Tx<'_>) -> Result<Linking> {
    let asking = roles::Column::RequiresClient
        .eq(true)
        .or(roles::Column::RequiresRecord.eq(true));
    let asking = tx
        .find::<roles::Entity>()
        .filter(roles::Column::RetiredAt.is_null())
        .filter(asking)
        .all(tx.conn())
        .await?;
    let those = |asks: fn(&roles::Model) -> bool| {
        let given =
            |role: &&roles::Model| asks(role) && tx.scope().gives().contains(&RoleId(role.id));
        asking
            .iter()
            .filter(given)
            .map(|role| RoleId(role.id))
            .collect()
    };
    Ok(Linking {
        asks_client: those(|role| role.requires_client),
        asks_record: those(|role| role.requires_record),
    })
}

/// A warning about clients whose responsible person, among these people, may no longer edit
/// clients. Call it after the change.
async fn unable(tx: &Tx<'_>, people: &[UserId]) -> Result<Option<Warning>> {
    let clients = clients::left_unable(tx, people).await?;
    Ok((clients > 0).then_some(Warning::ClientsUnable { clients }))
}
