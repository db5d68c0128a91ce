//! What can be wrong with a field, and the problems of a whole form.

use serde::{Deserialize, Serialize};

use super::Field;
use crate::primitives::date::InvalidDate;
use crate::primitives::email::EmailError;
use crate::primitives::identity_number::IdentityNumberError;
use crate::primitives::ids::UserId;
use crate::primitives::login_name::LoginNameError;
use crate::primitives::names::NameError;
use crate::primitives::password::Verdict;
use crate::primitives::phone::PhoneError;
use crate::primitives::references::RoleName;

/// A problem of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Nothing was entered, or nothing chosen.
    Missing,
    /// Fewer characters than `least`.
    TooShort {
        /// The smallest number of characters.
        least: u32,
    },
    /// More characters than `most`.
    TooLong {
        /// The largest number of characters.
        most: u32,
    },
    /// A character that is not allowed.
    Character {
        /// The first such character.
        found: char,
    },
    /// A control character: a line break, NUL.
    Control,
    /// An invisible character that changes the direction of the text around it.
    BidiControl {
        /// The first such character.
        found: char,
    },
    /// Not valid.
    Wrong,
    /// An address without `@`.
    NoAt,
    /// An address with spaces.
    Spaces,
    /// An interim number, which is not an identity number.
    Interim,
    /// An identity number whose date does not exist.
    Date,
    /// An identity number with a wrong check digit.
    Checksum,
    /// A day in the future.
    Future,
    /// The chosen sign-in requires an address (S2).
    NeedsEmail,
    /// The actor may not assign this role (decision 0004).
    MayNotGive,
    /// A chosen role, or the organisation, requires an office (S16).
    NeedsOffice,
    /// A chosen customer has contracts, so the config of one is required (CP-16).
    NeedsConfig,
    /// The actor may only create people in their own teams (decision 0016).
    NeedsTeam,
    /// The name is taken.
    SameName,
    /// A client without a responsible person, and without a team whose queue they could wait in.
    NeedsResponsible,
    /// A client that the actor could not edit after creating them: with own reach, the actor must
    /// be responsible or cover the team.
    BeyondReach,
    /// A person bound to another office than the client's team belongs to (CS-02).
    OtherOffice,
    /// A person who does not, or no longer, work with clients.
    NoColleague,
    /// A person who has neither a password nor an invitation, and so cannot work with a client.
    CannotSignIn,
    /// A chosen role requires a client to assist (SV-05, S14).
    NeedsClient,
    /// A chosen role is for clients themselves, and is assigned from the client's page (SV-02).
    NeedsRecord,
    /// The client already has an account.
    HasAccount,
    /// The last client of a person whose role requires one (S14).
    LastClient,
    /// Clients without a team, who would be left without a responsible person and a queue.
    NobodysClients {
        /// The number of clients.
        clients: u32,
    },
    /// A person cannot cover their own team.
    OwnTeam,
    /// An end that is not after its start.
    BeforeStart,
    /// A moment that has passed.
    Past,
    /// The person already covers this team in that period.
    CoveredAlready,
    /// The same request already waits for an answer.
    AskedAlready,
    /// Two accounts of one organisation cannot be linked.
    TwoThere,
    /// The actor cannot link their own account.
    OwnAccount,
    /// One of these accounts is already in a proposal.
    ProposedAlready,
    /// The proposal was answered, withdrawn or not answered in time.
    ProposalGone,
    /// A role chosen as manageable but not as assignable.
    NotGiven,
    /// A role that can assign the edited role, directly or through others: holders could assign it
    /// to each other without end.
    Loop {
        /// The role that closes the cycle.
        role: RoleName,
    },
    /// A custom role that grants more than the edited role, which is to assign it and may edit
    /// roles.
    Beyond {
        /// The role that grants more.
        role: RoleName,
    },
    /// No role whose holders may edit roles grants as much, so nobody could assign it.
    NobodyGives,
    /// A language that is not among those that can be chosen.
    NotOffered,
    /// A line that is not a valid domain.
    NoDomain {
        /// The input, cut at 100 characters.
        found: String,
    },
    /// More lines, or choices, than `most`.
    TooMany {
        /// The largest number.
        most: u32,
    },
    /// A period of more days than `most`.
    LongPeriod {
        /// The largest number.
        most: u32,
    },
    /// People, including archived ones, hold the roles that would be deactivated.
    StillHeld {
        /// The number of people.
        people: u32,
    },
    /// All agreed seats are in use (S17).
    NoSeat {
        /// The agreed number.
        agreed: u32,
    },
    /// What was chosen was closed in the meantime.
    Closed {
        /// Its name.
        name: String,
    },
    /// The login name is taken (S6).
    NameTaken(Taken),
    /// A login name that is an e-mail address other than the person's own.
    NotOwnAddress,
    /// The address is taken (S6).
    EmailTaken(Taken),
    /// A person of this organisation has this identity number.
    IdentityTaken,
    /// A value was both entered and ticked to be removed.
    RemovedToo,
    /// A password that is not strong (S5).
    Weak(Verdict),
    /// A wrong current password.
    WrongPassword,
    /// The same as before.
    Same,
    /// The form has no such field.
    Unexpected {
        /// The posted name, cut at 100 characters.
        name: String,
    },
}

/// Who has taken a login name or an address (S6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// A person of this organisation within reach.
    Here {
        /// Their id, if the actor may see people.
        user: Option<UserId>,
    },
    /// An archived person of this organisation; the id only if the actor may see the user bank.
    Bank {
        /// Their id.
        user: Option<UserId>,
        /// Free names to propose.
        free: Vec<String>,
    },
    /// Somebody out of reach or in another organisation; nothing more is revealed (SV-07).
    Elsewhere {
        /// Free names to propose.
        free: Vec<String>,
    },
}

/// All problems of a form, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalid(pub Vec<(Field, Problem)>);

impl Invalid {
    /// One problem at one field.
    pub fn one(field: Field, problem: Problem) -> Self {
        Self(vec![(field, problem)])
    }

    /// The first problem of a field.
    pub fn at(&self, field: Field) -> Option<&Problem> {
        self.0
            .iter()
            .find(|(at, _)| *at == field)
            .map(|(_, problem)| problem)
    }
}

impl From<NameError> for Problem {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Missing => Self::Missing,
            NameError::TooLong => Self::TooLong { most: 200 },
            NameError::Control => Self::Control,
            NameError::BidiControl(found) => Self::BidiControl { found },
        }
    }
}

impl From<EmailError> for Problem {
    fn from(error: EmailError) -> Self {
        match error {
            EmailError::TooLong => Self::TooLong { most: 254 },
            EmailError::NoAt => Self::NoAt,
            EmailError::Spaces => Self::Spaces,
            EmailError::Wrong => Self::Wrong,
        }
    }
}

impl From<LoginNameError> for Problem {
    fn from(error: LoginNameError) -> Self {
        match error {
            LoginNameError::Missing => Self::Missing,
            LoginNameError::TooShort => Self::TooShort { least: 3 },
            LoginNameError::TooLong => Self::TooLong { most: 254 },
            LoginNameError::Character(found) => Self::Character { found },
            LoginNameError::NotOwnAddress => Self::NotOwnAddress,
        }
    }
}

impl From<InvalidDate> for Problem {
    fn from(_: InvalidDate) -> Self {
        Self::Wrong
    }
}

impl From<PhoneError> for Problem {
    fn from(error: PhoneError) -> Self {
        match error {
            PhoneError::TooShort => Self::TooShort { least: 6 },
            PhoneError::TooLong => Self::TooLong { most: 32 },
            PhoneError::Character(found) => Self::Character { found },
        }
    }
}

impl From<IdentityNumberError> for Problem {
    fn from(error: IdentityNumberError) -> Self {
        match error {
            IdentityNumberError::Length => Self::Wrong,
            IdentityNumberError::Character => Self::Wrong,
            IdentityNumberError::Interim => Self::Interim,
            IdentityNumberError::Date => Self::Date,
            IdentityNumberError::Checksum => Self::Checksum,
            IdentityNumberError::Future => Self::Future,
        }
    }
}
