//! Refusals, as codes and ids without values or sentences (decision 0024). `app` translates them.

mod done;
mod field;
mod problem;
mod warning;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::done::{Closable, Done};
pub use self::field::Field;
pub use self::problem::{Invalid, Problem, Taken};
pub use self::warning::Warning;

/// Why an action was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nobody is signed in, or no longer.
    SignIn,
    /// The login name or the password is wrong; which one is not revealed (ASVS 6.3.8).
    WrongLogin,
    /// A temporary password must be changed before anything else (OG-22).
    ChangePasswordFirst,
    /// Signed in, and not allowed.
    Forbidden,
    /// The actor's reach is an office or teams (decision 0016) but the actor has none, so they
    /// cannot add anybody.
    Nowhere,
    /// Missing or out of reach (decision 0008).
    NotFound,
    /// Invalid fields.
    Invalid(Invalid),
    /// Warnings that must be overridden (S8).
    Warned(Vec<Warning>),
    /// Somebody else changed the same thing after the page was opened; the page, shown again, says
    /// what it is now ([`crate::conflict`]).
    Conflict,
    /// Somebody else was first, and nothing is left to do; the actor does not lack a permission.
    AlreadyDone(Done),
    /// Some holders of the role cannot be moved, because the actor may not manage them.
    CannotMove {
        /// The number of people.
        people: u32,
    },
    /// The action would lock out the actor, or the last administrator (decision 0005).
    WouldLockOut,
    /// The page was made for another organisation (two tabs).
    OtherOrganisation,
    /// The organisation is suspended; only shown after the right password.
    Suspended,
    /// The account cannot be switched to now; the page says why and what to do.
    CannotSwitch,
    /// An invalid link; the reason is not revealed.
    DeadLink,
    /// Too many attempts.
    Slow {
        /// Seconds until the next attempt.
        seconds: u32,
    },
    /// The page is older than the server.
    Stale,
    /// Too many requests wait; nothing was done.
    Busy,
    /// The database does not answer, or accepts no writes at the moment.
    Unavailable,
    /// An internal error, logged under this reference.
    Fault {
        /// The request's id.
        reference: Uuid,
    },
}

impl Refusal {
    /// The HTTP status it is answered with.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignIn | Self::WrongLogin => 401,
            Self::Forbidden | Self::Nowhere | Self::ChangePasswordFirst | Self::Suspended => 403,
            Self::NotFound => 404,
            Self::Conflict
            | Self::AlreadyDone(_)
            | Self::CannotMove { .. }
            | Self::OtherOrganisation
            | Self::CannotSwitch
            | Self::WouldLockOut => 409,
            Self::DeadLink => 410,
            Self::Invalid(_) | Self::Warned(_) => 422,
            Self::Slow { .. } => 429,
            Self::Stale => 400,
            Self::Busy | Self::Unavailable => 503,
            Self::Fault { .. } => 500,
        }
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<Done> for Refusal {
    fn from(done: Done) -> Self {
        Self::AlreadyDone(done)
    }
}
