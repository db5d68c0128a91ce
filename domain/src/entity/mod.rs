//! SeaORM entities of the tables. Private to `domain`; only a transaction of a `Scope` queries
//! them.

pub mod audit_details;
pub mod audit_events;
pub mod audit_seals;
pub mod client_links;
pub mod clients;
pub mod contracts;
pub mod covers;
pub mod credentials;
pub mod customers;
pub mod dashboards;
pub mod link_requests;
pub mod list_members;
pub mod lists;
pub mod login_names;
pub mod offices;
pub mod organisations;
pub mod outbox;
pub mod referral_crossings;
pub mod referral_events;
pub mod referrals;
pub mod resources;
pub mod role_gives;
pub mod role_manages;
pub mod role_permissions;
pub mod roles;
pub mod team_members;
pub mod teams;
pub mod user_customers;
pub mod user_roles;
pub mod users;
pub mod vendor_notices;
