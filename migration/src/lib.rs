//! The schema: one file for each migration.
//!
//! Invariant: every tenant table is created by [`tenant::table`], which adds the organisation, the
//! composite key, the policy and the grants. A catalogue test in `domain` fails for a table that is
//! created in another way.

use sea_orm_migration::prelude::*;

mod m20261122_000001_front_door;
mod m20261123_000002_own_roles;
mod m20261123_000003_offices_and_teams;
mod m20261124_000001_settings;
mod m20261124_000002_lists;
mod m20261124_000003_links;
mod m20261125_000001_clients;
mod m20261125_000002_referrals;
mod m20261125_000003_dashboards;
mod m20261125_000004_crossings;
mod m20261126_000001_counts;
mod m20261127_000001_moves_swept;
mod m20261127_000002_limits;
mod m20261127_000003_drafts;
mod m20261127_000004_repeated_events;
mod m20261127_000005_sessions_of_one;
mod m20261128_000001_names;
mod m20261128_000002_phones;
mod m20261128_000003_domains;
mod m20261129_000001_sign_in_ends;
mod m20261129_000002_not_told;
mod m20261130_000001_operator_fixed;
mod m20261130_000002_known_browsers;
mod m20261201_000001_secrets_taken;
mod m20261201_000002_operators_here;
mod m20261201_000003_portal;
mod m20261201_000004_audit_through;
mod m20261201_000005_link_consent;
mod rows;
mod tenant;

pub use sea_orm_migration::MigratorTrait;

/// The login role of the running server, which owns nothing and does not bypass row-level security.
pub const APP_ROLE: &str = "usher_app";
/// The role that owns the search functions and cannot log in, because queries under row-level
/// security do not use a trigram index.
pub const SEARCH_ROLE: &str = "usher_search";

/// All migrations in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_front_door::Migration),
            Box::new(m20261123_000002_own_roles::Migration),
            Box::new(m20261123_000003_offices_and_teams::Migration),
            Box::new(m20261124_000001_settings::Migration),
            Box::new(m20261124_000002_lists::Migration),
            Box::new(m20261124_000003_links::Migration),
            Box::new(m20261125_000001_clients::Migration),
            Box::new(m20261125_000002_referrals::Migration),
            Box::new(m20261125_000003_dashboards::Migration),
            Box::new(m20261125_000004_crossings::Migration),
            Box::new(m20261126_000001_counts::Migration),
            Box::new(m20261127_000001_moves_swept::Migration),
            Box::new(m20261127_000002_limits::Migration),
            Box::new(m20261127_000003_drafts::Migration),
            Box::new(m20261127_000004_repeated_events::Migration),
            Box::new(m20261127_000005_sessions_of_one::Migration),
            Box::new(m20261128_000001_names::Migration),
            Box::new(m20261128_000002_phones::Migration),
            Box::new(m20261128_000003_domains::Migration),
            Box::new(m20261129_000001_sign_in_ends::Migration),
            Box::new(m20261129_000002_not_told::Migration),
            Box::new(m20261130_000001_operator_fixed::Migration),
            Box::new(m20261130_000002_known_browsers::Migration),
            Box::new(m20261201_000001_secrets_taken::Migration),
            Box::new(m20261201_000002_operators_here::Migration),
            Box::new(m20261201_000003_portal::Migration),
            Box::new(m20261201_000004_audit_through::Migration),
            Box::new(m20261201_000005_link_consent::Migration),
        ]
    }
}
