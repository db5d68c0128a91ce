//! Why somebody cannot sign in, see a person or a client, or add a person (OG-88 to OG-90): each thing that is looked at, with its answer.

use serde::{Deserialize, Serialize};

use crate::When;
use crate::clients::ClientName;
use crate::ids::UserId;
use crate::permission::Reach;
use crate::roles::RoleName;
use crate::settings::Seats;
use crate::users::{Availability, May};

/// What the page is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// Words to find somebody by.
    pub q: String,
    /// The id of whom it is about.
    pub person: String,
    /// Words to find the one they cannot see by.
    pub about: String,
    /// The id of the one they cannot see.
    pub other: String,
    /// Words to find the client they cannot see by.
    pub client_q: String,
    /// The id of that client.
    pub client: String,
    /// A login name or an address that they cannot add.
    pub typed: String,
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// As it must be.
    Yes,
    /// What stands in the way.
    No,
    /// Good to know.
    Note,
}

/// A password somebody has, or what they have instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Nothing.
    None,
    /// An invitation that was not followed.
    Invited,
    /// A password of their own.
    Password,
    /// A temporary one, good until then.
    Temporary(When),
    /// A temporary one, which is over since then.
    Expired(When),
}

/// What is looked at, as a statement that is true where the answer is yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// They have an account here.
    Here,
    /// It is not archived.
    NotArchived(Option<String>),
    /// The organisation is not suspended.
    NotSuspended,
    /// They have a way in.
    WayIn(Way),
    /// Nobody guessed at their password so often that sign-in is slowed down.
    NotSlowed(Option<When>),
    /// When they signed in last.
    LastSignIn(Option<When>),
    /// When a sign-in failed last.
    LastFailure(When),
    /// A role of theirs lets them see people, that far.
    SeesPeople(Option<Reach>),
    /// The office they are bound to is the other's.
    SameOffice(String),
    /// The other is of one of their teams, or, that far, of their office.
    Near(Reach),
    /// They see archived people.
    SeesBank,
    /// They cover a team of the other's, which opens clients, not people.
    Covers,
    /// A role of theirs lets them see clients, that far.
    SeesClients(Option<Reach>),
    /// The client is theirs, or within that reach, or of a team they cover.
    ClientNear(Reach),
    /// They cover the client's team, which opens it to them.
    CoversClient,
    /// The client is archived: not in the list that opens first.
    ClientArchived,
    /// A role of theirs lets them add people, that far.
    AddsPeople(Option<Reach>),
    /// There are roles they may give.
    Gives(Vec<RoleName>),
    /// They must choose one of those.
    RoleNeeded,
    /// A seat of the licence agreement is left (S17).
    SeatLeft(Seats),
    /// They must choose an office.
    OfficeNeeded,
    /// They belong to a team, as who adds people to their own teams must.
    HasTeam,
    /// The login name is free.
    NameFree(Availability),
    /// Nobody here has the address.
    AddressFree,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The statement that is checked.
    pub what: What,
    /// How it stands.
    pub answer: Answer,
}

impl Check {
    /// One that must be so.
    pub fn must(what: What, is_so: bool) -> Self {
        Self { what, answer: if is_so { Answer::Yes } else { Answer::No } }
    }

    /// One that is good to know.
    pub fn note(what: What) -> Self {
        Self { what, answer: Answer::Note }
    }
}

/// Whether something can be done: nothing stands in the way.
pub fn passes(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.answer != Answer::No)
}

/// Somebody who was found: id, name, login name.
pub type Named = (UserId, String, String);

/// Everything that was looked at about one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The user.
    pub user: UserId,
    /// Their name as displayed.
    pub name: String,
    /// What one may do about it.
    pub may: May,
    /// Whether they can sign in.
    pub sign_in: Vec<Check>,
    /// Who was found that they may not see.
    pub found: Vec<Named>,
    /// Whether they see somebody.
    pub other: Option<(Named, Vec<Check>)>,
    /// The clients that were found; none for who may see none.
    pub clients: Vec<ClientName>,
    /// Whether they see one.
    pub client: Option<(ClientName, Vec<Check>)>,
    /// Whether they can add somebody.
    pub adds: Vec<Check>,
}

/// The page that explains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpPage {
    /// What was asked.
    pub question: Question,
    /// Whether one may ask about others.
    pub may_look: bool,
    /// Who was found.
    pub found: Vec<Named>,
    /// What was looked at.
    pub explained: Option<Explained>,
    /// Whom to turn to, in the organisation's words; empty where it says nothing.
    pub support: String,
}
