//! The outbox: mails to send.

use sea_orm::entity::prelude::*;

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// Waits for the worker, or for the next attempt.
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// The mail server took it.
    #[sea_orm(string_value = "sent")]
    Sent,
    /// Given up.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// Withdrawn, because a newer one replaces it.
    #[sea_orm(string_value = "superseded")]
    Superseded,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub mail: Json,
    pub state: State,
    pub attempts: i32,
    pub next_at: DateTimeUtc,
    pub error: Option<String>,
    pub created_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
