//! Roles of an organisation.

use sea_orm::entity::prelude::*;
use usher_types::roles::Requires;
use usher_types::{BuiltInRole, RoleId, RoleName};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub key: Option<BuiltInRole>,
    pub name: String,
    pub purpose: String,
    pub position: i32,
    pub requires_office: bool,
    pub requires_client: bool,
    pub requires_record: bool,
    pub version: i32,
    pub retired_at: Option<DateTimeUtc>,
    pub name_key: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The name for a page: a built-in role is named in the reader's language.
    pub fn role_name(&self) -> RoleName {
        RoleName {
            id: RoleId(self.id),
            built_in: self.key,
            name: self.name.clone(),
        }
    }

    /// What the role requires of its holders.
    pub fn requires(&self) -> Requires {
        Requires {
            office: self.requires_office,
            client: self.requires_client,
            record: self.requires_record,
        }
    }
}
