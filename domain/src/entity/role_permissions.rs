//! The permissions of a role.

use sea_orm::entity::prelude::*;
use usher_types::{Permission, Reach};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "role_permissions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub permission: String,
    pub reach: Reach,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The permission and its reach; `None` for a permission that no longer exists.
    pub fn grant(&self) -> Option<(Permission, Reach)> {
        Some((Permission::from_code(&self.permission)?, self.reach))
    }
}
