//! Accounts of one person in several organisations (S13): an administrator asks for a link, a
//! System administrator proposes it, the holders of all accounts agree, and the person switches
//! between them.

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
    /// Switches to an account in another organisation, without signing in again.
    SwitchAccount shown at |form| match own_path(&form.next) {
        Some(next) => format!("/profile/accounts?next={}", encode(next)),
        None => "/profile/accounts".to_owned(),
    };
    text {
        /// The organisation to act for.
        to,
        /// The page to open there; only paths of this site.
        next,
    }
}

form! {
    /// Requests that the System administrators link a person's account with one in another
    /// organisation (OG-82).
    AskLink shown at |form| form.user.parse::<UserId>().map_or_else(|_| "/users".to_owned(), |user| format!("/users/{user}/links"));
    text {
        /// The user.
        user,
        /// Their login name in the other organisation. Whether it exists is not revealed.
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
        /// The reason, for the requester.
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
    /// Removes the actor's own account from the linked ones.
    LeaveLink shown at |_form| "/profile/accounts".to_owned();
}

form! {
    /// Removes an account from a person's linked accounts.
    UnlinkAccount shown at |_form| LINKS.to_owned();
    text {
        /// The organisation of the account.
        of,
        /// The user.
        user,
    }
}

/// The address of the page that links accounts.
const LINKS: &str = "/organisations/links";

fn sought(one: &str, other: &str, request: &str) -> String {
    let named = [("one", one), ("other", other), ("request", request)];
    let query: Vec<_> = named
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    if query.is_empty() {
        LINKS.to_owned()
    } else {
        format!("{LINKS}?{}", query.join("&"))
    }
}

impl AskLink {
    /// The login name in the other organisation, and the reason.
    ///
    /// # Errors
    /// All invalid fields at once.
    pub fn parse(&self) -> Result<(LoginName, String), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let name = checks.take(Field::OtherLogin, LoginName::parse(&self.other_login));
        let reason = checks.take(Field::Reason, paragraph(&self.reason, TEXT));
        name.zip(reason)
            .filter(|_| checks.is_clean())
            .ok_or_else(|| checks.into_invalid())
    }
}

impl DeclineLink {
    /// Why not.
    ///
    /// # Errors
    /// Without a reason.
    pub fn parse(&self) -> Result<String, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let reason = checks.take(Field::Reason, paragraph(&self.reason, TEXT));
        reason
            .filter(|_| checks.is_clean())
            .ok_or_else(|| checks.into_invalid())
    }
}

/// Whether a session can be switched to an account.
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
    /// An administrator changed the sign-in of the current account since the accounts were linked,
    /// so it no longer proves who the person is.
    Reset,
}

/// An account in an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The organisation of the account.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// The user.
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
    /// The id.
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
    /// The id.
    pub id: Uuid,
    /// Its accounts, each with whether the holder has agreed.
    pub accounts: Vec<(Account, bool)>,
    /// When it expires.
    pub expires: When,
}

/// A request, as shown to the requester.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The login name in the other organisation, as typed.
    pub login_name: String,
    /// The reason.
    pub reason: String,
    /// When it was requested.
    pub asked: When,
    /// When it was answered, whether a link was proposed, and the reason if not.
    pub answer: Option<(When, bool, String)>,
}

/// A person's accounts in other organisations, and the form that requests another link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskLinkPage {
    /// The user.
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
    /// The id.
    pub id: Uuid,
    /// The account.
    pub account: Account,
    /// The requester.
    pub asker: Account,
    /// The login name in the other organisation, as typed.
    pub login_name: String,
    /// The reason.
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
        let asked = AskLink {
            other_login: " Anna.Berg ".to_owned(),
            reason: " Nights ".to_owned(),
            ..AskLink::default()
        };
        let (name, reason) = asked.parse().expect("good");
        assert_eq!(
            (name.key().as_str(), reason.as_str()),
            ("anna.berg", "Nights")
        );
    }

    #[test]
    fn a_refused_switch_remembers_where_one_was_going_and_a_refused_link_what_was_looked_for() {
        let switch = |next: &str| {
            SwitchAccount {
                next: next.to_owned(),
                ..SwitchAccount::default()
            }
            .page()
        };
        assert_eq!(
            switch("/users?q=a"),
            "/profile/accounts?next=/users%3Fq%3Da"
        );
        assert_eq!(switch("//evil.example"), "/profile/accounts");
        let link = ProposeLink {
            one: "a&b".to_owned(),
            other: "c".to_owned(),
            ..ProposeLink::default()
        };
        assert_eq!(link.page(), "/organisations/links?one=a%26b&other=c");
    }
}
