//! The check of the passwords that people will sign in with.

use super::checks::Checks;
use crate::primitives::password;
use crate::primitives::secret::Secret;
use crate::refusal::{Field, Problem};

/// The check of a form's password. It is a parameter, so that the browser's main bundle does not
/// contain the estimate (decision 0021).
pub type PasswordCheck = fn(&Secret, &[String]) -> Result<(), Problem>;

/// The full check, which is binding, on the server.
///
/// # Errors
/// [`Problem::Missing`], [`Problem::Weak`].
pub fn check_strength(typed: &Secret, words: &[String]) -> Result<(), Problem> {
    if typed.expose().is_empty() {
        return Err(Problem::Missing);
    }
    let quick = password::without_estimate(typed.expose(), words, password::MIN_LENGTH);
    let verdict = if quick.needs_estimate() {
        password::judge(typed.expose(), words, password::MIN_LENGTH)
    } else {
        quick
    };
    if verdict.is_strong() {
        Ok(())
    } else {
        Err(Problem::Weak(verdict))
    }
}

/// The browser's quick check of the length; the bar beside the field shows the rest.
///
/// # Errors
/// [`Problem::Missing`], [`Problem::TooShort`], [`Problem::TooLong`].
pub fn check_length(typed: &Secret, _words: &[String]) -> Result<(), Problem> {
    match typed.normalised().expose().chars().count() {
        0 => Err(Problem::Missing),
        length if length < password::MIN_LENGTH => Err(Problem::TooShort {
            least: password::MIN_LENGTH as u32,
        }),
        length if length > password::MAX_LENGTH => Err(Problem::TooLong {
            most: password::MAX_LENGTH as u32,
        }),
        _ => Ok(()),
    }
}

/// Checks a password a person will sign in with.
pub(crate) fn strong(
    checks: &mut Checks,
    field: Field,
    typed: &Secret,
    words: &[String],
    check: PasswordCheck,
) -> Option<Secret> {
    checks.take(field, check(typed, words).map(|()| typed.clone()))
}
