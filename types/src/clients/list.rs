//! The list of clients.

use serde::{Deserialize, Serialize};

use crate::primitives::ids::{ClientId, UserId};
use crate::primitives::paging::{Cursor, Ignored, Pages};
use crate::primitives::references::TeamName;

/// The name of a person who works with clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// The person's account.
    pub user: UserId,
    /// The displayed name.
    pub name: String,
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
    /// The team that serves the client, if any.
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
