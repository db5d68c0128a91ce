//! Warnings: what an actor can override with a reason (S8).

use serde::{Deserialize, Serialize};

use crate::primitives::ids::UserId;
use crate::primitives::permission::GrantChange;
use crate::primitives::references::RoleName;

/// A warning, which can be overridden with a reason (S8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Other people have the same name.
    SameName {
        /// The number of people.
        people: u32,
        /// The id of one of them, if the actor may see people.
        user: Option<UserId>,
    },
    /// The login name does not follow the organisation's format (CS-09).
    Format {
        /// A proposal that does.
        proposal: String,
    },
    /// The address is one letter away from a common one.
    EmailTypo {
        /// The likely address.
        suggestion: String,
    },
    /// People who would gain or lose a grant.
    Holders {
        /// The number of people.
        people: u32,
        /// The gained or lost grant.
        shift: GrantChange<RoleName>,
    },
    /// Holders without an office of a role that will require one (S16).
    WithoutOffice {
        /// The number of people.
        people: u32,
    },
    /// Holders without a client of a role that will require one (S14).
    WithoutClient {
        /// The number of people.
        people: u32,
    },
    /// Clients whose responsible person could no longer edit clients.
    ClientsUnable {
        /// The number of clients.
        clients: u32,
    },
    /// Only one administrator of the organisation would be left.
    FewAdministrators,
    /// The address is not in one of the organisation's own domains.
    ForeignDomain {
        /// Its domain.
        domain: String,
    },
    /// The last seat would be taken (S17).
    LastSeat {
        /// The agreed number.
        agreed: u32,
    },
    /// All places of the resource are taken.
    Full,
    /// Fewer seats than are in use: nobody loses their seat, but nobody gets a new one.
    SeatsTaken {
        /// The number in use.
        used: u32,
    },
}

impl Warning {
    /// The code in the audit.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SameName { .. } => "same_name",
            Self::Format { .. } => "format",
            Self::EmailTypo { .. } => "email_typo",
            Self::Holders { shift, .. } if shift.is_gain() => "holders_gain",
            Self::Holders { .. } => "holders_lose",
            Self::WithoutOffice { .. } => "without_office",
            Self::WithoutClient { .. } => "without_client",
            Self::ClientsUnable { .. } => "clients_unable",
            Self::FewAdministrators => "few_administrators",
            Self::ForeignDomain { .. } => "foreign_domain",
            Self::LastSeat { .. } => "last_seat",
            Self::Full => "full",
            Self::SeatsTaken { .. } => "seats_taken",
        }
    }

    /// The codes in the audit, each once.
    pub fn codes(warnings: &[Self]) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for warning in warnings {
            if !codes.iter().any(|code| code == warning.code()) {
                codes.push(warning.code().to_owned());
            }
        }
        codes
    }
}
