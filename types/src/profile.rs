//! The actor's own profile: what a person may edit themselves.

use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::form::{Checks, Secret, form};
use crate::invisible::is_blank;
use crate::phone::Phone;
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::roles::RoleName;
use crate::users::{check_strength, language, strong};
use crate::{Language, Theme, When};

form! {
    /// Changes phone, language and theme (`/profile`).
    EditProfile shown at |_form| "/profile".to_owned();
    text {
        /// Phone; optional.
        phone,
        /// `en` or `sv`, or nothing for the organisation's.
        language,
        /// `device`, `light` or `dark`.
        theme,
    }
}

form! {
    /// Requests a change of the e-mail address (`/profile/email`), which is applied when the new
    /// one is confirmed (S2).
    ChangeEmail shown at |_form| "/profile/email".to_owned();
    text {
        /// The new address.
        email,
    }
    secret {
        /// The current password (ASVS 7.5.1).
        current_password,
    }
}

form! {
    /// Changes the actor's own password (`/profile/password`).
    ChangePassword shown at |_form| "/profile/password".to_owned();
    secret {
        /// The current password (ASVS 6.2.3).
        current_password,
        /// The new one.
        new_password,
    }
}

form! {
    /// Confirms the new address (`/confirm-email`); the token is in a cookie.
    ConfirmEmail shown at |_form| "/confirm-email".to_owned();
}

/// A change of the actor's own details.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// The phone.
    pub phone: Option<Phone>,
    /// The language.
    pub language: Option<Language>,
    /// The theme.
    pub theme: Theme,
}

impl EditProfile {
    /// Checks the form; `offered` are the languages that can be chosen.
    ///
    /// # Errors
    /// All invalid fields at once; a field a person may not change themselves is
    /// [`Problem::Unexpected`].
    pub fn parse(&self, offered: &[Language]) -> Result<Edit, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let phone = checks.optional(Field::Phone, &self.phone, Phone::parse);
        let language = language(&mut checks, &self.language, offered);
        let theme = checks.optional(Field::Theme, &self.theme, |code| {
            Theme::from_code(code).ok_or(Problem::Wrong)
        });
        if checks.is_clean() {
            Ok(Edit {
                phone,
                language,
                theme: theme.unwrap_or_default(),
            })
        } else {
            Err(checks.into_invalid())
        }
    }
}

impl ChangeEmail {
    /// The new address and the current password.
    ///
    /// # Errors
    /// All invalid fields at once.
    pub fn parse(&self) -> Result<(Email, Secret), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let email = if is_blank(&self.email) {
            checks.wrong(Field::Email, Problem::Missing);
            None
        } else {
            checks.take(Field::Email, Email::parse(&self.email))
        };
        if self.current_password.expose().is_empty() {
            checks.wrong(Field::CurrentPassword, Problem::Missing);
        }
        match email {
            Some(email) if checks.is_clean() => Ok((email, self.current_password.clone())),
            _ => Err(checks.into_invalid()),
        }
    }
}

impl ChangePassword {
    /// The current and the new password, the new one judged against the person's words.
    ///
    /// # Errors
    /// All invalid fields at once.
    pub fn parse(&self, words: &[String]) -> Result<(Secret, Secret), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        if self.current_password.expose().is_empty() {
            checks.wrong(Field::CurrentPassword, Problem::Missing);
        }
        let new = strong(
            &mut checks,
            Field::NewPassword,
            &self.new_password,
            words,
            check_strength,
        );
        if new.is_some() && self.new_password == self.current_password {
            checks.wrong(Field::NewPassword, Problem::Same);
        }
        match new {
            Some(new) if checks.is_clean() => Ok((self.current_password.clone(), new)),
            _ => Err(checks.into_invalid()),
        }
    }
}

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
