//! What can go wrong: a refusal, which the person is told, or a fault, which the log is told.

use sea_orm::{DbErr, RuntimeErr};
use usher_types::{Field, Invalid, Problem, Refusal};

/// The result of every domain function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a domain function did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Told to the person, as data.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The database failed; logged, never sent.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// Something that should not be; logged, never sent.
    #[error("{0}")]
    Broken(String),
    /// Too much to hash at once; told as 503 with Retry-After.
    #[error("the hashing queue is full")]
    Busy,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Refused(Refusal::Invalid(invalid))
    }
}

impl Error {
    /// Whether it is a refusal because of too many attempts.
    pub(crate) fn is_slow(&self) -> bool {
        matches!(self, Self::Refused(Refusal::Slow { .. }))
    }

    /// The constraint that holds a name unique, turned into an error of the field it was typed into.
    #[must_use]
    pub(crate) fn at_name(self, constraint: &str, field: Field) -> Self {
        if self.violates(constraint) { Invalid::one(field, Problem::SameName).into() } else { self }
    }

    /// Whether the database refused because of this named constraint: uniqueness is its word, not a prior query.
    pub(crate) fn violates(&self, constraint: &str) -> bool {
        let Self::Database(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = self else {
            return false;
        };
        error.as_database_error().and_then(|error| error.constraint()) == Some(constraint)
    }
}
