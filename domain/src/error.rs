//! What can go wrong: a refusal, which the person is told, or a fault, which the log is told.

use sea_orm::{DbErr, RuntimeErr, sqlx};
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
    /// Too many passwords to hash at once, or too many attempts that wait for the turn of one address; told as 503 with Retry-After.
    #[error("too many wait already")]
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

    /// Whether the database does not answer, or takes nothing at the moment: it went away, became read-only, has no connection or no
    /// room left. What was asked can be asked again as it is.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        let error = match self {
            Self::Database(DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => return true,
            Self::Database(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) => error,
            _ => return false,
        };
        match &**error {
            sqlx::Error::Database(refused) => refused.code().is_some_and(|code| is_passing(&code)),
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                true
            }
            _ => false,
        }
    }

    /// Whether the database refused because of this named constraint: uniqueness is its word, not a prior query.
    pub(crate) fn violates(&self, constraint: &str) -> bool {
        let Self::Database(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = self else {
            return false;
        };
        error.as_database_error().and_then(|error| error.constraint()) == Some(constraint)
    }
}

/// Whether Postgres says by this code that it is the server that cannot, and not the statement: read-only, connection lost, resources
/// gone, being stopped or started, input and output failed.
fn is_passing(code: &str) -> bool {
    code == "25006" || ["08", "53", "57P", "58"].iter().any(|class| code.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_read_only_or_gone_is_not_a_fault_of_the_statement() {
        for code in ["25006", "08006", "08P01", "53100", "53300", "57P01", "57P03", "58030"] {
            assert!(is_passing(code), "{code}");
        }
        for code in ["23505", "42601", "25001", "57014", "40001"] {
            assert!(!is_passing(code), "{code}");
        }
        assert!(!Error::Busy.is_unavailable() && !Error::Broken("no".to_owned()).is_unavailable());
    }
}
