//! Clients, the people who receive support.

use sea_orm::entity::prelude::*;
use usher_types::names::PersonName;
use usher_types::{ClientId, ClientName};

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

impl Model {
    /// The name as displayed.
    pub fn display_name(&self) -> String {
        if self.last_name.is_empty() {
            self.first_name.clone()
        } else {
            format!("{} {}", self.first_name, self.last_name)
        }
    }

    /// The initials of the name.
    pub fn initials(&self) -> String {
        PersonName::parse(&self.first_name, &self.last_name, true)
            .map(|name| name.initials())
            .unwrap_or_default()
    }

    /// The name with the organisation's own number, because two clients may have the same name.
    pub fn client_name(&self) -> ClientName {
        let name = match &self.number {
            Some(number) => format!("{} ({number})", self.display_name()),
            None => self.display_name(),
        };
        ClientName {
            id: ClientId(self.id),
            name,
        }
    }
}
