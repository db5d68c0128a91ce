//! Parses the forms of visitors.

use super::forms::{SetPassword, SetUp};
use crate::form::{Checks, check_strength, strong};
use crate::organisations::{self, FirstRun};
use crate::primitives::email::Email;
use crate::primitives::login_name::{LoginName, ensure_own_address};
use crate::primitives::names::PersonName;
use crate::primitives::password;
use crate::primitives::secret::Secret;
use crate::refusal::{Field, Invalid};

impl SetPassword {
    /// The password, judged against the person's words.
    ///
    /// # Errors
    /// [`Problem::Missing`], [`Problem::Weak`], [`Problem::Unexpected`].
    pub fn parse(&self, words: &[String]) -> Result<Secret, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let password = strong(
            &mut checks,
            Field::NewPassword,
            &self.new_password,
            words,
            check_strength,
        );
        password
            .filter(|_| checks.is_clean())
            .ok_or_else(|| checks.into_invalid())
    }
}

impl SetUp {
    /// Checks the form.
    ///
    /// # Errors
    /// All invalid fields at once.
    pub fn parse(&self) -> Result<FirstRun, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let organisation = organisations::name(&mut checks, &self.organisation_name);
        let name = checks.name(PersonName::parse(
            &self.first_name,
            &self.last_name,
            !self.single_name.is_empty(),
        ));
        let email = checks.optional(Field::Email, &self.email, Email::parse);
        let login_name = checks.take(Field::LoginName, LoginName::parse(&self.login_name));
        if let Some(login_name) = &login_name {
            checks.take(
                Field::LoginName,
                ensure_own_address(login_name, email.as_ref()),
            );
        }
        let words = password::words_of(
            &self.first_name,
            &self.last_name,
            &self.login_name,
            &self.email,
            &self.organisation_name,
        );
        let password = strong(
            &mut checks,
            Field::NewPassword,
            &self.new_password,
            &words,
            check_strength,
        );
        match (organisation, name, login_name, password) {
            (Some(organisation), Some(name), Some(login_name), Some(password))
                if checks.is_clean() =>
            {
                Ok(FirstRun {
                    organisation,
                    name,
                    email,
                    login_name,
                    password: Some(password),
                })
            }
            _ => Err(checks.into_invalid()),
        }
    }
}
