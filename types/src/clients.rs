//! Clients: the people served; who works with them, and a caseload that moves from one colleague to another (SV-02 to SV-05, OG-11, OG-12).

use serde::{Deserialize, Serialize};

use crate::When;
use crate::audit::ActivityEntry;
use crate::covers::Cover;
use crate::email::Email;
use crate::form::{Checks, form, known, line, paragraph, checkbox_value};
use crate::ids::{ClientId, MoveId, TeamId, UserId};
use crate::invisible::visible;
use crate::names::PersonName;
use crate::paging::{Cursor, Ignored, Pages};
use crate::phone::Phone;
use crate::referrals::ReferralRow;
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::session::encode;
use crate::units::{TeamName, EditTarget, edit_target};
use crate::users::TEXT;

/// Characters a client's number may have at most.
const NUMBER: u32 = 32;
/// Clients that one form names at most.
pub const NAMED: usize = 200;

form! {
    /// Creates a client, or changes one.
    EditClient shown at |form| match form.client.parse::<ClientId>() {
        Ok(client) => format!("/clients/{client}/edit"),
        Err(_) => "/clients/new".to_owned(),
    };
    text {
        /// The client; empty for a new one.
        client,
        /// The version the page showed.
        version,
        /// Minted by the server: a double submit is one act.
        key,
        /// Given name, or the only one.
        first_name,
        /// Family name.
        last_name,
        /// Ticked where the client has one name only.
        single_name,
        /// The organisation's own number for the client; optional, unique.
        client_number,
        /// E-mail; optional.
        email,
        /// Phone; optional.
        phone,
        /// What who works with the client should know; optional.
        client_note,
        /// The team the client is of; empty for none.
        team,
        /// The responsible person; empty for the team's queue.
        responsible,
    }
}

form! {
    /// Says who works with a client: the responsible person, an assistant, or who is given access; or takes one off.
    ChangePerson shown at |form| match form.q.trim() {
        "" => client_page(&form.client, "/people"),
        q => client_page(&form.client, &format!("/people?q={}", encode(q))),
    };
    text {
        /// The client.
        client,
        /// The words colleagues were looked for by: the page that comes back shows them again.
        q,
        /// The user.
        user,
        /// A [`Part::code`].
        part,
    }
}

form! {
    /// Archives a client.
    ArchiveClient shown at |form| client_page(&form.client, "/archive");
    text {
        /// The client.
        client,
        /// Why; kept and shown.
        reason,
    }
}

form! {
    /// Restores a client.
    RestoreClient shown at |form| client_page(&form.client, "");
    text {
        /// The client.
        client,
    }
}

form! {
    /// Moves clients of one person to a colleague, or into their teams' queues.
    MoveCaseload shown at |form| caseload_page(&form.user);
    text {
        /// Whose they are.
        user,
        /// The colleague; empty for the teams' queues.
        to,
        /// Ticked for all of them, whichever are named.
        all,
    }
    list {
        /// Ids of the clients.
        clients,
    }
}

form! {
    /// Gives moved clients back.
    ReturnCaseload shown at |form| caseload_page(&form.user);
    text {
        /// Whose they were.
        user,
        /// The move.
        moved,
    }
}

/// An address below a client's page. What is posted as an id is a stranger's text until it parses.
fn client_page(client: &str, rest: &str) -> String {
    client.parse::<ClientId>().map_or_else(|_| "/clients".to_owned(), |client| format!("/clients/{client}{rest}"))
}

fn caseload_page(user: &str) -> String {
    user.parse::<UserId>().map_or_else(|_| "/clients".to_owned(), |user| format!("/users/{user}/caseload"))
}

/// What somebody is to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Answers for the client: one, or nobody while the client waits in the team's queue.
    Responsible,
    /// Assists the client (SV-05).
    Assistant,
    /// Was given access, one by one (SV-03).
    Access,
}

impl Part {
    /// All, in the order a page lists them.
    pub const ALL: [Self; 3] = [Self::Responsible, Self::Assistant, Self::Access];

    /// The code a form holds, and for a link the database, too.
    pub fn code(self) -> &'static str {
        match self {
            Self::Responsible => "responsible",
            Self::Assistant => "assistant",
            Self::Access => "access",
        }
    }

    /// The part of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.code() == code)
    }

    /// The field the audit keeps it under.
    pub fn field(self) -> Field {
        match self {
            Self::Responsible => Field::Responsible,
            Self::Assistant => Field::Assistants,
            Self::Access => Field::ClientAccess,
        }
    }
}

/// A client's details, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// The name.
    pub name: PersonName,
    /// The organisation's own number.
    pub number: Option<String>,
    /// The address.
    pub email: Option<Email>,
    /// The phone.
    pub phone: Option<Phone>,
    /// What who works with the client should know.
    pub note: String,
    /// The team.
    pub team: Option<TeamId>,
    /// The responsible person; there is one, or a team.
    pub responsible: Option<UserId>,
}

impl EditClient {
    /// What to make or change, and the details.
    ///
    /// # Errors
    /// Every field that is wrong; [`Problem::NeedsResponsible`] where there is neither a responsible person nor a team whose queue the
    /// client could wait in.
    pub fn parse(&self) -> Result<(EditTarget<ClientId>, Details), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.client, &self.version, &self.key);
        let name = checks.name(PersonName::parse(&self.first_name, &self.last_name, !self.single_name.is_empty()));
        let number = checks.optional(Field::ClientNumber, &self.client_number, |text| line(&visible(text), NUMBER));
        let email = checks.optional(Field::Email, &self.email, Email::parse);
        let phone = checks.optional(Field::Phone, &self.phone, Phone::parse);
        let note = checks.optional(Field::ClientNote, &self.client_note, |text| paragraph(text, TEXT)).unwrap_or_default();
        let team = checks.optional(Field::Team, &self.team, |id| id.parse::<TeamId>().map_err(|_| Problem::Wrong));
        let responsible = checks.optional(Field::Responsible, &self.responsible, |id| id.parse::<UserId>().map_err(|_| Problem::Wrong));
        if self.team.trim().is_empty() && self.responsible.trim().is_empty() {
            checks.wrong(Field::Responsible, Problem::NeedsResponsible);
        }
        match (target, name) {
            (Some(target), Some(name)) if checks.is_clean() => Ok((target, Details { name, number, email, phone, note, team, responsible })),
            _ => Err(checks.into_invalid()),
        }
    }

    /// The form as it stands for a client who is there.
    pub fn of(client: ClientId, version: i32, shown: &Shown) -> Self {
        Self {
            client: client.to_string(),
            version: version.to_string(),
            first_name: shown.first_name.clone(),
            last_name: shown.last_name.clone(),
            single_name: checkbox_value(shown.last_name.is_empty()),
            client_number: shown.number.clone(),
            email: shown.email.clone(),
            phone: shown.phone.clone(),
            client_note: shown.note.clone(),
            team: shown.team.as_ref().map(|team| team.id.to_string()).unwrap_or_default(),
            responsible: shown.responsible.as_ref().map(|person| person.user.to_string()).unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// Reads the one id of a small form about a client.
///
/// # Errors
/// [`Refusal::Invalid`] for a field the form does not know; [`Refusal::NotFound`] for what is no id.
pub fn subject(form: &impl crate::form::Form, client: &str) -> Result<ClientId, Refusal> {
    known(form)?;
    client.parse().map_err(|_| Refusal::NotFound)
}

impl ChangePerson {
    /// Which client, whom, and as what.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for what is no id; [`Problem::Wrong`] for what is no part.
    pub fn parse(&self) -> Result<(ClientId, UserId, Part), Refusal> {
        let client = subject(self, &self.client)?;
        let user = self.user.parse().map_err(|_| Refusal::NotFound)?;
        let part = Part::from_code(&self.part).ok_or_else(|| Invalid::one(Field::Form, Problem::Wrong))?;
        Ok((client, user, part))
    }
}

impl ArchiveClient {
    /// Which client, and why.
    ///
    /// # Errors
    /// A missing or too long reason; see [`subject`].
    pub fn parse(&self) -> Result<(ClientId, String), Refusal> {
        let client = subject(self, &self.client)?;
        let reason = paragraph(&self.reason, TEXT).map_err(|problem| Invalid::one(Field::Reason, problem))?;
        Ok((client, reason))
    }
}

/// Which clients a move is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// All of the person's that one reaches.
    All,
    /// These.
    These(Vec<ClientId>),
}

impl MoveCaseload {
    /// Whose, which, and to whom; to nobody for the teams' queues.
    ///
    /// # Errors
    /// [`Problem::Missing`] at the clients where none is chosen, [`Problem::TooMany`]; [`Refusal::NotFound`] for what is no id.
    pub fn parse(&self) -> Result<(UserId, Moved, Option<UserId>), Refusal> {
        known(self)?;
        let user = self.user.parse().map_err(|_| Refusal::NotFound)?;
        let mut checks = Checks::default();
        let to = checks.optional(Field::To, &self.to, |id| id.parse::<UserId>().map_err(|_| Problem::Wrong));
        let moved = if self.all.is_empty() { Moved::These(clients(&mut checks, Field::Clients, &self.clients)) } else { Moved::All };
        if moved == Moved::These(Vec::new()) {
            checks.wrong(Field::Clients, Problem::Missing);
        }
        if checks.is_clean() { Ok((user, moved, to)) } else { Err(checks.into_invalid().into()) }
    }
}

/// Reads the clients a form names, each once.
pub(crate) fn clients(checks: &mut Checks, field: Field, typed: &[String]) -> Vec<ClientId> {
    if typed.len() > NAMED {
        checks.wrong(field, Problem::TooMany { most: NAMED as u32 });
        return Vec::new();
    }
    let read = typed.iter().filter_map(|id| checks.take(field, id.parse::<ClientId>().map_err(|_| Problem::Wrong)));
    let mut read: Vec<_> = read.collect();
    read.sort_unstable();
    read.dedup();
    read
}

/// Somebody who works with clients, by their name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// The user.
    pub user: UserId,
    /// Name as displayed.
    pub name: String,
}

/// A client by their name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientName {
    /// The client's id.
    pub id: ClientId,
    /// Name as displayed, with the organisation's number where there is one.
    pub name: String,
}

/// What one may be asked to link a new assistant to: those chosen already, and those that were looked for (SV-05).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linkable {
    /// Chosen, within reach.
    pub chosen: Vec<ClientName>,
    /// Found and not chosen; the first by name where nothing was looked for.
    pub found: Vec<ClientName>,
    /// The client for whom the account is created (SV-02).
    pub record: Option<ClientName>,
}

/// What the list is asked for: the state in its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientQuery {
    /// Words, each of which must be found.
    pub q: String,
    /// `mine`, `queue`, the id of a responsible person, or nothing.
    pub whose: String,
    /// A team's id, or nothing.
    pub team: String,
    /// `archived`, or nothing.
    pub status: String,
    /// Which page.
    pub cursor: Cursor,
}

/// One client in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRow {
    /// The client's id.
    pub id: ClientId,
    /// Name as displayed.
    pub name: String,
    /// For the face beside it.
    pub initials: String,
    /// The organisation's own number.
    pub number: Option<String>,
    /// The team.
    pub team: Option<TeamName>,
    /// The responsible person; nobody while the client waits in the team's queue.
    pub responsible: Option<Colleague>,
}

/// The list of clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientList {
    /// As asked for, without what is ignored.
    pub query: ClientQuery,
    /// Filters that mean nothing here.
    pub ignored: Ignored,
    /// One page.
    pub rows: Vec<ClientRow>,
    /// How many in all, and the other pages.
    pub pages: Pages,
    /// How many within reach wait in a team's queue; exact to 10 000.
    pub queued: u32,
    /// The teams to filter by.
    pub teams: Vec<TeamName>,
    /// The person whose clients these are, where the address names one.
    pub of: Option<Colleague>,
    /// Whether one may create one.
    pub may_create: bool,
}

/// A client's details as a page shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Given name, or the only one.
    pub first_name: String,
    /// Family name; empty where there is one name only.
    pub last_name: String,
    /// The organisation's own number; empty where none.
    pub number: String,
    /// E-mail; empty where none.
    pub email: String,
    /// Phone; empty where none.
    pub phone: String,
    /// The note; empty where none, and for the client.
    pub note: String,
    /// The team.
    pub team: Option<TeamName>,
    /// The responsible person.
    pub responsible: Option<Colleague>,
}

/// A client's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientPage {
    /// The client's id.
    pub id: ClientId,
    /// Name as displayed.
    pub name: String,
    /// For the face beside it.
    pub initials: String,
    /// The details.
    pub shown: Shown,
    /// Whether who is responsible may change clients, where that is the reader's business; who lost that is to hand theirs on.
    pub is_able: bool,
    /// Who assists.
    pub assistants: Vec<Colleague>,
    /// Who was given access.
    pub access: Vec<Colleague>,
    /// The team for which one covers, where that alone is why one may change the client.
    pub covering: Option<TeamName>,
    /// When the record was made.
    pub created: When,
    /// Since when and why it is archived.
    pub archived: Option<(When, String)>,
    /// Whether it is one's own record.
    pub is_self: bool,
    /// Whether there is an account (SV-02), and its page for who may see people.
    pub account: Option<Option<UserId>>,
    /// The newest of their referrals that one may see.
    pub referrals: Vec<ReferralRow>,
    /// Whether one may refer them (OG-10).
    pub may_refer: bool,
    /// Whether one may change it.
    pub may_edit: bool,
    /// Whether one may give the client an account.
    pub may_give_account: bool,
    /// The newest events, for who may change it or see activity.
    pub activity: Vec<ActivityEntry>,
}

/// The page that creates or changes a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditClientPage {
    /// As it is, or the saved draft.
    pub form: EditClient,
    /// The teams that can be chosen.
    pub teams: Vec<TeamName>,
    /// The first of those who can be responsible.
    pub colleagues: Vec<Colleague>,
    /// What somebody else saved meanwhile.
    pub now: Option<EditClient>,
    /// Why the saved draft was refused.
    pub refusal: Option<Refusal>,
}

/// The page of who works with a client: who does, and who was looked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeoplePage {
    /// The client.
    pub client: ClientName,
    /// The team.
    pub team: Option<TeamName>,
    /// Who works with them.
    pub people: Vec<(Part, Colleague)>,
    /// What was looked for.
    pub q: String,
    /// Who was found.
    pub found: Vec<Candidate>,
    /// Why the last attempt was refused.
    pub refusal: Option<Refusal>,
}

/// A colleague who was looked for, to work with a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The person.
    pub person: Colleague,
    /// What they can be, and are not: nothing is offered that would be refused.
    pub parts: Vec<Part>,
    /// Why they can be nothing, or not responsible.
    pub why_not: Option<Problem>,
}

/// The page that archives a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArchiveClientPage {
    /// The client.
    pub client: ClientName,
    /// What was typed.
    pub reason: String,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
}

/// A move of clients that can be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The move's id.
    pub id: MoveId,
    /// The time.
    pub when: When,
    /// How many clients.
    pub clients: u32,
    /// To whom; to nobody for the teams' queues.
    pub to: Option<Colleague>,
    /// The person who moved them.
    pub by: Option<Colleague>,
}

/// A person's caseload (OG-12).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseloadPage {
    /// The person.
    pub person: Colleague,
    /// One page of the clients they are responsible for, within one's reach.
    pub clients: ClientList,
    /// The clients they assist.
    pub assists: Vec<ClientName>,
    /// The newest referrals that are open, which they made or whose client is theirs, as far as one sees them.
    pub referrals: Vec<ReferralRow>,
    /// What they cover, now and later.
    pub covers: Vec<Cover>,
    /// Who covers their teams, now and later.
    pub covered_by: Vec<Cover>,
    /// Whether the person may change clients; who lost that is to hand theirs on.
    pub is_able: bool,
    /// Whether one may move them.
    pub may_move: bool,
    /// Who they can be moved to.
    pub colleagues: Vec<Colleague>,
    /// What was moved lately, and can be given back.
    pub moves: Vec<Move>,
    /// The kept form.
    pub form: MoveCaseload,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0197a4d2-0000-7000-8000-000000000001";

    fn new() -> EditClient {
        EditClient {
            key: ID.to_owned(),
            first_name: "Elsa".to_owned(),
            last_name: "Björk".to_owned(),
            responsible: ID.to_owned(),
            ..EditClient::default()
        }
    }

    #[test]
    fn a_client_is_somebodys_or_in_a_queue() {
        let (target, details) = new().parse().expect("a client");
        assert!(matches!(target, EditTarget::New(_)));
        assert_eq!((details.responsible, details.team), (Some(ID.parse().expect("an id")), None));
        let queued = EditClient { responsible: String::new(), team: ID.to_owned(), ..new() };
        assert_eq!(queued.parse().expect("queued").1.responsible, None);
        let nobodys = EditClient { responsible: " ".to_owned(), ..new() };
        assert_eq!(nobodys.parse().expect_err("nobody's").at(Field::Responsible), Some(&Problem::NeedsResponsible));
    }

    #[test]
    fn every_wrong_field_of_a_client_is_told_at_once() {
        let wrong = EditClient {
            first_name: " ".to_owned(),
            client_number: "9".repeat(33),
            email: "elsa".to_owned(),
            phone: "abc".to_owned(),
            client_note: "x".repeat(2_001),
            team: "night".to_owned(),
            responsible: "somebody".to_owned(),
            ..new()
        };
        let invalid = wrong.parse().expect_err("wrong");
        for field in [Field::FirstName, Field::ClientNumber, Field::Email, Field::Phone, Field::ClientNote, Field::Team, Field::Responsible]
        {
            assert!(invalid.at(field).is_some(), "{field:?}");
        }
    }

    #[test]
    fn a_move_names_clients_or_takes_all() {
        let form = MoveCaseload { user: ID.to_owned(), clients: vec![ID.to_owned(), ID.to_owned()], ..MoveCaseload::default() };
        let client: ClientId = ID.parse().expect("an id");
        assert_eq!(form.parse().expect("a move").1, Moved::These(vec![client]));
        let all = MoveCaseload { all: "on".to_owned(), clients: Vec::new(), ..form.clone() };
        assert_eq!(all.parse().expect("a move").1, Moved::All);
        let none = MoveCaseload { clients: Vec::new(), ..form.clone() };
        assert_eq!(none.parse(), Err(Invalid::one(Field::Clients, Problem::Missing).into()));
        let many = MoveCaseload { clients: vec![ID.to_owned(); NAMED + 1], ..form };
        let Err(Refusal::Invalid(invalid)) = many.parse() else { panic!("too many") };
        assert_eq!(invalid.at(Field::Clients), Some(&Problem::TooMany { most: 200 }));
    }

    #[test]
    fn every_part_leads_back_from_its_code() {
        for part in Part::ALL {
            assert_eq!(Part::from_code(part.code()), Some(part));
        }
    }
}
