//! Mails as the outbox holds them: what kind, and ids. Words and links are made when the worker sends (design 5.7).

use serde::{Deserialize, Serialize};

use crate::When;
use crate::ids::{NoticeId, OrganisationId, ReferralId, UserId};
use crate::organisations::AdministratorAct;

/// A mail to one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Mail {
    /// Login name and a single-use link to set a password (SV-16).
    Invitation,
    /// To the new address: a link that confirms it.
    ConfirmEmail {
        /// The address that is to be confirmed.
        to: String,
    },
    /// To the old address: it was, or is about to be, replaced (S2).
    EmailChanged {
        /// The address that was in use.
        to: String,
    },
    /// The password was changed (ASVS 6.3.7).
    PasswordChanged,
    /// To the vendor: how many accounts there are now (IZ-20). The person is who sent it.
    VendorNotice {
        /// The notice.
        notice: NoticeId,
        /// The vendor's address.
        to: String,
    },
    /// What was asked about linking somebody's accounts was answered.
    LinkAnswered {
        /// The user.
        user: UserId,
        /// Whether they were linked.
        linked: bool,
    },
    /// Asks the holder of an account to agree to a link. They sign in to answer, so it carries no secret.
    LinkProposed {
        /// Where the other accounts are.
        with: Vec<OrganisationId>,
    },
    /// The holders of all accounts agreed: they are linked.
    AccountsLinked {
        /// Where the other accounts are.
        with: Vec<OrganisationId>,
    },
    /// The account is no longer linked with these.
    AccountUnlinked {
        /// Where they are.
        with: Vec<OrganisationId>,
    },
    /// A session was switched to the account.
    SwitchedTo {
        /// Where the account is that signed in.
        with: Vec<OrganisationId>,
    },
    /// To colleagues of somebody who was archived: who it is, and how many clients come to the reader (OG-64).
    ColleagueArchived {
        /// Who was archived.
        user: UserId,
        /// How many of their clients the reader is responsible for now.
        clients: u32,
    },
    /// To an organisation's other administrators: what the operator did with one of them.
    AdministratorManaged {
        /// With whom.
        user: UserId,
        /// The action.
        act: AdministratorAct,
        /// The System administrator who did it.
        by: UserId,
    },
    /// A referral waits for an answer. Whom it is about, no mail says.
    ReferralArrived {
        /// The referral.
        referral: ReferralId,
    },
    /// Something happened to a referral. What, and whom it is about, no mail says.
    ReferralMoved {
        /// The referral.
        referral: ReferralId,
    },
}

impl Mail {
    /// The other organisations it names.
    pub fn elsewhere(&self) -> &[OrganisationId] {
        match self {
            Self::LinkProposed { with } | Self::AccountsLinked { with } | Self::AccountUnlinked { with } | Self::SwitchedTo { with } => {
                with
            }
            _ => &[],
        }
    }
}

/// Where a mail stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Waits for the worker, or for the next try.
    Waiting {
        /// Tries so far.
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
