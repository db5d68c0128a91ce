//! Tests of the HTTP interface: the whole router, against a real Postgres.
#![recursion_limit = "512"]

mod accounts;
mod asking;
mod calls;
mod counting;
mod csp_reports;
mod drafts;
mod figures;
mod frame;
mod limits;
mod listening;
mod mails;
mod migrating;
mod reach;
mod read_only;
mod referrals;
mod visits;
mod ways;

#[path = "../../../domain/tests/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the domain's tests need more of it"
)]
mod support;
