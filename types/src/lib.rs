//! What browser and server share: ids, forms with `parse`, views, permissions, events and refusals.
//!
//! Invariant: pure. No I/O, no clock, no randomness, and no texts: errors are data, which `app`
//! translates.
#![warn(missing_docs)]

pub mod access;
pub mod accounts;
pub mod audit;
pub mod clients;
pub mod conflict;
pub mod covers;
pub mod csv;
pub mod customers;
pub mod dashboards;
pub mod email;
pub mod explanations;
pub mod form;
pub mod identity_number;
pub mod ids;
pub mod invisible;
pub mod lists;
pub mod login_name;
pub mod mail;
pub mod names;
pub mod organisations;
pub mod paging;
pub mod password;
pub mod permission;
pub mod phone;
pub mod profile;
pub mod referrals;
pub mod refusal;
pub mod reports;
pub mod resources;
pub mod roles;
pub mod session;
pub mod settings;
pub mod units;
pub mod users;

pub use ids::{
    ClientId, ContractId, CoverId, CustomerId, DashboardId, EventId, IdempotencyKey, ListId,
    MailId, MoveId, NoticeId, OfficeId, OrganisationId, ReferralId, ResourceId, RoleId, TeamId,
    UserId,
};
pub use permission::{Grants, Permission, Reach};
pub use refusal::{Field, Invalid, Problem, Refusal, Warning};

use serde::{Deserialize, Serialize};

/// A language the product speaks, in pages, mails and errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Swedish.
    Sv,
}

impl Language {
    /// Both, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::En, Self::Sv];

    /// The BCP 47 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Sv => "sv",
        }
    }

    /// The language with this code, region subtags ignored.
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.split(['-', '_']).next()?;
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(primary.trim()))
    }
}

/// The colours of the pages: a person's own choice, or what their device prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// The preference of the device.
    #[default]
    Device,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Device, Self::Light, Self::Dark];

    /// The code used in forms and cookies.
    pub fn code(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// A moment as a page shows it: the server formats every date in the person's zone and language
/// (decision 0020).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// RFC 3339, in UTC.
    pub iso: String,
    /// As the person reads it.
    pub text: String,
}
