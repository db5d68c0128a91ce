//! Parses the forms of the profile.

use super::forms::{ChangeEmail, ChangePassword, EditProfile};
use crate::form::{Checks, check_strength, language, strong};
use crate::primitives::email::Email;
use crate::primitives::invisible::is_blank;
use crate::primitives::phone::Phone;
use crate::primitives::preferences::{Language, Theme};
use crate::primitives::secret::Secret;
use crate::refusal::{Field, Invalid, Problem};

/// A change of the actor's own details.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// `None` clears it.
    pub phone: Option<Phone>,
    /// `None` for the organisation's.
    pub language: Option<Language>,
    /// The colours of the pages.
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
