//! Why somebody cannot sign in, see a person or a client, or add a person (OG-88 to OG-90): the
//! checks, each with its result.

use serde::{Deserialize, Serialize};

use crate::primitives::date::When;
use crate::primitives::ids::UserId;
use crate::primitives::permission::Reach;
use crate::primitives::references::{ClientName, FoundUser, RoleName};
use crate::settings::Seats;
use crate::users::{Availability, May};

/// The parameters of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// Search words for the person.
    pub q: String,
    /// The person's id.
    pub person: String,
    /// Search words for the person they cannot see.
    pub about: String,
    /// The id of the person they cannot see.
    pub other: String,
    /// Search words for the client they cannot see.
    pub client_q: String,
    /// The id of that client.
    pub client: String,
    /// A login name or an address that they cannot add.
    pub typed: String,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Fulfilled.
    Yes,
    /// Not fulfilled.
    No,
    /// For information.
    Note,
}

/// How a person's sign-in is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Nothing.
    None,
    /// An invitation that was not followed.
    Invited,
    /// A password of their own.
    Password,
    /// A temporary password, valid until then.
    Temporary(When),
    /// A temporary password that expired then.
    Expired(When),
}

/// A statement that is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// They have an account here.
    Here,
    /// It is not archived.
    NotArchived(Option<String>),
    /// The organisation is not suspended.
    NotSuspended,
    /// They have a password, or another way to sign in.
    WayIn(Way),
    /// Sign-in is not slowed down by wrong passwords.
    NotSlowed(Option<When>),
    /// When they signed in last.
    LastSignIn(Option<When>),
    /// When a sign-in failed last.
    LastFailure(When),
    /// One of their roles lets them see people, with this reach.
    SeesPeople(Option<Reach>),
    /// They are bound to the same office as the other person.
    SameOffice(String),
    /// The other person is in one of their teams or, with this reach, in their office.
    Near(Reach),
    /// They see archived people.
    SeesBank,
    /// They cover a team of the other person, which gives access to clients, not to people.
    Covers,
    /// One of their roles lets them see clients, with this reach.
    SeesClients(Option<Reach>),
    /// The client is theirs, or within this reach, or of a team they cover.
    ClientNear(Reach),
    /// They cover the client's team, which gives access.
    CoversClient,
    /// The client is archived, and so not in the default list.
    ClientArchived,
    /// One of their roles lets them add people, with this reach.
    AddsPeople(Option<Reach>),
    /// There are roles they may assign.
    Gives(Vec<RoleName>),
    /// They must choose one of those.
    RoleNeeded,
    /// A seat of the licence agreement is left (S17).
    SeatLeft(Seats),
    /// They must choose an office.
    OfficeNeeded,
    /// They belong to a team, which adding people to their own teams requires.
    HasTeam,
    /// The login name is free.
    NameFree(Availability),
    /// Nobody here has the address.
    AddressFree,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The statement that is checked.
    pub what: What,
    /// Its result.
    pub answer: Answer,
}

impl Check {
    /// A check that must be fulfilled.
    pub fn must(what: What, is_so: bool) -> Self {
        Self {
            what,
            answer: if is_so { Answer::Yes } else { Answer::No },
        }
    }

    /// A check for information.
    pub fn note(what: What) -> Self {
        Self {
            what,
            answer: Answer::Note,
        }
    }
}

/// Whether all checks are fulfilled.
pub fn passes(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.answer != Answer::No)
}

/// All checks about one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// Whom the checks are about.
    pub user: UserId,
    /// Their displayed name.
    pub name: String,
    /// The actions that the actor may take on the person.
    pub may: May,
    /// Whether they can sign in.
    pub sign_in: Vec<Check>,
    /// The people found by the second search.
    pub found: Vec<FoundUser>,
    /// The checks of seeing a person.
    pub other: Option<(FoundUser, Vec<Check>)>,
    /// The clients found; none if the actor may see none.
    pub clients: Vec<ClientName>,
    /// The checks of seeing a client.
    pub client: Option<(ClientName, Vec<Check>)>,
    /// The checks of adding a person.
    pub adds: Vec<Check>,
}

/// The page that explains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpPage {
    /// The parameters.
    pub question: Question,
    /// Whether the actor may ask about others.
    pub may_look: bool,
    /// The people found.
    pub found: Vec<FoundUser>,
    /// The checks.
    pub explained: Option<Explained>,
    /// The organisation's support contact; may be empty.
    pub support: String,
}
