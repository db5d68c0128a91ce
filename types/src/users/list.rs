//! The list of people.

use serde::{Deserialize, Serialize};

use crate::lists::Listing;
use crate::primitives::coded::coded;
use crate::primitives::date::When;
use crate::primitives::ids::UserId;
use crate::primitives::paging::{Cursor, Ignored, Pages};
use crate::primitives::references::{OfficeName, RoleName, TeamName};

coded! {
    /// A person's status.
    Status {
        /// Has a password.
        Active = "active",
        /// Has an invitation and has not followed it.
        Invited = "invited",
        /// Has neither.
        NoWayIn = "no_way_in",
        /// In the user bank.
        Archived = "archived",
    }
}

impl Status {
    /// The statuses the list filters by, in order. Archived people are in the user bank (S15).
    pub const LISTED: [Self; 3] = [Self::Active, Self::Invited, Self::NoWayIn];
}

coded! {
    /// People who need an administrator's attention: a filter of the list, and counts of a dashboard
    /// (OG-87).
    AttentionFilter {
        /// Has not been notified: was created and no mail reached them, or has an unused temporary
        /// password.
        NotNotified = "untold",
        /// Can sign in, and has not done so.
        NeverSignedIn = "never_signed_in",
        /// Was inactive for [`AttentionFilter::DAYS`].
        Inactive = "inactive",
        /// Has an invitation or a temporary password that expires within
        /// [`AttentionFilter::ENDS_WITHIN`] days.
        Expiring = "expiring",
        /// Has an invitation or a temporary password that has expired.
        Expired = "expired",
        /// Has a login name that is another person's e-mail address, stored before such names were
        /// refused.
        NotOwnAddress = "not_own_address",
    }
}

impl AttentionFilter {
    /// Days of inactivity.
    pub const DAYS: i64 = 30;
    /// Days before its expiry in which an invitation or a temporary password is shown.
    pub const ENDS_WITHIN: i64 = 3;
}

/// The parameters of the list, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Search words, all of which must match.
    pub q: String,
    /// A [`Status::code`], or nothing.
    pub status: String,
    /// A [`RoleName::code`], or nothing.
    pub role: String,
    /// An office's id, or nothing.
    pub office: String,
    /// A team's id, or nothing.
    pub team: String,
    /// A list's id, or nothing.
    pub list: String,
    /// Not empty to list only people who manage the LMS.
    pub lms: String,
    /// A [`AttentionFilter::code`], or nothing.
    pub watch: String,
    /// The position of the page.
    pub cursor: Cursor,
}

/// The actions that the actor may take on a person, decided by the server, so that the page only
/// shows those.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct May {
    /// Edit details.
    pub edit: bool,
    /// Add or remove roles.
    pub roles: bool,
    /// Set a temporary password, send an invitation.
    pub way_in: bool,
    /// Archive.
    pub archive: bool,
    /// Restore.
    pub restore: bool,
}

/// One person in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The user's id.
    pub id: UserId,
    /// The displayed name.
    pub name: String,
    /// The initials for the avatar.
    pub initials: String,
    /// The address.
    pub email: Option<String>,
    /// The login name.
    pub login_name: String,
    /// Roles besides User, or User alone.
    pub roles: Vec<RoleName>,
    /// The state of the account.
    pub status: Status,
    /// When the account was created.
    pub created: When,
    /// When the person was last active.
    pub last_activity: Option<When>,
    /// What the actor may do with this person (OG-44).
    pub may: May,
}

/// The list of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserList {
    /// The parameters, without ignored ones.
    pub query: ListQuery,
    /// Filters with unknown values, which are ignored.
    pub ignored: Ignored,
    /// One page.
    pub rows: Vec<Row>,
    /// The total number, and the cursors of the other pages.
    pub pages: Pages,
    /// The number of people who were created, and neither invited nor given a password.
    pub untold: u32,
    /// The organisation's roles, to filter by.
    pub roles: Vec<RoleName>,
    /// The offices within reach, to filter by.
    pub offices: Vec<OfficeName>,
    /// The teams within reach, to filter by.
    pub teams: Vec<TeamName>,
    /// The lists, and whether there is an LMS, to filter by.
    pub listing: Listing,
}
