//! Mails as stored in the outbox: a kind and ids. Texts and links are created when the worker sends
//! them (decision 0019).

use serde::{Deserialize, Serialize};

use crate::primitives::actions::AdministratorAct;
use crate::primitives::date::When;
use crate::primitives::ids::{NoticeId, OrganisationId, ReferralId, UserId};

/// A mail to one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "an id is named after what it identifies")]
pub enum Mail {
    /// Login name and a single-use link to set a password (SV-16).
    Invitation,
    /// To the new address: a link that confirms it.
    ConfirmEmail {
        /// The address that is to be confirmed.
        to: String,
    },
    /// To the old address: it was replaced, or will be (S2).
    EmailChanged {
        /// The address that was in use.
        to: String,
    },
    /// The password was changed (ASVS 6.3.7).
    PasswordChanged,
    /// To the vendor: the current number of accounts (IZ-20). The person of the mail is its sender.
    VendorNotice {
        notice: NoticeId,
        /// The vendor's address.
        to: String,
    },
    /// A request to link accounts was answered.
    LinkAnswered {
        user: UserId,
        /// Whether they were linked.
        linked: bool,
    },
    /// Asks the holder of an account to agree to a link. They sign in to answer, so it carries no
    /// secret.
    LinkProposed {
        /// The organisations of the other accounts.
        with: Vec<OrganisationId>,
    },
    /// The holders of all accounts agreed: they are linked.
    AccountsLinked {
        /// The organisations of the other accounts.
        with: Vec<OrganisationId>,
    },
    /// The account is no longer linked with these.
    AccountUnlinked {
        /// Where they are.
        with: Vec<OrganisationId>,
    },
    /// A session was switched to the account.
    SwitchedTo {
        /// The organisation of the account that signed in.
        with: Vec<OrganisationId>,
    },
    /// To colleagues of an archived person: who it is, and how many clients the reader receives
    /// (OG-64).
    ColleagueArchived {
        /// The archived person.
        user: UserId,
        /// The number of their clients that the reader is now responsible for.
        clients: u32,
    },
    /// To an organisation's other administrators: what the operator did to one of them.
    AdministratorManaged {
        /// The administrator.
        user: UserId,
        /// The action.
        act: AdministratorAct,
        /// The System administrator who did it.
        by: UserId,
    },
    /// A referral waits for an answer. Mails do not name the client.
    ReferralArrived { referral: ReferralId },
    /// A referral changed. Mails do not say how, and do not name the client.
    ReferralMoved { referral: ReferralId },
}

impl Mail {
    /// The other organisations it names.
    pub fn elsewhere(&self) -> &[OrganisationId] {
        match self {
            Self::LinkProposed { with }
            | Self::AccountsLinked { with }
            | Self::AccountUnlinked { with }
            | Self::SwitchedTo { with } => with,
            _ => &[],
        }
    }
}

/// The delivery state of a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Waits for the worker, or for the next attempt.
    Waiting {
        /// The number of attempts so far.
        attempts: u32,
    },
    /// The mail server took it.
    Sent {
        /// The time.
        at: When,
    },
    /// Given up.
    Failed {
        /// The time.
        at: When,
    },
}
