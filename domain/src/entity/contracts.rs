//! Contracts of customers.

use sea_orm::entity::prelude::*;
use usher_types::{ContractId, CustomerId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contracts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContractId,
    pub customer_id: CustomerId,
    pub name: String,
    pub name_key: String,
    pub config: String,
    pub form_key: Uuid,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
