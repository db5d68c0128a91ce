//! Clients, the people who work with them, and moving a caseload to a colleague (SV-02 to SV-05,
//! OG-11, OG-12).

use serde::{Deserialize, Serialize};

use crate::When;
use crate::audit::ActivityEntry;
use crate::conflict::{Conflict, versioned};
use crate::covers::Cover;
use crate::email::Email;
use crate::form::{Checks, checkbox_value, form, known, line, paragraph};
use crate::ids::{ClientId, MoveId, TeamId, UserId};
use crate::invisible::visible;
use crate::names::PersonName;
use crate::paging::{Cursor, Ignored, Pages};
use crate::phone::Phone;
use crate::referrals::ReferralRow;
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::session::encode;
use crate::units::{EditTarget, TeamName, edit_target};
use crate::users::TEXT;

/// The largest number of characters of a client's number.
const NUMBER: u32 = 32;
/// The largest number of clients in one form.
pub const NAMED: usize = 200;

form! {
    /// Creates or edits a client.
    EditClient shown at |form| match form.client.parse::<ClientId>() {
        Ok(client) => format!("/clients/{client}/edit"),
        Err(_) => "/clients/new".to_owned(),
    };
    text {
        /// The client; empty for a new one.
        client,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
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
        /// Notes for the people who work with the client; optional.
        client_note,
        /// The client's team; empty for none.
        team,
        /// The responsible person; empty for the team's queue.
        responsible,
    }
}

form! {
    /// Links a person to a client (as responsible person, assistant, or with access), or unlinks
    /// them.
    ChangePerson shown at |form| match form.q.trim() {
        "" => client_page(&form.client, "/people"),
        q => client_page(&form.client, &format!("/people?q={}", encode(q))),
    };
    text {
        /// The client.
        client,
        /// The search words, which the page shows again.
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
        /// The reason, which is stored and shown.
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
        /// Ticked for all of them.
        all,
    }
    list {
        /// Ids of the clients.
        clients,
    }
}

form! {
    /// Returns moved clients.
    ReturnCaseload shown at |form| caseload_page(&form.user);
    text {
        /// The person they were moved from.
        user,
        /// The move.
        moved,
    }
}

versioned!(EditClient);

/// An address below a client's page. An id from a form is untrusted text until it parses.
fn client_page(client: &str, rest: &str) -> String {
    client.parse::<ClientId>().map_or_else(
        |_| "/clients".to_owned(),
        |client| format!("/clients/{client}{rest}"),
    )
}

fn caseload_page(user: &str) -> String {
    user.parse::<UserId>().map_or_else(
        |_| "/clients".to_owned(),
        |user| format!("/users/{user}/caseload"),
    )
}

/// A person's part in a client's care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The responsible person: one, or nobody while the client waits in the team's queue.
    Responsible,
    /// Assists the client (SV-05).
    Assistant,
    /// Has individual access (SV-03).
    Access,
}

impl Part {
    /// All, in the order a page lists them.
    pub const ALL: [Self; 3] = [Self::Responsible, Self::Assistant, Self::Access];

    /// The code in forms, and for links in the database.
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
    /// Notes for the people who work with the client.
    pub note: String,
    /// The team.
    pub team: Option<TeamId>,
    /// The responsible person; either this or the team is set.
    pub responsible: Option<UserId>,
}

impl EditClient {
    /// What to create or edit, and the details.
    ///
    /// # Errors
    /// All invalid fields; [`Problem::NeedsResponsible`] if there is neither a responsible person
    /// nor a team whose queue the client could wait in.
    pub fn parse(&self) -> Result<(EditTarget<ClientId>, Details), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.client, &self.version, &self.key);
        let name = checks.name(PersonName::parse(
            &self.first_name,
            &self.last_name,
            !self.single_name.is_empty(),
        ));
        let number = checks.optional(Field::ClientNumber, &self.client_number, |text| {
            line(&visible(text), NUMBER)
        });
        let email = checks.optional(Field::Email, &self.email, Email::parse);
        let phone = checks.optional(Field::Phone, &self.phone, Phone::parse);
        let note = checks
            .optional(Field::ClientNote, &self.client_note, |text| {
                paragraph(text, TEXT)
            })
            .unwrap_or_default();
        let team = checks.optional(Field::Team, &self.team, |id| {
            id.parse::<TeamId>().map_err(|_| Problem::Wrong)
        });
        let responsible = checks.optional(Field::Responsible, &self.responsible, |id| {
            id.parse::<UserId>().map_err(|_| Problem::Wrong)
        });
        if self.team.trim().is_empty() && self.responsible.trim().is_empty() {
            checks.wrong(Field::Responsible, Problem::NeedsResponsible);
        }
        match (target, name) {
            (Some(target), Some(name)) if checks.is_clean() => Ok((
                target,
                Details {
                    name,
                    number,
                    email,
                    phone,
                    note,
                    team,
                    responsible,
                },
            )),
            _ => Err(checks.into_invalid()),
        }
    }

    /// The form filled with an existing client.
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
            team: shown
                .team
                .as_ref()
                .map(|team| team.id.to_string())
                .unwrap_or_default(),
            responsible: shown
                .responsible
                .as_ref()
                .map(|person| person.user.to_string())
                .unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// Reads the one id of a small form about a client.
///
/// # Errors
/// [`Refusal::Invalid`] for a field the form does not know; [`Refusal::NotFound`] for an invalid
/// id.
pub fn subject(form: &impl crate::form::Form, client: &str) -> Result<ClientId, Refusal> {
    known(form)?;
    client.parse().map_err(|_| Refusal::NotFound)
}

impl ChangePerson {
    /// The client, the person, and their part.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for an invalid id; [`Problem::Wrong`] for an unknown part.
    pub fn parse(&self) -> Result<(ClientId, UserId, Part), Refusal> {
        let client = subject(self, &self.client)?;
        let user = self.user.parse().map_err(|_| Refusal::NotFound)?;
        let part =
            Part::from_code(&self.part).ok_or_else(|| Invalid::one(Field::Form, Problem::Wrong))?;
        Ok((client, user, part))
    }
}

impl ArchiveClient {
    /// The client, and the reason.
    ///
    /// # Errors
    /// A missing or too long reason; see [`subject`].
    pub fn parse(&self) -> Result<(ClientId, String), Refusal> {
        let client = subject(self, &self.client)?;
        let reason = paragraph(&self.reason, TEXT)
            .map_err(|problem| Invalid::one(Field::Reason, problem))?;
        Ok((client, reason))
    }
}

/// The clients that are moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// All of the person's clients within reach.
    All,
    /// These.
    These(Vec<ClientId>),
}

impl MoveCaseload {
    /// The person, the clients, and the receiver; `None` for the teams' queues.
    ///
    /// # Errors
    /// [`Problem::Missing`] at the clients if none is chosen, [`Problem::TooMany`];
    /// [`Refusal::NotFound`] for an invalid id.
    pub fn parse(&self) -> Result<(UserId, Moved, Option<UserId>), Refusal> {
        known(self)?;
        let user = self.user.parse().map_err(|_| Refusal::NotFound)?;
        let mut checks = Checks::default();
        let to = checks.optional(Field::To, &self.to, |id| {
            id.parse::<UserId>().map_err(|_| Problem::Wrong)
        });
        let moved = if self.all.is_empty() {
            Moved::These(clients(&mut checks, Field::Clients, &self.clients))
        } else {
            Moved::All
        };
        if moved == Moved::These(Vec::new()) {
            checks.wrong(Field::Clients, Problem::Missing);
        }
        if checks.is_clean() {
            Ok((user, moved, to))
        } else {
            Err(checks.into_invalid().into())
        }
    }
}

/// Reads the clients a form names, each once.
pub(crate) fn clients(checks: &mut Checks, field: Field, typed: &[String]) -> Vec<ClientId> {
    if typed.len() > NAMED {
        checks.wrong(field, Problem::TooMany { most: NAMED as u32 });
        return Vec::new();
    }
    let read = typed
        .iter()
        .filter_map(|id| checks.take(field, id.parse::<ClientId>().map_err(|_| Problem::Wrong)));
    let mut read: Vec<_> = read.collect();
    read.sort_unstable();
    read.dedup();
    read
}

/// The name of a person who works with clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// The user.
    pub user: UserId,
    /// The displayed name.
    pub name: String,
}

/// The name of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientName {
    /// The client's id.
    pub id: ClientId,
    /// The displayed name, with the organisation's number, if there is one.
    pub name: String,
}

/// The clients that a new assistant can be linked to: those chosen, and those found (SV-05).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linkable {
    /// The chosen clients within reach.
    pub chosen: Vec<ClientName>,
    /// Clients that were found and not chosen; without a search, the first by name.
    pub found: Vec<ClientName>,
    /// The client for whom the account is created (SV-02).
    pub record: Option<ClientName>,
}

/// The parameters of the list, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientQuery {
    /// Search words, all of which must match.
    pub q: String,
    /// `mine`, `queue`, the id of a responsible person, or nothing.
    pub whose: String,
    /// A team's id, or nothing.
    pub team: String,
    /// `archived`, or nothing.
    pub status: String,
    /// The position of the page.
    pub cursor: Cursor,
}

/// One client in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRow {
    /// The client's id.
    pub id: ClientId,
    /// The displayed name.
    pub name: String,
    /// The initials for the avatar.
    pub initials: String,
    /// The organisation's own number.
    pub number: Option<String>,
    /// The team.
    pub team: Option<TeamName>,
    /// The responsible person; `None` while the client waits in the team's queue.
    pub responsible: Option<Colleague>,
}

/// The list of clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientList {
    /// The parameters, without ignored ones.
    pub query: ClientQuery,
    /// Filters with unknown values, which are ignored.
    pub ignored: Ignored,
    /// One page.
    pub rows: Vec<ClientRow>,
    /// The total number, and the cursors of the other pages.
    pub pages: Pages,
    /// The number of clients within reach that wait in a team's queue; exact to 10 000.
    pub queued: u32,
    /// The teams to filter by.
    pub teams: Vec<TeamName>,
    /// The responsible person in the address, if any.
    pub of: Option<Colleague>,
    /// Whether the actor may create one.
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
    /// The displayed name.
    pub name: String,
    /// The initials for the avatar.
    pub initials: String,
    /// The details.
    pub shown: Shown,
    /// Whether the responsible person may edit clients, if the reader may know; otherwise their
    /// clients should be handed over.
    pub is_able: bool,
    /// The assistants.
    pub assistants: Vec<Colleague>,
    /// The people with access.
    pub access: Vec<Colleague>,
    /// The team that the actor covers, if only that cover lets them edit the client.
    pub covering: Option<TeamName>,
    /// When the client was created.
    pub created: When,
    /// When and why it was archived.
    pub archived: Option<(When, String)>,
    /// Whether the reader is this client.
    pub is_self: bool,
    /// Whether the client has an account (SV-02), and its id if the actor may see people.
    pub account: Option<Option<UserId>>,
    /// The newest of their referrals that the actor may see.
    pub referrals: Vec<ReferralRow>,
    /// Whether the actor may refer them (OG-10).
    pub may_refer: bool,
    /// Whether the actor may change it.
    pub may_edit: bool,
    /// Whether the actor may give the client an account.
    pub may_give_account: bool,
    /// The newest events, if the actor may change it or see activity.
    pub activity: Vec<ActivityEntry>,
}

/// The page that creates or edits a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditClientPage {
    /// The current state, or the saved draft.
    pub form: EditClient,
    /// The teams that can be chosen.
    pub teams: Vec<TeamName>,
    /// The first people who can be responsible.
    pub colleagues: Vec<Colleague>,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<EditClient>>,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The page of the people who work with a client, with a search for more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeoplePage {
    /// The client.
    pub client: ClientName,
    /// The team.
    pub team: Option<TeamName>,
    /// The people who work with them.
    pub people: Vec<(Part, Colleague)>,
    /// The search words.
    pub q: String,
    /// The people found.
    pub found: Vec<Candidate>,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}

/// A colleague found by the search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The person.
    pub person: Colleague,
    /// The parts they can take and do not have; nothing is offered that would be refused.
    pub parts: Vec<Part>,
    /// Why they can take no part, or cannot be responsible.
    pub why_not: Option<Problem>,
}

/// The page that archives a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArchiveClientPage {
    /// The client.
    pub client: ClientName,
    /// The reason, as typed.
    pub reason: String,
    /// The refusal, if any.
    pub refusal: Option<Refusal>,
}

/// A move of clients that can be returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The move's id.
    pub id: MoveId,
    /// The time.
    pub when: When,
    /// How many clients.
    pub clients: u32,
    /// The receiver; `None` for the teams' queues.
    pub to: Option<Colleague>,
    /// The person who moved them.
    pub by: Option<Colleague>,
}

/// A person's caseload (OG-12).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseloadPage {
    /// The person.
    pub person: Colleague,
    /// One page of the clients they are responsible for, within the actor's reach.
    pub clients: ClientList,
    /// The clients they assist.
    pub assists: Vec<ClientName>,
    /// The newest open referrals that they created or that are about their clients, as far as the
    /// actor may see them.
    pub referrals: Vec<ReferralRow>,
    /// Their covers, current and upcoming.
    pub covers: Vec<Cover>,
    /// The people who cover their teams, current and upcoming.
    pub covered_by: Vec<Cover>,
    /// Whether the person may edit clients; otherwise their clients should be handed over.
    pub is_able: bool,
    /// Whether the actor may move them.
    pub may_move: bool,
    /// The colleagues they can be moved to.
    pub colleagues: Vec<Colleague>,
    /// Recent moves that can be returned.
    pub moves: Vec<Move>,
    /// The saved draft.
    pub form: MoveCaseload,
    /// The refusal, if any.
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
    fn a_client_has_a_responsible_person_or_waits_in_a_queue() {
        let (target, details) = new().parse().expect("a client");
        assert!(matches!(target, EditTarget::New(_)));
        assert_eq!(
            (details.responsible, details.team),
            (Some(ID.parse().expect("an id")), None)
        );
        let queued = EditClient {
            responsible: String::new(),
            team: ID.to_owned(),
            ..new()
        };
        assert_eq!(queued.parse().expect("queued").1.responsible, None);
        let nobodys = EditClient {
            responsible: " ".to_owned(),
            ..new()
        };
        assert_eq!(
            nobodys
                .parse()
                .expect_err("nobody's")
                .at(Field::Responsible),
            Some(&Problem::NeedsResponsible)
        );
    }

    #[test]
    fn all_wrong_fields_of_a_client_are_reported_at_once() {
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
        for field in [
            Field::FirstName,
            Field::ClientNumber,
            Field::Email,
            Field::Phone,
            Field::ClientNote,
            Field::Team,
            Field::Responsible,
        ] {
            assert!(invalid.at(field).is_some(), "{field:?}");
        }
    }

    #[test]
    fn a_move_names_clients_or_takes_all() {
        let form = MoveCaseload {
            user: ID.to_owned(),
            clients: vec![ID.to_owned(), ID.to_owned()],
            ..MoveCaseload::default()
        };
        let client: ClientId = ID.parse().expect("an id");
        assert_eq!(form.parse().expect("a move").1, Moved::These(vec![client]));
        let all = MoveCaseload {
            all: "on".to_owned(),
            clients: Vec::new(),
            ..form.clone()
        };
        assert_eq!(all.parse().expect("a move").1, Moved::All);
        let none = MoveCaseload {
            clients: Vec::new(),
            ..form.clone()
        };
        assert_eq!(
            none.parse(),
            Err(Invalid::one(Field::Clients, Problem::Missing).into())
        );
        let many = MoveCaseload {
            clients: vec![ID.to_owned(); NAMED + 1],
            ..form
        };
        let Err(Refusal::Invalid(invalid)) = many.parse() else {
            panic!("too many")
        };
        assert_eq!(
            invalid.at(Field::Clients),
            Some(&Problem::TooMany { most: 200 })
        );
    }

    #[test]
    fn every_part_leads_back_from_its_code() {
        for part in Part::ALL {
            assert_eq!(Part::from_code(part.code()), Some(part));
        }
    }
}
