//! The first migration: creates the schema from the files of `schema/`.

use sea_orm_migration::prelude::*;

use crate::tenant::{self, Allowed};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(include_str!("schema/roles.sql"))
            .await?;
        for (table, file, rows) in TABLES {
            let sql = match rows {
                Rows::Global => (*file).to_owned(),
                Rows::Tenant => tenant::table(table, file, Allowed::All),
                Rows::AppendOnly => tenant::table(table, file, Allowed::Append),
            };
            db.execute_unprepared(&sql).await?;
        }
        // A file says what the function does today, which may need a column of a later migration.
        db.execute_unprepared("SET LOCAL check_function_bodies = off")
            .await?;
        for file in FUNCTIONS {
            db.execute_unprepared(file).await?;
        }
        Ok(())
    }
}

/// Whose rows a table contains.
enum Rows {
    /// Rows without an organisation, or read before the organisation is known (decision 0014). The
    /// file grants what the server needs.
    Global,
    /// Rows that each belong to one organisation.
    Tenant,
    /// Rows of an organisation that are never changed.
    AppendOnly,
}

/// Names the tables, each with the text of its file.
macro_rules! tables {
    ($($rows:ident $name:ident,)+) => {
        &[$((
            stringify!($name),
            include_str!(concat!("schema/tables/", stringify!($name), ".sql")),
            Rows::$rows,
        )),+]
    };
}

/// The texts of functions' files.
macro_rules! functions {
    ($($name:ident,)+) => {
        &[$(include_str!(concat!("schema/functions/", stringify!($name), ".sql"))),+]
    };
}

/// The tables; a table stands after those that it refers to.
const TABLES: &[(&str, &str, Rows)] = tables![
    Global organisations,
    Tenant offices,
    Tenant teams,
    Tenant customers,
    Tenant contracts,
    Tenant dashboards,
    Tenant lists,
    Tenant roles,
    Tenant role_permissions,
    Tenant role_gives,
    Tenant role_manages,
    Tenant role_dashboards,
    Tenant users,
    Tenant user_roles,
    Tenant user_customers,
    Tenant user_dashboards,
    Tenant team_members,
    Tenant list_members,
    Tenant covers,
    Global login_names,
    Tenant credentials,
    Global sessions,
    Global tokens,
    Tenant known_browsers,
    Global drafts,
    Global throttles,
    Global security_events,
    AppendOnly audit_events,
    AppendOnly audit_details,
    AppendOnly audit_seals,
    Tenant repeated_events,
    Tenant outbox,
    Tenant vendor_notices,
    Global linked_accounts,
    Global link_proposals,
    AppendOnly link_requests,
    Tenant clients,
    Tenant client_links,
    Tenant caseload_moves,
    Tenant caseload_moved,
    Tenant resources,
    Tenant referrals,
    AppendOnly referral_events,
    Tenant referral_crossings,
];

/// The functions, by subject.
const FUNCTIONS: &[&str] = functions![
    acting_organisation,
    operator_acts,
    organisation_figures,
    session_start,
    session_authenticate,
    session_through,
    session_end,
    sessions_end_of,
    sessions_end_in,
    token_add,
    token_find,
    token_use,
    tokens_revoke,
    draft_keep,
    draft_find,
    draft_take,
    drafts_delete,
    limits_count,
    outbox_queued,
    outbox_claim,
    audit_behind,
    audit_through,
    operators_here,
    repeated_due,
    sweep,
    users_seat,
    users_found,
    users_search,
    users_count,
    clients_within,
    clients_found,
    clients_search,
    clients_count,
    resources_offered,
    referral_crossings_claim,
    account_state,
    account_shown,
    account_trusted,
    account_distrust,
    account_switch,
    account_unlink,
    accounts_of_session,
    accounts_linked,
    accounts_named,
    accounts_all,
    link_requests_waiting,
    link_request_answer,
    link_propose,
    link_proposal_of,
    link_proposals_open,
    link_agree,
    link_decline,
    link_withdraw,
    users_similar,
    clients_similar,
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{FUNCTIONS, TABLES};

    #[test]
    fn every_file_of_the_schema_is_in_a_list() {
        for (folder, listed) in [("tables", TABLES.len()), ("functions", FUNCTIONS.len())] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("src/schema")
                .join(folder);
            let files = std::fs::read_dir(path).expect("the folder").count();
            assert_eq!(
                listed, files,
                "If you're here because you added a file to schema/{folder}: add it to the list above, \
                 and to a migration for the databases that exist."
            );
        }
    }
}
