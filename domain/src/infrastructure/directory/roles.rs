//! The organisation's roles, for every context that names or offers them.

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use usher_types::{BuiltInRole, RoleId};

use crate::entity::roles;
use crate::scope::Tx;
use crate::{Error, Result};

/// The organisation's active roles, in order: the built-in ones, then its custom roles by name.
pub(crate) async fn active_roles(tx: &Tx<'_>) -> Result<Vec<roles::Model>> {
    let all = tx
        .find::<roles::Entity>()
        .filter(roles::Column::RetiredAt.is_null());
    Ok(all
        .order_by_asc(roles::Column::Position)
        .order_by_asc(roles::Column::Name)
        .all(tx.conn())
        .await?)
}

/// A built-in role of this organisation.
pub(crate) async fn built_in_role(tx: &Tx<'_>, role: BuiltInRole) -> Result<roles::Model> {
    let found = tx
        .find::<roles::Entity>()
        .filter(roles::Column::Key.eq(role))
        .one(tx.conn())
        .await?;
    found.ok_or_else(|| Error::Broken(format!("the organisation has no role {}", role.code())))
}

/// The base role every account has (IZ-12).
pub(crate) async fn base_role(tx: &Tx<'_>) -> Result<RoleId> {
    let role = built_in_role(tx, BuiltInRole::User).await?;
    Ok(RoleId(role.id))
}
