//! The licence agreement: seats, and notices to the vendor (S17, IZ-20).

use serde::{Deserialize, Serialize};

use crate::mail::Delivery;
use crate::primitives::coded::coded;
use crate::primitives::date::{Date, When};
use crate::primitives::ids::NoticeId;
use crate::refusal::Refusal;

/// The percentage of used seats from which a notice is due at once (S17).
const NEARLY: u32 = 90;

/// The agreed and the used seats of an organisation (S17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seats {
    /// The agreed number.
    pub agreed: u32,
    /// The number of seats in use: everybody whose sign-in is set up.
    pub used: u32,
}

impl Seats {
    /// The number of free seats.
    pub fn left(self) -> u32 {
        self.agreed.saturating_sub(self.used)
    }

    /// Whether the vendor is to be notified at once.
    pub fn are_nearly_used(self) -> bool {
        u64::from(self.used) * 100 >= u64::from(self.agreed) * u64::from(NEARLY)
    }
}

coded! {
    /// When a notice to the vendor is due.
    Due {
        /// Accounts were created since the last one.
        Daily = "daily",
        /// The seats are nearly used.
        NearlyUsed = "nearly_used",
    }
}

/// The content of a notice to the vendor (IZ-20): figures, without names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Why it is due.
    pub due: Due,
    /// The time from which accounts are counted.
    pub since: When,
    /// Accounts created since then.
    pub accounts: u32,
    /// Seats in use when it was drafted.
    pub used: u32,
    /// Agreed seats at that time.
    pub seats: Option<u32>,
}

/// A notice to the vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The notice's id.
    pub id: NoticeId,
    /// Its content.
    pub figures: Figures,
    /// When it was drafted.
    pub drafted: When,
    /// How it was sent; `None` while it is a draft.
    pub sent: Option<Sent>,
}

/// The sending of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The time.
    pub at: When,
    /// The address.
    pub to: String,
    /// The person who sent it, if the reader may know.
    pub by: Option<String>,
    /// The delivery state.
    pub delivery: Option<Delivery>,
}

/// The licence agreement, as shown to both sides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Licence {
    /// The seats; `None` where there is no limit.
    pub seats: Option<Seats>,
    /// The first day.
    pub from: Option<Date>,
    /// The last day (inclusive).
    pub until: Option<Date>,
    /// Whether the agreement has expired.
    pub has_ended: bool,
    /// The vendor's address.
    pub vendor: Option<String>,
}

/// The page `/settings/licence`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LicencePage {
    /// The organisation's name.
    pub organisation: String,
    /// The terms of the agreement.
    pub licence: Licence,
    /// The newest notices first.
    pub notices: Vec<Notice>,
    /// The notice that was refused to be sent, and the refusal.
    pub refusal: Option<(NoticeId, Refusal)>,
}
