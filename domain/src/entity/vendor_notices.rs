//! Notices to the vendor (IZ-20): drafted by the system, sent by a person, and kept.

use sea_orm::entity::prelude::*;
use usher_types::settings::Due;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "vendor_notices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub why: Due,
    pub day: Date,
    pub counted_from: DateTimeUtc,
    pub counted_to: DateTimeUtc,
    pub accounts: i32,
    pub used: i32,
    pub seats: Option<i32>,
    pub drafted_at: DateTimeUtc,
    pub sent_at: Option<DateTimeUtc>,
    pub sent_by: Option<Uuid>,
    pub sent_to: Option<String>,
    pub mail_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
