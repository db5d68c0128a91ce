//! What every page knows about its reader.

use serde::{Deserialize, Serialize};

use crate::primitives::ids::{OrganisationId, UserId};
use crate::primitives::login_name::LoginNameFormat;
use crate::primitives::permission::Grants;
use crate::primitives::preferences::{Language, Theme};

/// The signed-in person, as every page knows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Me {
    /// The person.
    pub user: UserId,
    /// The organisation they act for.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// How login names are made there.
    pub format: LoginNameFormat,
    /// The displayed name.
    pub name: String,
    /// The initials for the avatar.
    pub initials: String,
    /// The languages that can be chosen there.
    pub languages: Vec<Language>,
    /// The organisation's support contact; may be empty.
    pub support_contact: String,
    /// Their permissions.
    pub grants: Grants,
    /// Whether a temporary password must be changed.
    pub must_change_password: bool,
    /// The organisations in which they have a linked account, by name.
    pub elsewhere: Vec<(OrganisationId, String)>,
}

/// The context of every page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageContext {
    /// The signed-in person.
    pub me: Option<Me>,
    /// The language of the page.
    pub language: Language,
    /// The theme of the page.
    pub theme: Theme,
}

/// The page of an invitation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetPasswordPage {
    /// Whose account it is.
    pub name: String,
    /// Their login name.
    pub login_name: String,
    /// The organisation's name.
    pub organisation: String,
    /// The words a password must not contain.
    pub words: Vec<String>,
}
