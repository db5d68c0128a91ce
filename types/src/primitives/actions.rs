//! Actions that the audit log, mails and refusals name: how sign-in was set up, what the operator
//! did with an administrator of another organisation, and the steps of a referral.

use serde::{Deserialize, Serialize};

use crate::primitives::coded::coded;

/// What the operator may do with an administrator of another organisation. It does not include
/// setting a password or changing an e-mail address, because either would give access to the
/// account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdministratorAct {
    /// Sends a link to set a password, to the stored address.
    Invite,
    /// Removes the role Organisation administrator.
    RemoveRole,
    /// Archives the account.
    Archive,
    /// Restores the account.
    Restore,
}

impl AdministratorAct {
    /// All, in the order a page offers them.
    pub const ALL: [Self; 4] = [Self::Invite, Self::RemoveRole, Self::Archive, Self::Restore];

    /// The code an address holds.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::RemoveRole => "remove-role",
            Self::Archive => "archive",
            Self::Restore => "restore",
        }
    }

    /// The action with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }

    /// Whether it leaves the organisation with one administrator fewer.
    pub fn takes_away(self) -> bool {
        matches!(self, Self::RemoveRole | Self::Archive)
    }
}

coded! {
    /// A step of a referral.
    ReferralStep {
        /// It was sent.
        Sent = "sent",
        /// The receiver asked something.
        Asked = "asked",
        /// The sender replied.
        Replied = "replied",
        /// The receiver accepted it.
        Accepted = "accepted",
        /// The receiver declined it.
        Declined = "declined",
        /// The sender withdrew it.
        Withdrawn = "withdrawn",
        /// Either side ended it.
        Ended = "ended",
        /// It could not be delivered, because the receiver takes no referrals now.
        Undelivered = "undelivered",
    }
}

coded! {
    /// How a new person's sign-in is set up (S4).
    SignInSetup {
        /// A mail with a single-use link.
        Invitation = "invitation",
        /// Not set up yet; the person is invited later (SV-13).
        OnlyAdd = "only_add",
        /// A password that the administrator hands over, which must be changed at first sign-in.
        TemporaryPassword = "temporary_password",
    }
}

impl SignInSetup {
    /// Whether it takes a seat (S17): a person who is only added has none yet.
    pub fn takes_seat(self) -> bool {
        self != Self::OnlyAdd
    }
}
