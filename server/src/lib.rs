//! The composition root: configuration, database, router, worker. Everything else is in
//! `usher_domain` and `usher_app`.
//!
//! Invariant: this crate does not decide what a user may do. It authenticates the user and returns
//! the domain's answer.
// each page is a single type, nested as deeply as the page
#![recursion_limit = "512"]

pub mod admin;
pub mod audit;
pub mod authenticate;
pub mod body;
pub mod config;
pub mod csp_reports;
pub mod database;
pub mod demo;
pub mod files;
pub mod first_run;
pub mod headers;
pub mod keys;
pub mod links;
pub mod listening;
pub mod logging;
pub mod mailer;
pub mod pages;
pub mod privileges;
pub mod rate_limit;
pub mod refused;
pub mod router;
pub mod serve;
pub mod shutdown;
pub mod site;
pub mod state;
pub mod statics;
pub mod worker;
