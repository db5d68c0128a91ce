//! Referrals: each organisation has a row of its own for a referral between two.

use sea_orm::entity::prelude::*;
use usher_types::referrals::{Direction, Status};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "referrals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub direction: Direction,
    pub status: Status,
    pub client_id: Option<Uuid>,
    pub client_name: String,
    pub client_contact: String,
    pub reason: String,
    pub resource_id: Option<Uuid>,
    pub resource_name: String,
    pub other_id: Option<Uuid>,
    pub other_name: String,
    pub created_by: Option<Uuid>,
    pub created_at: DateTimeUtc,
    pub answered_by: Option<Uuid>,
    pub answered_at: Option<DateTimeUtc>,
    pub changed_at: DateTimeUtc,
    pub version: i32,
    pub form_key: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
