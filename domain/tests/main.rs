//! What the domain promises, against a real Postgres: a database of its own for each test.

mod access;
mod accounts;
mod chain;
mod covers;
mod drafts;
mod explanations;
mod isolation;
mod links;
mod organisations;
mod outbox;
mod policy;
mod profile;
mod roles;
mod roles_edit;
mod roles_retire;
mod sessions;
mod support;
mod sweep;
mod throttles;
mod units;
mod users_act;
mod users_create;
mod users_edit;
mod users_list;
