//! Assigning roles to people.

use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, QueryFilter};
use usher_types::roles::RoleChoice;
use usher_types::users::Linking;
use usher_types::{BuiltInRole, Field, Invalid, Problem, RoleId, UserId};
use uuid::Uuid;

use crate::entity::roles;
use crate::infrastructure::directory;
use crate::scope::{Tx, Write};
use crate::{Result, units};

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
pub(super) async fn offered(tx: &Tx<'_>) -> Result<Vec<RoleChoice>> {
    let known = directory::active_roles(tx).await?;
    let offered = known
        .iter()
        .filter(|role| tx.scope().gives().contains(&RoleId(role.id)));
    Ok(offered
        .map(|role| RoleChoice {
            purpose: role.purpose.clone(),
            role: role.role_name(),
        })
        .collect())
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
