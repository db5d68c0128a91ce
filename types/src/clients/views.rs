//! What the pages about clients and caseloads receive.

use serde::{Deserialize, Serialize};

use super::forms::{EditClient, MoveCaseload, Part};
use super::list::{ClientList, Colleague};
use crate::audit::ActivityEntry;
use crate::conflict::Conflict;
use crate::covers::Cover;
use crate::form::checkbox_value;
use crate::primitives::date::When;
use crate::primitives::ids::{ClientId, MoveId, UserId};
use crate::primitives::references::{ClientName, TeamName};
use crate::referrals::ReferralRow;
use crate::refusal::{Problem, Refusal};

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
    /// The team that serves the client, if any.
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
    /// Who assists the client, by name.
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
    /// Whose people they are.
    pub client: ClientName,
    /// The team that serves the client, if any.
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
    /// Who was found.
    pub person: Colleague,
    /// The parts they can take and do not have; nothing is offered that would be refused.
    pub parts: Vec<Part>,
    /// Why they can take no part, or cannot be responsible.
    pub why_not: Option<Problem>,
}

/// The page that archives a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArchiveClientPage {
    /// Who is to be archived.
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
    /// Whose caseload it is.
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

impl EditClient {
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
