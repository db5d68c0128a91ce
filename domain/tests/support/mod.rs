//! A separate database for each test, cloned from a migrated template, with a world of two
//! organisations.

mod postgres;
mod world;

use usher_domain::{Error, Result};
use usher_types::{Field, Invalid, Problem, Refusal};

use std::sync::OnceLock;

use postgres::{Seeded, run_seeded};
pub use postgres::{TestDatabase, run_bare, statement};
use world::WorldData;
pub use world::{ADDRESS, PASSWORD, TEMPORARY, World, new_user, role_of, tries, without_warnings};

/// Runs a test in a separate world, which is a clone of a world that is seeded once. The database
/// is dropped at the end, also after a panic.
pub fn run(body: impl AsyncFnOnce(&World<'_>)) {
    static SEEDED: OnceLock<Seeded<WorldData>> = OnceLock::new();
    run_seeded(
        &SEEDED,
        async |database| World::seed(database).await,
        async |database, data| body(&World::new(database, data)).await,
    );
}

/// The refusal of a failed call.
#[track_caller]
pub fn refusal<T>(result: Result<T>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        Err(other) => panic!("this should have been refused: {other:?}"),
        Ok(_) => panic!("this should have been refused, and was done"),
    }
}

/// The invalid fields of a refused form.
#[track_caller]
pub fn invalid<T>(result: Result<T>) -> Invalid {
    match refusal(result) {
        Refusal::Invalid(invalid) => invalid,
        other => panic!("this should have been invalid: {other:?}"),
    }
}

/// The problem of a field of a refused form.
#[track_caller]
pub fn problem<T>(result: Result<T>, field: Field) -> Problem {
    let invalid = invalid(result);
    invalid
        .at(field)
        .cloned()
        .unwrap_or_else(|| panic!("nothing is said at {field:?}: {invalid:?}"))
}
