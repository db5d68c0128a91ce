//! What a form edits: a new row, or a known one at a version.

use super::checks::Checks;
use crate::primitives::ids::IdempotencyKey;
use crate::primitives::names::parse_part;
use crate::refusal::{Field, Problem};

/// What a form edits: a new row, or an existing one at a version (optimistic lock).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditTarget<Id> {
    /// A new row, created once per idempotency key.
    New(IdempotencyKey),
    /// An existing row, at the version the page showed.
    Known(Id, i32),
}

pub(crate) fn edit_target<Id: std::str::FromStr>(
    checks: &mut Checks,
    id: &str,
    version: &str,
    key: &str,
) -> Option<EditTarget<Id>> {
    if id.is_empty() {
        return checks
            .take(Field::Form, key.parse().map_err(|_| Problem::Wrong))
            .map(EditTarget::New);
    }
    let id = checks.take(Field::Form, id.parse::<Id>().map_err(|_| Problem::Wrong));
    let version = checks.take(
        Field::Form,
        version.parse::<i32>().map_err(|_| Problem::Wrong),
    );
    Some(EditTarget::Known(id?, version?))
}

pub(crate) fn name(checks: &mut Checks, typed: &str) -> Option<String> {
    checks.take(Field::UnitName, parse_part(typed))
}
