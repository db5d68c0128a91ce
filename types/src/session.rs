//! Forms for visitors: signing in, setting passwords, and the set-up.

use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::form::{Checks, Secret, form};
use crate::ids::{OrganisationId, UserId};
use crate::login_name::{LoginName, LoginNameFormat, ensure_own_address};
use crate::names::PersonName;
use crate::organisations;
use crate::password;
use crate::permission::Grants;
use crate::refusal::{Field, Invalid};
use crate::users::{check_strength, strong};
use crate::{Language, Theme};

form! {
    /// Signs in (`/sign-in`).
    SignIn shown at |form| match own_path(&form.next) {
        Some(next) => format!("/sign-in?next={}", encode(next)),
        None => "/sign-in".to_owned(),
    };
    text {
        /// The login name.
        login_name,
        /// The page to open afterwards; only paths of this site.
        next,
    }
    secret {
        /// The password.
        password,
    }
}

form! {
    /// Signs out.
    SignOut shown at |_form| "/sign-in".to_owned();
}

form! {
    /// Sets the password of an invitation (`/set-password`); the token is in a cookie.
    SetPassword shown at |_form| "/set-password".to_owned();
    secret {
        /// The new password.
        new_password,
    }
}

form! {
    /// Creates the operator organisation and its System administrator (`/setup`); the token is in a
    /// cookie.
    SetUp shown at |_form| "/setup".to_owned();
    text {
        /// The organisation's name.
        organisation_name,
        /// Given name, or the only one.
        first_name,
        /// Family name.
        last_name,
        /// Ticked where the person has one name only.
        single_name,
        /// E-mail; optional.
        email,
        /// The login name.
        login_name,
    }
    secret {
        /// The password.
        new_password,
    }
}

form! {
    /// Chooses language or theme, signed in or not.
    Choose shown at |form| own_path(&form.next).unwrap_or("/").to_owned();
    text {
        /// `en` or `sv`, or nothing.
        language,
        /// `light`, `dark` or `device`, or nothing.
        theme,
        /// The page to return to.
        next,
    }
}

/// The path, if it is one of this site: it starts with one slash, and contains nothing that a
/// browser reads as a host (ASVS 3.7.2).
pub fn own_path(path: &str) -> Option<&str> {
    let own = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 1_000
        && path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    own.then_some(path)
}

/// Percent-encodes a query value.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            encoded.push(byte as char);
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

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

/// The operator organisation and its first person: created only by [`SetUp::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct FirstRun {
    /// The organisation's name.
    pub organisation: String,
    /// The person's name.
    pub name: PersonName,
    /// The address.
    pub email: Option<Email>,
    /// The login name.
    pub login_name: LoginName,
    /// The strong password; `None` if the person is invited.
    pub password: Option<Secret>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;

    #[test]
    fn only_own_paths_are_returned_to() {
        assert_eq!(own_path("/users?q=a"), Some("/users?q=a"));
        for foreign in [
            "",
            "users",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
            "/å",
        ] {
            assert_eq!(own_path(foreign), None, "{foreign:?}");
        }
    }

    #[test]
    fn a_form_collects_what_it_does_not_know() {
        let form: SignIn =
            serde_json::from_str(r#"{"login_name":"anna","is_admin":"yes"}"#).expect("parses");
        assert_eq!(form.unexpected().len(), 1);
    }
}
