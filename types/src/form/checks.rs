//! Reading a form: every problem is collected at its field, so that all are reported at once.

use std::str::FromStr;

use super::Form;
use crate::primitives::invisible::is_blank;
use crate::primitives::names::{NameErrors, PersonName};
use crate::primitives::preferences::Language;
use crate::refusal::{Field, Invalid, Problem, Refusal};

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

/// Reads the one id of a small form.
///
/// # Errors
/// [`Refusal::Invalid`] for a field the form does not know; [`Refusal::NotFound`] for an invalid
/// id.
pub fn subject<Id: FromStr>(form: &impl Form, id: &str) -> Result<Id, Refusal> {
    known(form)?;
    id.parse().map_err(|_| Refusal::NotFound)
}

/// Ids, each once.
pub(crate) fn ids<Id: FromStr + Ord>(
    checks: &mut Checks,
    field: Field,
    typed: &[String],
) -> Vec<Id> {
    let mut ids: Vec<Id> = typed
        .iter()
        .filter_map(|id| checks.take(field, id.parse().map_err(|_| Problem::Wrong)))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Reads a language among those that can be chosen.
pub(crate) fn language(checks: &mut Checks, code: &str, offered: &[Language]) -> Option<Language> {
    let known = |language: &Language| offered.contains(language);
    checks.optional(Field::Language, code, |code| {
        Language::from_code(code)
            .filter(known)
            .ok_or(Problem::Wrong)
    })
}
