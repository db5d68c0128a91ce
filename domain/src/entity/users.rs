//! User accounts, each in one organisation.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub email_verified_at: Option<DateTimeUtc>,
    pub login_name: String,
    pub phone: Option<String>,
    pub job_title: Option<String>,
    pub language: Option<String>,
    pub theme: Option<String>,
    pub office_id: Option<Uuid>,
    pub contract_id: Option<Uuid>,
    pub lms_manager: bool,
    pub identity_kind: Option<String>,
    pub identity_sealed: Option<Vec<u8>>,
    pub identity_hash: Option<Vec<u8>>,
    pub way_in: String,
    #[sea_orm(column_name = "told_at")]
    pub notified_at: Option<DateTimeUtc>,
    pub sign_in_ends_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub created_by: Option<Uuid>,
    pub last_active_at: Option<DateTimeUtc>,
    pub archived_at: Option<DateTimeUtc>,
    pub archived_reason: Option<String>,
    pub version: i32,
    pub form_key: Uuid,
    pub sort_name: String,
    pub search_text: String,
    pub same_name: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
