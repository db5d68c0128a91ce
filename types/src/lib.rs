//! What browser and server share: ids, forms with `parse`, views, permissions, events and refusals.
//!
//! Invariant: pure. No I/O, no clock, no randomness, and no texts: errors are data, which `app`
//! translates.
//!
//! Each module uses only those below it: a context uses other contexts without a circle; contexts use
//! `overrides`, `conflict`, `form`, `audit`, `refusal` and `primitives`, in this order, and none of
//! these knows a context. What `primitives` holds is exported here.
#![warn(missing_docs)]

pub mod access;
pub mod accounts;
pub mod audit;
pub mod clients;
pub mod conflict;
pub mod covers;
pub mod customers;
pub mod dashboards;
pub mod explanations;
pub mod form;
pub mod lists;
pub mod mail;
pub mod organisations;
pub mod overrides;
mod primitives;
pub mod profile;
pub mod referrals;
pub mod refusal;
pub mod reports;
pub mod resources;
pub mod roles;
pub mod search;
pub mod session;
pub mod settings;
pub mod units;
pub mod users;

pub use primitives::actions::{AdministratorAct, ReferralStep, SignInSetup};
pub use primitives::built_in::{BuiltInDashboard, BuiltInList, BuiltInRole};
pub use primitives::coded::UnknownCode;
pub use primitives::date::{Date, InvalidDate, When};
pub use primitives::ids::{
    ClientId, ContractId, CoverId, CustomerId, DashboardId, EventId, IdempotencyKey, ListId,
    MailId, MoveId, NoticeId, OfficeId, OrganisationId, ReferralId, ResourceId, RoleId, TeamId,
    UserId,
};
pub use primitives::permission::{Area, GrantChange, Grants, Permission, Reach};
pub use primitives::preferences::{Language, Theme};
pub use primitives::references::{
    ClientName, Contract, Customer, DashboardName, FoundUser, ListName, OfficeName, RoleName,
    TeamName,
};
pub use primitives::secret::Secret;
pub use primitives::{
    csv, durations, email, identity_number, invisible, login_name, names, paging, password, phone,
    url,
};
pub use refusal::{Field, Invalid, Problem, Refusal, Warning};
