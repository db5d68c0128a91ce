//! Accounts of one person in several organisations (S13): an administrator asks for a link, a System administrator proposes it, the
//! holders of all accounts agree, and the person switches between them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::When;
use crate::form::{Checks, form, paragraph};
use crate::ids::{OrganisationId, UserId};
use crate::login_name::LoginName;
use crate::refusal::{Field, Invalid, Refusal};
use crate::session::{encode, own_path};
use crate::users::TEXT;

form! {
    /// Acts for another organisation one has an account in, without signing in again.
    SwitchAccount shown at |form| match own_path(&form.next) {
        Some(next) => format!("/profile/accounts?next={}", encode(next)),
        None => "/profile/accounts".to_owned(),
    };
    text {
        /// The organisation to act for.
        to,
        /// The page to open there; own paths only.
        next,
    }
}

form! {
    /// Asks the System administrators to link somebody's account with one elsewhere (OG-82).
    AskLink shown at |form| form.user.parse::<UserId>().map_or_else(|_| "/users".to_owned(), |user| format!("/users/{user}/links"));
    text {
        /// The user.
        user,
        /// The login name they have elsewhere. Nobody learns whether it exists.
        other_login,
        /// The reason.
        reason,
    }
}

form! {
    /// Proposes to the holders of two accounts to link them.
    ProposeLink shown at |form| sought(&form.one, &form.other, &form.request);
    text {
        /// The login name of one.
        one,
        /// The login name of the other.
        other,
        /// The request this answers; empty for none.
        request,
    }
}

form! {
    /// Answers a request without linking.
    DeclineLink shown at |form| sought("", "", &form.request);
    text {
        /// The request.
        request,
        /// Why not, for who asked.
        reason,
    }
}

form! {
    /// Agrees to a proposal as the holder of one of its accounts, or declines it.
    AnswerProposal shown at |_form| "/profile/accounts".to_owned();
    text {
        /// The proposal.
        proposal,
    }
}

form! {
    /// Withdraws a proposal.
    WithdrawProposal shown at |_form| LINKS.to_owned();
    text {
        /// The proposal.
        proposal,
    }
}

form! {
    /// Takes one's own account out of the linked ones.
    LeaveLink shown at |_form| "/profile/accounts".to_owned();
}

form! {
    /// Takes an account out of those of a person.
    UnlinkAccount shown at |_form| LINKS.to_owned();
    text {
        /// The organisation it is of.
        of,
        /// The user.
        user,
    }
}

/// Where accounts are linked.
const LINKS: &str = "/organisations/links";

fn sought(one: &str, other: &str, request: &str) -> String {
    let named = [("one", one), ("other", other), ("request", request)];
    let query: Vec<_> =
        named.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if query.is_empty() { LINKS.to_owned() } else { format!("{LINKS}?{}", query.join("&")) }
}

impl AskLink {
    /// The login name elsewhere, and why.
    ///
    /// # Errors
    /// Every field that is wrong, at once.
    pub fn parse(&self) -> Result<(LoginName, String), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let name = checks.take(Field::OtherLogin, LoginName::parse(&self.other_login));
        let reason = checks.take(Field::Reason, paragraph(&self.reason, TEXT));
        name.zip(reason).filter(|_| checks.is_clean()).ok_or_else(|| checks.into_invalid())
    }
}

impl DeclineLink {
    /// Why not.
    ///
    /// # Errors
    /// Where nothing is said.
    pub fn parse(&self) -> Result<String, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let reason = checks.take(Field::Reason, paragraph(&self.reason, TEXT));
        reason.filter(|_| checks.is_clean()).ok_or_else(|| checks.into_invalid())
    }
}

/// Whether an account can be switched to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It can.
    Ready,
    /// Its temporary password must be changed first.
    Temporary,
    /// Its invitation has not been followed.
    Invited,
    /// It has neither password nor invitation.
    NoWayIn,
    /// It is in the user bank.
    Archived,
    /// Its organisation is suspended.
    Suspended,
    /// An administrator gave the account one acts with another way in since the two were linked: who that is, is no longer proved.
    Reset,
}

/// An account in some organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// The user.
    pub user: UserId,
    /// The person's name there.
    pub name: String,
    /// What they sign in with there.
    pub login_name: String,
    /// Whether it can be switched to.
    pub state: State,
}

/// The actor's accounts in other organisations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountsPage {
    /// Those linked with the one acted with.
    pub accounts: Vec<Account>,
    /// What its holder is asked to agree to.
    pub proposal: Option<Proposal>,
    /// Whether the session was switched from another account: answers are given by who signed in to this one.
    pub is_switched: bool,
    /// The page to open after switching; empty for the first one.
    pub next: String,
    /// Why the last attempt was refused.
    pub refusal: Option<Refusal>,
}

/// A proposal to link, as the holder of one of its accounts sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The id.
    pub id: Uuid,
    /// The other accounts.
    pub others: Vec<Party>,
    /// Whether the holder has agreed.
    pub has_agreed: bool,
    /// When it ends unanswered.
    pub expires: When,
}

/// An account that is to be linked, as far as holders of the others are told before it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Whose it is.
    pub name: String,
    /// The name of its organisation.
    pub organisation_name: String,
    /// Whether its holder has agreed.
    pub has_agreed: bool,
}

/// A proposal to link, as the System administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// The id.
    pub id: Uuid,
    /// Its accounts, each with whether the holder has agreed.
    pub accounts: Vec<(Account, bool)>,
    /// When it ends unanswered.
    pub expires: When,
}

/// A request to link, as who asked sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The login name elsewhere, as typed.
    pub login_name: String,
    /// The reason.
    pub reason: String,
    /// When it was asked.
    pub asked: When,
    /// When it was answered, whether a link was proposed, and why not.
    pub answer: Option<(When, bool, String)>,
}

/// A person's accounts in other organisations, and the form that requests another link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskLinkPage {
    /// The user.
    pub user: UserId,
    /// Their name as displayed.
    pub name: String,
    /// Those linked already.
    pub accounts: Vec<Account>,
    /// What was asked before, the newest first.
    pub requests: Vec<Request>,
    /// An empty form, or the saved draft.
    pub form: AskLink,
    /// Why the saved draft was refused.
    pub refusal: Option<Refusal>,
}

/// A request that waits for an answer, as the System administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The id.
    pub id: Uuid,
    /// The account.
    pub account: Account,
    /// Who asks.
    pub asker: Account,
    /// The login name elsewhere, as typed.
    pub login_name: String,
    /// The reason.
    pub reason: String,
    /// When it was asked.
    pub asked: When,
}

/// What the page that links accounts is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sought {
    /// A login name or an address.
    pub one: String,
    /// Another one, or nothing where the address leads to both.
    pub other: String,
    /// The request to answer.
    pub request: String,
}

/// What a search for two accounts led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Nothing was looked for.
    Nothing,
    /// Two that can be linked.
    Pair(Box<(Account, Account)>),
    /// Not exactly two: what was found for one and for the other.
    Unclear(Vec<Account>, Vec<Account>),
}

/// The page that links accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinksPage {
    /// Requests that wait for an answer, the oldest first.
    pub waiting: Vec<Waiting>,
    /// Proposals that wait for holders to agree.
    pub proposals: Vec<Proposed>,
    /// What was looked for.
    pub sought: Sought,
    /// What was found.
    pub found: Found,
    /// The request that is looked at.
    pub answering: Option<Waiting>,
    /// Each person with linked accounts, each with whether one can be switched from.
    pub people: Vec<Vec<(Account, bool)>>,
    /// What was typed before as the reason not to link.
    pub reason: String,
    /// Why the last attempt was refused.
    pub refusal: Option<Refusal>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;
    use crate::refusal::Problem;

    #[test]
    fn a_request_needs_a_login_name_and_a_reason() {
        let wrong = AskLink::default().parse().expect_err("empty");
        assert_eq!(wrong.at(Field::OtherLogin), Some(&Problem::Missing));
        assert_eq!(wrong.at(Field::Reason), Some(&Problem::Missing));
        let asked = AskLink { other_login: " Anna.Berg ".to_owned(), reason: " Nights ".to_owned(), ..AskLink::default() };
        let (name, reason) = asked.parse().expect("good");
        assert_eq!((name.key().as_str(), reason.as_str()), ("anna.berg", "Nights"));
    }

    #[test]
    fn a_refused_switch_remembers_where_one_was_going_and_a_refused_link_what_was_looked_for() {
        let switch = |next: &str| SwitchAccount { next: next.to_owned(), ..SwitchAccount::default() }.page();
        assert_eq!(switch("/users?q=a"), "/profile/accounts?next=/users%3Fq%3Da");
        assert_eq!(switch("//evil.example"), "/profile/accounts");
        let link = ProposeLink { one: "a&b".to_owned(), other: "c".to_owned(), ..ProposeLink::default() };
        assert_eq!(link.page(), "/organisations/links?one=a%26b&other=c");
    }
}
