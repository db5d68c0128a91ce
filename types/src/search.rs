//! The search over everything: people, clients, actions and pages.

use serde::{Deserialize, Serialize};

use crate::clients::ClientRow;
use crate::users::{Row, Status};

/// The longest text that is searched for, in characters; more is cut off.
pub const LONGEST: usize = 100;

/// People and clients that a search found, within the reader's reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The first people, who are not archived.
    pub people: Vec<Row>,
    /// Whether these people's texts do not contain the words, but resemble them.
    pub people_are_similar: bool,
    /// The first clients, who are not archived.
    pub clients: Vec<ClientRow>,
    /// Whether these clients' texts do not contain the words, but resemble them.
    pub clients_are_similar: bool,
}

/// The parts of the results, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// People of the organisation.
    People,
    /// Clients.
    Clients,
    /// What the reader can do.
    Actions,
    /// Pages that the reader can open.
    Pages,
}

/// One result, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The part that it belongs to.
    pub group: Group,
    /// The address that it opens.
    pub to: String,
    /// The id of its icon; a person has initials instead.
    pub icon: String,
    /// The initials of a person.
    pub initials: Option<String>,
    /// The name of what was found.
    pub label: String,
    /// What distinguishes it from others of the same name.
    pub detail: String,
    /// The status of a person.
    pub status: Option<Status>,
}
