//! What the profile receives.

use serde::{Deserialize, Serialize};

use super::forms::EditProfile;
use crate::primitives::date::When;
use crate::primitives::references::RoleName;
use crate::refusal::Refusal;

/// The actor's own page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfilePage {
    /// The displayed name.
    pub name: String,
    /// The initials for the avatar.
    pub initials: String,
    /// The login name.
    pub login_name: String,
    /// The address.
    pub email: Option<String>,
    /// Whether it was confirmed.
    pub email_verified: bool,
    /// The job title.
    pub job_title: Option<String>,
    /// The identity number, masked.
    pub identity_number: Option<String>,
    /// The organisation's name.
    pub organisation: String,
    /// The person's roles.
    pub roles: Vec<RoleName>,
    /// When the account was created.
    pub created: When,
    /// The words a password must not contain.
    pub words: Vec<String>,
    /// The current details, or the saved draft.
    pub form: EditProfile,
    /// The address from a refused form.
    pub new_email: String,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}
