//! Tests of the HTTP interface: the whole router, against a real Postgres.
#![recursion_limit = "512"]

mod accounts;
mod authentication;
mod client;
mod csp_reports;
mod drafts;
mod limits;
mod listening;
mod mails;
mod middleware;
mod migrating;
mod navigation;
mod reach;
mod read_only;
mod referrals;
mod reports;
mod server_functions;
mod statements;

#[path = "../../../domain/tests/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the domain's tests need more of it"
)]
mod support;
