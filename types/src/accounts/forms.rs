//! The forms about linked accounts.

use crate::form::form;
use crate::primitives::ids::UserId;
use crate::primitives::url::{encode, own_path};

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
        user,
        /// Their login name in the other organisation. Whether it exists is not revealed.
        other_login,
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
        request,
        /// The reason, for the requester.
        reason,
    }
}

form! {
    /// Agrees to a proposal as the holder of one of its accounts, or declines it.
    AnswerProposal shown at |_form| "/profile/accounts".to_owned();
    text {
        proposal,
    }
}

form! {
    /// Withdraws a proposal.
    WithdrawProposal shown at |_form| LINKS.to_owned();
    text {
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
