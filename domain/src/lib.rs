//! The business logic of the product. It knows neither Leptos nor axum.
//!
//! Invariant: every function that reads or writes takes a [`scope::Scope`], names the
//! [`Permission`](usher_types::Permission) it acts under and, if it writes, records an audit event
//! before it commits (decision 0001).
#![warn(missing_docs)]

pub mod accounts;
pub mod audit;
pub mod clients;
pub mod constraints;
pub mod covers;
mod credentials;
pub mod customers;
pub mod dashboards;
pub mod delivery;
mod entity;
pub mod error;
pub mod explanations;
mod foundation;
pub mod history;
mod infrastructure;
pub mod licence;
pub mod links;
pub mod lists;
pub mod offices;
pub mod organisations;
pub mod profile;
pub mod referrals;
pub mod reports;
pub mod resources;
pub mod roles;
pub mod scope;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod teams;
mod units;
pub mod users;

pub use error::{Error, Result};
pub use foundation::{hashing, limits, sealing};
pub use infrastructure::{chain, drafts, known_browsers, sweep};
pub use scope::{Db, Scope};
