//! What all forms have in common. A form consists of strings; `parse` returns a type that cannot
//! hold an invalid value (decision 0006).

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use unicode_normalization::UnicodeNormalization;

use crate::invisible::is_blank;
use crate::names::{NameErrors, PersonName};
use crate::refusal::{Field, Invalid, Problem};

/// A posted form, with what the server needs to refuse it without losing the input (decision 0009).
pub trait Form: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static {
    /// The page that shows the form, to return to with a draft.
    fn page(&self) -> String;
    /// The organisation the page was made for: a mismatch means that two tabs act for two
    /// organisations (decision 0015). Empty for visitors' forms.
    fn organisation(&self) -> &str;
    /// Posted fields that the form does not have, by name.
    fn unexpected(&self) -> &BTreeMap<String, serde_json::Value>;
    /// Clears what must never be saved: passwords.
    fn forget_secrets(&mut self);
}

/// Declares a form: texts (trimmed by `parse`, not here), lists and secrets, each under its own
/// name in the markup.
macro_rules! form {
    (
        $(#[$meta:meta])*
        $name:ident shown at |$form:ident| $page:expr;
        $(text { $($(#[$tmeta:meta])* $text:ident),* $(,)? })?
        $(list { $($(#[$lmeta:meta])* $list:ident),* $(,)? })?
        $(secret { $($(#[$smeta:meta])* $secret:ident),* $(,)? })?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            /// The organisation the page was made for.
            pub organisation: String,
            $($($(#[$tmeta])* pub $text: String,)*)?
            $($($(#[$lmeta])* pub $list: Vec<String>,)*)?
            $($($(#[$smeta])* pub $secret: $crate::form::Secret,)*)?
            /// Posted fields that the form does not have.
            #[serde(flatten)]
            pub unexpected: std::collections::BTreeMap<String, serde_json::Value>,
        }

        impl $crate::form::Form for $name {
            fn page(&self) -> String {
                let $form = self;
                $page
            }
            fn organisation(&self) -> &str {
                &self.organisation
            }
            fn unexpected(&self) -> &std::collections::BTreeMap<String, serde_json::Value> {
                &self.unexpected
            }
            fn forget_secrets(&mut self) {
                $($(self.$secret = $crate::form::Secret::default();)*)?
            }
        }
    };
}
pub(crate) use form;

/// A password on its way from the form to the hash. Its `Debug` output is empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Exactly as typed (ASVS 6.2.8).
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Exactly as typed (ASVS 6.2.8).
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The normal form for hashing: NFKC, because keyboards encode å as one character or as two
    /// (RFC 8265).
    #[must_use]
    pub fn normalised(&self) -> Self {
        Self(self.0.nfkc().collect())
    }

    /// The texts whose hash may be stored for this password, the most likely first: NFKC, and for
    /// hashes from before normalisation the text as typed and as a decomposing keyboard sends it.
    /// Plain ASCII has only one form.
    #[must_use]
    pub fn candidates(&self) -> Vec<Self> {
        let mut candidates = vec![self.normalised()];
        for other in [self.clone(), Self(self.0.nfd().collect())] {
            if !candidates.contains(&other) {
                candidates.push(other);
            }
        }
        candidates
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// The value of a checkbox in a form.
pub fn checkbox_value(is_on: bool) -> String {
    if is_on {
        "on".to_owned()
    } else {
        String::new()
    }
}

/// Refuses a form with an unexpected field.
///
/// # Errors
/// [`Problem::Unexpected`].
pub fn known(form: &impl Form) -> Result<(), Invalid> {
    let mut checks = Checks::default();
    checks.nothing_unexpected(form);
    if checks.is_clean() {
        Ok(())
    } else {
        Err(checks.into_invalid())
    }
}

/// Collects problems, so that all invalid fields are reported at once (CS-21).
#[derive(Default)]
pub struct Checks(Vec<(Field, Problem)>);

impl Checks {
    /// Returns the value, or records the problem at its field.
    pub fn take<T, E: Into<Problem>>(&mut self, field: Field, result: Result<T, E>) -> Option<T> {
        result.map_err(|problem| self.wrong(field, problem)).ok()
    }

    /// The same for an optional field; one without visible characters counts as empty.
    pub fn optional<T, E: Into<Problem>>(
        &mut self,
        field: Field,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if is_blank(text) {
            None
        } else {
            self.take(field, parse(text))
        }
    }

    /// Returns a person's name, or records the problems of its parts.
    pub fn name(&mut self, name: Result<PersonName, NameErrors>) -> Option<PersonName> {
        let errors = match name {
            Ok(name) => return Some(name),
            Err(errors) => errors,
        };
        for (field, error) in [
            (Field::FirstName, errors.first),
            (Field::LastName, errors.last),
        ] {
            if let Some(error) = error {
                self.wrong(field, error);
            }
        }
        None
    }

    /// Records a problem.
    pub fn wrong(&mut self, field: Field, problem: impl Into<Problem>) {
        self.0.push((field, problem.into()));
    }

    /// Refuses unexpected fields (ASVS 15.3.3).
    pub fn nothing_unexpected(&mut self, form: &impl Form) {
        for name in form.unexpected().keys() {
            self.wrong(
                Field::Form,
                Problem::Unexpected {
                    name: name.chars().take(100).collect(),
                },
            );
        }
    }

    /// The collected problems.
    pub fn into_invalid(self) -> Invalid {
        Invalid(self.0)
    }

    /// Whether there are no problems.
    pub fn is_clean(&self) -> bool {
        self.0.is_empty()
    }
}

/// A single line of free text: trimmed, no control characters, at most `most` characters.
///
/// # Errors
/// [`Problem::TooLong`], [`Problem::Control`].
pub fn line(text: &str, most: u32) -> Result<String, Problem> {
    text_of(text, most, false)
}

/// Text of several lines: trimmed, line breaks normalised to LF, at most `most` characters.
///
/// # Errors
/// [`Problem::Missing`] when empty, [`Problem::TooLong`], [`Problem::Control`].
pub fn paragraph(text: &str, most: u32) -> Result<String, Problem> {
    let text = text_of(text, most, true)?;
    if text.is_empty() {
        Err(Problem::Missing)
    } else {
        Ok(text)
    }
}

fn text_of(text: &str, most: u32, lines: bool) -> Result<String, Problem> {
    if is_blank(text) {
        return Ok(String::new());
    }
    let text = text.trim().replace("\r\n", "\n");
    if text
        .chars()
        .any(|c| c.is_control() && !(lines && (c == '\n' || c == '\t')))
    {
        return Err(Problem::Control);
    }
    if text.chars().count() > most as usize {
        return Err(Problem::TooLong { most });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_of_another_keyboard_is_not_another_password() {
        let (composed, decomposed) = (Secret::new("blåbär"), Secret::new("bla\u{30A}ba\u{308}r"));
        assert_ne!(composed, decomposed);
        assert_eq!(composed.normalised(), decomposed.normalised());
        assert_eq!(
            composed.candidates(),
            [composed.clone(), decomposed.clone()]
        );
        assert_eq!(decomposed.candidates(), [composed, decomposed]);
    }

    #[test]
    fn a_plain_password_is_tried_once() {
        assert_eq!(
            Secret::new("violet kettle").candidates(),
            [Secret::new("violet kettle")]
        );
    }
}
