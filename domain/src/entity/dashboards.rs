//! Dashboards: named sets of widgets.

use sea_orm::entity::prelude::*;
use usher_types::{BuiltInDashboard, DashboardId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "dashboards")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DashboardId,
    pub key: Option<BuiltInDashboard>,
    pub name: String,
    pub name_key: Option<String>,
    pub widgets: Vec<String>,
    pub form_key: Uuid,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
