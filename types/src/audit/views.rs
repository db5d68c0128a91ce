//! Activity as pages show it.

use serde::{Deserialize, Serialize};

use super::events::Event;
use super::list::{HistoryQuery, Subject};
use crate::primitives::date::When;
use crate::primitives::paging::Ignored;
use crate::primitives::references::{ListName, RoleName};
use crate::refusal::Field;

/// One page of a subject's activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// The kind of subject.
    pub of: Subject,
    /// The subject's id in the address.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Set for a role: built-in ones are named in the reader's language.
    pub role: Option<RoleName>,
    /// The parameters, without ignored ones.
    pub query: HistoryQuery,
    /// Filters with unknown values, which are ignored.
    pub ignored: Ignored,
    /// The events, newest first.
    pub lines: Vec<ActivityEntry>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// A personal value before and after; only `erase_person` can clear it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which field.
    pub field: Field,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

impl Change {
    /// The change of a text, if it changed; an empty text is stored as none.
    pub fn between(field: Field, before: &str, after: &str) -> Option<Self> {
        let stored = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (before != after).then(|| Self {
            field,
            before: stored(before),
            after: stored(after),
        })
    }
}

/// The actor of an event, as far as the reader may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person within the reader's reach, by name.
    Named(String),
    /// A person out of the reader's reach.
    #[serde(rename = "somebody")]
    Hidden,
    /// A person of the operator's organisation, by their name and the organisation's.
    Operator(Option<String>),
    /// The holder of an account in another organisation that was to be linked.
    Holder,
    /// No person: the system, or a visitor.
    #[serde(rename = "nobody")]
    System,
}

/// The account that signed in, if the session was switched to another account of the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Through {
    /// The person's name.
    pub name: String,
    /// The name of its organisation.
    pub organisation: String,
}

/// One entry of a subject's activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityEntry {
    /// The time.
    pub when: When,
    /// The actor.
    pub who: Actor,
    /// The account they signed in with, if it is another one.
    pub through: Option<Through>,
    /// What happened.
    pub event: Event,
    /// The roles the event mentions.
    pub roles: Vec<RoleName>,
    /// The name of the office, the team, the customer, the contract or the other organisation the
    /// event mentions.
    pub unit: Option<String>,
    /// The name of the other person the event mentions.
    pub other: Option<String>,
    /// The list the event mentions.
    pub list: Option<ListName>,
    /// Personal values, if the actor may see them.
    pub changes: Vec<Change>,
}
