//! Resources that an organisation offers.

use sea_orm::entity::prelude::*;
use usher_types::{ResourceId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "resources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ResourceId,
    pub name: String,
    pub name_key: String,
    pub description: String,
    pub capacity: Option<i32>,
    pub contact: String,
    pub opening: String,
    pub is_shared: bool,
    pub search_text: String,
    pub form_key: Uuid,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub created_by: Option<UserId>,
    pub closed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
