//! The composition root: configuration, database, router, worker. Everything else is behind `usher_domain` and `usher_app`.
//!
//! Invariant: nothing here decides what a person may do; it decides who is asking, and carries the answer.
// the pages are one type, as deep as the page is
#![recursion_limit = "512"]

pub mod admin;
pub mod audit;
pub mod authenticate;
pub mod config;
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
pub mod private_postgres;
pub mod privileges;
pub mod refused;
pub mod reports;
pub mod router;
pub mod serve;
pub mod site;
pub mod statics;
pub mod worker;
