//! Organisations, which are the tenants. A global table.

use sea_orm::entity::prelude::*;
use usher_types::login_name::LoginNameFormat;
use usher_types::settings::OPTIONAL;
use usher_types::{Field, Language};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organisations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub is_operator: bool,
    pub login_name_format: LoginNameFormat,
    pub language: Language,
    pub time_zone: String,
    pub requires_office: bool,
    pub uses_lms: bool,
    pub uses_portal: bool,
    pub created_at: DateTimeUtc,
    pub version: i32,
    pub form_key: Option<Uuid>,
    pub name_key: String,
    /// The languages that the organisation's people may choose.
    pub languages: Vec<Language>,
    pub own_domains: Vec<String>,
    pub required_fields: Vec<String>,
    pub archive_reasons: Vec<String>,
    pub support_contact: String,
    pub suspended_at: Option<DateTimeUtc>,
    pub suspended_reason: String,
    pub seats: Option<i32>,
    pub licence_from: Option<Date>,
    pub licence_until: Option<Date>,
    pub vendor_address: Option<String>,
    pub takes_referrals: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The optional fields of a person that must be filled.
    pub fn required(&self) -> Vec<Field> {
        OPTIONAL
            .into_iter()
            .filter(|field| self.required_fields.iter().any(|name| name == field.name()))
            .collect()
    }
}
