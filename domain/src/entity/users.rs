//! User accounts, each in one organisation.

use sea_orm::ActiveValue;
use sea_orm::entity::prelude::*;
use usher_types::email::Email;
use usher_types::identity_number::Kind;
use usher_types::login_name::LoginName;
use usher_types::names::{PersonName, fold};
use usher_types::password::words_of;
use usher_types::users::Status;
use usher_types::{ContractId, Language, OfficeId, Theme};

use crate::foundation::search::search_text;

/// How far a person's sign-in is set up. The seats of the licence are counted by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum SignIn {
    /// Not yet.
    #[sea_orm(string_value = "none")]
    NotSetUp,
    /// The person was invited and has not followed the link.
    #[sea_orm(string_value = "invited")]
    Invited,
    /// The person has a password, their own or a temporary one.
    #[sea_orm(string_value = "password")]
    Password,
}

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
    pub language: Option<Language>,
    pub theme: Option<Theme>,
    pub office_id: Option<OfficeId>,
    pub contract_id: Option<ContractId>,
    pub lms_manager: bool,
    pub identity_kind: Option<Kind>,
    pub identity_sealed: Option<Vec<u8>>,
    pub identity_hash: Option<Vec<u8>>,
    pub way_in: SignIn,
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

    /// The words a password of this person must not contain.
    pub fn password_words(&self, organisation: &str) -> Vec<String> {
        words_of(
            &self.first_name,
            &self.last_name,
            &self.login_name,
            self.email.as_deref().unwrap_or_default(),
            organisation,
        )
    }

    /// Whether the person can sign in, is invited, or is archived.
    pub fn status(&self) -> Status {
        match (self.archived_at, self.way_in) {
            (Some(_), _) => Status::Archived,
            (None, SignIn::Password) => Status::Active,
            (None, SignIn::Invited) => Status::Invited,
            (None, SignIn::NotSetUp) => Status::NoWayIn,
        }
    }

    /// The new login name if the login name was the old e-mail address: it follows the new address
    /// (decision 0022), if that is a valid login name.
    pub fn login_name_following(&self, email: &str) -> Option<LoginName> {
        let is_address = self.email.as_deref().is_some_and(|old| {
            Email::parse(&self.login_name).is_ok_and(|named| named.as_str() == old)
        });
        let follows = LoginName::parse(&Email::parse(email).ok()?.deliverable()).ok()?;
        (is_address && follows.as_str() != self.login_name).then_some(follows)
    }
}

impl ActiveModel {
    /// Recomputes the sort and search columns after a name, login name, address or phone number
    /// changed.
    pub fn reindex(&mut self) {
        let text = |value: &ActiveValue<String>| value.try_as_ref().cloned().unwrap_or_default();
        let optional = |value: &ActiveValue<Option<String>>| value.try_as_ref().cloned().flatten();
        let (first, last) = (text(&self.first_name), text(&self.last_name));
        let (login, email) = (
            text(&self.login_name),
            optional(&self.email).unwrap_or_default(),
        );
        let sorted = PersonName::parse(&first, &last, true)
            .map(|name| name.sort_key())
            .unwrap_or_default();
        self.sort_name = ActiveValue::Set(sorted);
        self.search_text = ActiveValue::Set(search_text(
            &format!("{first} {last} {login} {email}"),
            optional(&self.phone).as_deref(),
        ));
        self.same_name = ActiveValue::Set(fold(&format!("{first} {last}")));
    }
}
