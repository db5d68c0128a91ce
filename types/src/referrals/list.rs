//! The list of referrals.

use serde::{Deserialize, Serialize};

use super::steps::{Direction, Status};
use crate::primitives::date::When;
use crate::primitives::ids::ReferralId;
use crate::primitives::paging::{Cursor, Ignored, Pages};

/// One referral, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralRow {
    /// The referral's id.
    pub id: ReferralId,
    /// Seen from the reader's organisation.
    pub direction: Direction,
    /// Where the referral stands now.
    pub status: Status,
    /// The client's name.
    pub client_name: String,
    /// The resource; empty for an organisation as a whole.
    pub resource_name: String,
    /// The other organisation; empty if there is none.
    pub other_name: String,
    /// When it was sent.
    pub created: When,
}

/// Instead of a [`Direction`], a list's filter for referrals that the organisation is to answer,
/// from any sender.
pub const TO_US: &str = "to_us";

/// Instead of a [`Status`], a list's filter for [open](Status::is_open) referrals.
pub const OPEN: &str = "open";

/// The parameters of the list, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// A [`Direction`] by its code, [`TO_US`], or nothing.
    pub direction: String,
    /// A [`Status`] by its code, [`OPEN`], or nothing.
    pub status: String,
    /// The position of the page.
    pub cursor: Cursor,
}

/// The referrals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralList {
    /// One page of referrals within reach, newest first.
    pub rows: Vec<ReferralRow>,
    /// The total number, and the cursors of the other pages.
    pub pages: Pages,
    /// The parameters, without ignored ones.
    pub query: ListQuery,
    /// Filters with unknown values, which are ignored.
    pub ignored: Ignored,
    /// Whether the actor may refer clients.
    pub may_refer: bool,
}
