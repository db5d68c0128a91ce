//! Roles of an organisation.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub key: Option<String>,
    pub name: String,
    pub whom: String,
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
