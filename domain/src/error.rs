//! Errors: a refusal, which is shown to the person, or a fault, which is logged.

use sea_orm::{DbErr, RuntimeErr, sqlx};
use usher_types::refusal::Taken;
use usher_types::{Field, Invalid, Problem, Refusal};

use crate::constraints::FIELDS;

/// The result of every domain function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The reason why a domain function failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A refusal, shown to the person.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The database failed; logged, never sent.
    #[error("database: {0}")]
    Database(#[source] DbErr),
    /// A broken invariant; logged, never sent.
    #[error("{0}")]
    Broken(String),
    /// Too many passwords to hash at once, or too many attempts that wait in the queue of one
    /// address; answered with 503 and Retry-After.
    #[error("too many wait already")]
    Busy,
}

/// A violated constraint that is about a field becomes a refusal at the field.
impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let known = FIELDS
            .into_iter()
            .find(|(constraint, ..)| violated(&error) == Some(*constraint));
        match known {
            Some((_, field, problem)) => Invalid::one(field, problem).into(),
            None => Self::Database(error),
        }
    }
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
    /// Whether this is a refusal because of too many attempts.
    pub(crate) fn is_slow(&self) -> bool {
        matches!(self, Self::Refused(Refusal::Slow { .. }))
    }

    /// Turns a taken login name into a refusal that does not reveal whose it is (S6).
    #[must_use]
    pub(crate) fn name_taken(self) -> Self {
        if self.violates("login_name_key") {
            let taken = Taken::Elsewhere { free: Vec::new() };
            Invalid::one(Field::LoginName, Problem::NameTaken(taken)).into()
        } else {
            self
        }
    }

    /// Whether the database does not answer or accepts no writes at the moment: it is gone,
    /// read-only, out of connections or out of space. The request can be repeated unchanged.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        let error = match self {
            Self::Database(DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => return true,
            Self::Database(
                DbErr::Exec(RuntimeErr::SqlxError(error))
                | DbErr::Query(RuntimeErr::SqlxError(error)),
            ) => error,
            _ => return false,
        };
        match &**error {
            sqlx::Error::Database(refused) => refused.code().is_some_and(|code| is_passing(&code)),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            _ => false,
        }
    }

    /// Whether the database refused because of this constraint.
    pub(crate) fn violates(&self, constraint: &str) -> bool {
        matches!(self, Self::Database(error) if violated(error) == Some(constraint))
    }
}

/// The constraint because of which the database refused.
fn violated(error: &DbErr) -> Option<&str> {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) =
        error
    else {
        return None;
    };
    error.as_database_error()?.constraint()
}

/// Whether this Postgres code is about the server and not about the statement: read-only,
/// connection lost, out of resources, starting or stopping, input or output failed.
fn is_passing(code: &str) -> bool {
    code == "25006"
        || ["08", "53", "57P", "58"]
            .iter()
            .any(|class| code.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_read_only_or_gone_is_not_a_fault_of_the_statement() {
        for code in [
            "25006", "08006", "08P01", "53100", "53300", "57P01", "57P03", "58030",
        ] {
            assert!(is_passing(code), "{code}");
        }
        for code in ["23505", "42601", "25001", "57014", "40001"] {
            assert!(!is_passing(code), "{code}");
        }
        assert!(!Error::Busy.is_unavailable() && !Error::Broken("no".to_owned()).is_unavailable());
    }
}
