//! The business logic of the product. It knows neither Leptos nor axum.
//!
//! Invariant: every function that reads or writes takes a [`scope::Scope`], names the
//! [`Permission`](usher_types::Permission) it acts under and, if it writes, records an audit event
//! before it commits (decision 0001).
#![warn(missing_docs)]

pub mod accounts;
pub mod audit;
pub mod chain;
pub mod clients;
pub mod covers;
pub mod customers;
pub mod dashboards;
pub mod drafts;
mod entity;
pub mod error;
pub mod explanations;
pub mod hashing;
pub mod history;
mod idempotency;
pub mod known_browsers;
pub mod licence;
pub mod links;
pub mod lists;
pub mod organisations;
pub mod outbox;
mod paging;
pub mod profile;
pub mod referrals;
pub mod reports;
pub mod resources;
pub mod roles;
pub mod scope;
pub mod sealing;
pub mod sessions;
pub mod settings;
pub mod sweep;
pub mod throttles;
mod time;
pub mod units;
pub mod users;

pub use error::{Error, Result};
pub use scope::{Db, Scope};
