//! What the pages about linked accounts receive.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::forms::AskLink;
use crate::primitives::coded::coded;
use crate::primitives::date::When;
use crate::primitives::ids::{OrganisationId, UserId};
use crate::refusal::Refusal;

coded! {
    /// Whether a session can be switched to an account.
    State {
        /// It can.
        Ready = "ready",
        /// Its temporary password must be changed first.
        Temporary = "temporary",
        /// Its invitation has not been followed.
        Invited = "invited",
        /// It has neither password nor invitation.
        NoWayIn = "no_way_in",
        /// It is in the user bank.
        Archived = "archived",
        /// Its organisation is suspended.
        Suspended = "suspended",
        /// An administrator changed the sign-in of the current account since the accounts were linked,
        /// so it no longer proves who the person is.
        Reset = "reset",
    }
}

/// An account in an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The organisation of the account.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// Whose account it is.
    pub user: UserId,
    /// The person's name there.
    pub name: String,
    /// The login name there.
    pub login_name: String,
    /// Whether it can be switched to.
    pub state: State,
}

/// The actor's accounts in other organisations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountsPage {
    /// The accounts linked with the current one.
    pub accounts: Vec<Account>,
    /// The proposal that waits for the holder's answer.
    pub proposal: Option<Proposal>,
    /// Whether the session was switched from another account: only a session that signed in to this
    /// account may answer.
    pub is_switched: bool,
    /// The page to open after switching; empty for the first one.
    pub next: String,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}

/// A proposal, as shown to the holder of one of its accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Identifies the proposal in the answer.
    pub id: Uuid,
    /// The other accounts.
    pub others: Vec<Party>,
    /// Whether the holder has agreed.
    pub has_agreed: bool,
    /// When it expires.
    pub expires: When,
}

/// An account of a proposal, as far as it is shown to the holders of the other accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The holder's name.
    pub name: String,
    /// The name of its organisation.
    pub organisation_name: String,
    /// Whether its holder has agreed.
    pub has_agreed: bool,
}

/// A proposal, as shown to the System administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Identifies the proposal when it is withdrawn.
    pub id: Uuid,
    /// Its accounts, each with whether the holder has agreed.
    pub accounts: Vec<(Account, bool)>,
    /// When it expires.
    pub expires: When,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestAnswer {
    /// When it was given.
    pub when: When,
    /// Whether a link was proposed.
    pub is_proposed: bool,
    /// Why no link was proposed; empty if one was.
    pub why: String,
}

/// A request, as shown to the requester.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The login name in the other organisation, as typed.
    pub login_name: String,
    /// Why the accounts should be linked, as typed.
    pub reason: String,
    /// When it was requested.
    pub asked: When,
    /// The answer; `None` while the request waits for one.
    pub answer: Option<RequestAnswer>,
}

/// A person's accounts in other organisations, and the form that requests another link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskLinkPage {
    /// Whose accounts they are.
    pub user: UserId,
    /// Their displayed name.
    pub name: String,
    /// Those linked already.
    pub accounts: Vec<Account>,
    /// Earlier requests, newest first.
    pub requests: Vec<Request>,
    /// An empty form, or the saved draft.
    pub form: AskLink,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// A request that waits for an answer, as shown to the System administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Identifies the request in the answer.
    pub id: Uuid,
    /// The account here that is to be linked.
    pub account: Account,
    /// The requester.
    pub asker: Account,
    /// The login name in the other organisation, as typed.
    pub login_name: String,
    /// Why the accounts should be linked, as typed.
    pub reason: String,
    /// When it was requested.
    pub asked: When,
}

/// The parameters of the page that links accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sought {
    /// A login name or an address.
    pub one: String,
    /// Another one, or nothing if the address identifies both.
    pub other: String,
    /// The request to answer.
    pub request: String,
}

/// The result of a search for two accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Nothing was looked for.
    Nothing,
    /// Two accounts that can be linked.
    Pair(Box<(Account, Account)>),
    /// Not exactly two accounts: those found for each text.
    Unclear(Vec<Account>, Vec<Account>),
}

/// The page that links accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinksPage {
    /// Requests that wait for an answer, the oldest first.
    pub waiting: Vec<Waiting>,
    /// Proposals that wait for holders to agree.
    pub proposals: Vec<Proposed>,
    /// The parameters of the search.
    pub sought: Sought,
    /// The result of the search.
    pub found: Found,
    /// The request to answer, if one is open.
    pub answering: Option<Waiting>,
    /// Each person with linked accounts, and for each account whether a session can be switched
    /// from it.
    pub people: Vec<Vec<(Account, bool)>>,
    /// The reason not to link, from the draft.
    pub reason: String,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}
