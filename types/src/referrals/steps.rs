//! The states of a referral, and which step leads from one to another.

use crate::primitives::actions::ReferralStep;
use crate::primitives::coded::coded;

coded! {
    /// The direction of a referral, seen from the organisation of the row.
    Direction {
        /// To one of its own resources.
        Internal = "internal",
        /// To another organisation.
        Sent = "sent",
        /// From another organisation.
        Received = "received",
    }
}

coded! {
    /// The status of a referral.
    Status {
        /// Waits for an answer.
        Sent = "sent",
        /// Waits for a reply to a question.
        Asked = "asked",
        /// Accepted: a place is taken.
        Accepted = "accepted",
        /// Declined.
        Declined = "declined",
        /// Withdrawn by the sender.
        Withdrawn = "withdrawn",
        /// Ended after it was accepted.
        Ended = "ended",
    }
}

/// A side of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The sender.
    Sender,
    /// The receiver.
    Receiver,
}

impl Direction {
    /// Whether the organisation is on this side.
    pub fn is_on(self, side: Side) -> bool {
        match side {
            Side::Sender => self != Self::Received,
            Side::Receiver => self != Self::Sent,
        }
    }
}

impl Status {
    /// Whether the referral is still open.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::Asked)
    }
}

impl ReferralStep {
    /// The steps that people take on an existing referral, in the order a page offers them.
    pub const ACTS: [Self; 6] = [
        Self::Accepted,
        Self::Declined,
        Self::Asked,
        Self::Replied,
        Self::Withdrawn,
        Self::Ended,
    ];

    /// Whether this side may take it.
    pub fn is_of(self, side: Side) -> bool {
        match self {
            Self::Accepted | Self::Declined | Self::Asked => side == Side::Receiver,
            Self::Sent | Self::Replied | Self::Withdrawn => side == Side::Sender,
            Self::Ended => true,
            Self::Undelivered => false,
        }
    }

    /// Whether it requires a note.
    pub fn needs_note(self) -> bool {
        matches!(self, Self::Declined | Self::Asked | Self::Replied)
    }

    /// The status it leads to; `None` if it cannot be taken.
    pub fn next_status(self, from: Status) -> Option<Status> {
        match (self, from) {
            (Self::Accepted, Status::Sent | Status::Asked) => Some(Status::Accepted),
            (Self::Declined, Status::Sent | Status::Asked) => Some(Status::Declined),
            (Self::Asked, Status::Sent) => Some(Status::Asked),
            (Self::Replied, Status::Asked) => Some(Status::Sent),
            (Self::Withdrawn, Status::Sent | Status::Asked) => Some(Status::Withdrawn),
            (Self::Ended, Status::Accepted) => Some(Status::Ended),
            _ => None,
        }
    }

    /// The status it leads to when it is delivered from the other side, which may not have known
    /// the current status. Withdrawing always takes effect; any other step only takes effect if it
    /// could have been taken. So both sides reach the same status, in whatever order steps are
    /// delivered.
    pub fn status_on_arrival(self, at: Status) -> Status {
        if self == Self::Withdrawn {
            Status::Withdrawn
        } else {
            self.next_status(at).unwrap_or(at)
        }
    }
}
