//! An organisation's lists of people.

use sea_orm::entity::prelude::*;
use usher_types::{BuiltInList, ListId, ListName};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "lists")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ListId,
    pub key: Option<BuiltInList>,
    pub name: String,
    pub name_key: Option<String>,
    pub form_key: Uuid,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The name for a page: a built-in list is named in the reader's language.
    pub fn list_name(self) -> ListName {
        ListName {
            id: self.id,
            built_in: self.key,
            name: self.name,
        }
    }
}
