//! The user interface, rendered on the server and in the browser: the shell, the pages, their
//! server functions, and all texts.
//!
//! Invariant: a page calls the domain only through the `api` module of its folder, and a server
//! function there is one call of `serve` or `submit`.
#![recursion_limit = "512"]

mod accounts;
mod activity;
mod clients;
mod customers;
mod dashboards;
mod error;
mod help;
mod labels;
mod lists;
#[cfg(feature = "ssr")]
pub mod mail;
mod messages;
mod navigation;
mod notice;
mod organisations;
mod people;
mod profile;
mod referrals;
pub mod reports;
#[cfg(feature = "ssr")]
pub mod request;
mod resources;
mod roles;
mod search;
mod session;
mod settings;
mod shell;
mod ui;
mod units;
#[cfg(feature = "ssr")]
pub mod unsaved;
mod users;
#[cfg(test)]
mod wording;

pub use error::AppError;
pub use notice::Notice;
#[cfg(feature = "ssr")]
pub use request::PUBLIC;
pub use shell::{App, shell};
#[cfg(feature = "ssr")]
pub use shell::{paths, render};
#[cfg(feature = "hydrate")]
pub use ui::{restore_islands, snapshot_islands};
