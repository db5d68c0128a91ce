//! Clients, the people who receive support.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "clients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub first_name: String,
    pub last_name: String,
    pub number: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub note: String,
    pub team_id: Option<Uuid>,
    pub responsible_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
    pub created_by: Option<Uuid>,
    pub archived_at: Option<DateTimeUtc>,
    pub archived_reason: Option<String>,
    pub version: i32,
    pub form_key: Uuid,
    pub sort_name: String,
    pub search_text: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
