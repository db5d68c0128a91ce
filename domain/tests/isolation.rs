//! Organisations cannot see each other's data, and Postgres enforces it, too (decision 0002).

use std::collections::BTreeMap;

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use usher_domain::{
    Error, Scope, accounts, chain, clients, covers, customers, dashboards, licence, lists, offices,
    organisations, teams, users,
};
use usher_types::accounts::AskLink;
use usher_types::clients::{ChangePerson, EditClient, MoveCaseload};
use usher_types::covers::GiveCover;
use usher_types::customers::{EditContract, EditCustomer};
use usher_types::dashboards::AssignDashboards;
use usher_types::organisations::EditOrganisation;
use usher_types::paging::Cursor;
use usher_types::units::{ChangeMember, EditOffice, EditTeam};
use usher_types::users::{
    Archive, ChangeRole, EditUser, Invite, ListQuery, NewUser, Restore, SetTemporaryPassword,
};
use usher_types::{BuiltInRole, Permission, Refusal, SignInSetup, UserId};

use crate::support::{
    TEMPORARY, TestDatabase, World, new_user, refusal, role_of, run, run_bare, statement,
};
use crate::{referrals, resources};

/// Tables without an organisation, or read before the organisation is known. All other tables
/// belong to a tenant.
const GLOBAL: [&str; 10] = [
    "organisations",
    "login_names",
    "linked_accounts",
    "link_proposals",
    "sessions",
    "tokens",
    "throttles",
    "security_events",
    "drafts",
    "seaql_migrations",
];

const POLICY: &str =
    "(organisation_id = (NULLIF(current_setting('app.organisation'::text, true), ''::text))::uuid)";

async fn tenant_tables(database: &TestDatabase) -> Vec<String> {
    let tables: Vec<String> = database
        .all("SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1")
        .await;
    for global in GLOBAL {
        assert!(
            tables.iter().any(|table| table == global),
            "If you're here because you removed or renamed the table {global}: remove or rename it in GLOBAL of isolation.rs, too."
        );
    }
    tables
        .into_iter()
        .filter(|table| !GLOBAL.contains(&table.as_str()))
        .collect()
}

const MAKE_IT_SO: &str = "make it with tenant::table of migration/src/tenant.rs and a primary key (organisation_id, …). Only a table that no \
    organisation owns goes into GLOBAL of isolation.rs, and docs/decisions/0014-global-tables.md has to name it.";

#[test]
fn every_tenant_table_is_held_to_one_organisation() {
    run_bare(async |database| {
        for table in tenant_tables(database).await {
            let secured: bool = database
                .one(&format!(
                    "SELECT relrowsecurity FROM pg_class WHERE oid = '{table}'::regclass"
                ))
                .await;
            assert!(
                secured,
                "If you're here because {table} has no row-level security: {MAKE_IT_SO}"
            );
            let policies: Vec<String> = database
                .all(&format!(
                    "SELECT concat_ws(' | ', permissive, cmd, qual, with_check) FROM pg_policies
                        WHERE tablename = '{table}' AND roles <> '{{usher_search}}'"
                ))
                .await;
            let expected = format!("PERMISSIVE | ALL | {POLICY} | {POLICY}");
            assert_eq!(
                policies,
                [expected],
                "If you're here because {table} has another policy than its organisation's: {MAKE_IT_SO}"
            );
        }
    });
}

#[test]
fn the_search_role_reads_the_columns_it_searches_and_nothing_else() {
    run_bare(async |database| {
        let columns: Vec<String> = database
            .all(
                "SELECT concat_ws('.', table_name, column_name, lower(privilege_type)) FROM information_schema.column_privileges
                    WHERE grantee = 'usher_search' ORDER BY 1",
            )
            .await;
        let of = |table: &str, columns: &[&str]| {
            columns
                .iter()
                .map(|column| format!("{table}.{column}.select"))
                .collect::<Vec<_>>()
        };
        let mut expected = of("client_links", &["client_id", "organisation_id", "user_id"]);
        expected.extend(of(
            "clients",
            &[
                "archived_at",
                "id",
                "organisation_id",
                "responsible_id",
                "search_text",
                "sort_name",
                "team_id",
                "user_id",
            ],
        ));
        expected.extend(of(
            "team_members",
            &["organisation_id", "team_id", "user_id"],
        ));
        expected.extend(of("teams", &["id", "office_id", "organisation_id"]));
        expected.extend(of(
            "users",
            &[
                "archived_at",
                "id",
                "office_id",
                "organisation_id",
                "search_text",
                "sort_name",
                "way_in",
            ],
        ));
        assert_eq!(
            columns, expected,
            "If you're here because the search needs another column: it bypasses the policy, so say in the commit why it must, and add it here."
        );
    });
}

#[test]
fn every_tenant_table_begins_its_key_with_the_organisation() {
    run_bare(async |database| {
        for table in tenant_tables(database).await {
            let first: Vec<String> = database
                .all(&format!(
                    "SELECT concat_ws(' ', a.attname, a.attnotnull::text, format_type(a.atttypid, NULL)) FROM pg_index i
                        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                        WHERE i.indisprimary AND i.indrelid = '{table}'::regclass"
                ))
                .await;
            assert_eq!(
                first,
                ["organisation_id true uuid"],
                "If you're here because of the primary key of {table}: {MAKE_IT_SO}"
            );
        }
    });
}

#[test]
fn no_reference_can_cross_organisations() {
    run_bare(async |database| {
        let tenants = tenant_tables(database).await;
        let keys: Vec<String> = database
            .all(
                "SELECT concat_ws(' ', k.conrelid::regclass, k.confrelid::regclass, k.conname, bool_or(a.attname = 'organisation_id' AND b.attname = 'organisation_id')::text)
                    FROM pg_constraint k CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS pair (here, there)
                    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.here
                    JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.there
                    WHERE k.contype = 'f' GROUP BY k.oid ORDER BY 1",
            )
            .await;
        assert!(!keys.is_empty());
        for key in keys {
            let [from, to, name, bound] = key.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{key}")
            };
            if tenants.iter().any(|table| table == to) {
                assert_eq!(
                    bound, "true",
                    "If you're here because {name} lets {from} refer to {to} of another organisation: write FOREIGN KEY (organisation_id, …) REFERENCES {to} (organisation_id, …)."
                );
            }
        }
    });
}

#[test]
fn the_servers_role_has_no_privilege_beyond_its_need() {
    run_bare(async |database| {
        let role: String = database
            .one("SELECT concat_ws(' ', rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication) FROM pg_roles WHERE rolname = 'usher_app'")
            .await;
        assert_eq!(
            role, "f f f f f",
            "If you're here because usher_app may do more: take it away again, or `serve` refuses to start."
        );
        let owned: i64 = database
            .one(
                "SELECT (SELECT count(*) FROM pg_class WHERE relowner = 'usher_app'::regrole) + (SELECT count(*) FROM pg_proc WHERE proowner = 'usher_app'::regrole)
                    + (SELECT count(*) FROM pg_namespace WHERE nspowner = 'usher_app'::regrole) + (SELECT count(*) FROM pg_type WHERE typowner = 'usher_app'::regrole)
                    + (SELECT count(*) FROM pg_auth_members WHERE member = 'usher_app'::regrole)",
            )
            .await;
        assert_eq!(
            owned, 0,
            "If you're here because usher_app owns something or is a member of a role: let the owner own it and grant what is needed."
        );
        let creates: bool = database
            .one("SELECT has_schema_privilege('usher_app', 'public', 'CREATE')")
            .await;
        assert!(
            !creates,
            "If you're here because usher_app may create tables: REVOKE CREATE ON SCHEMA public."
        );
        assert_eq!(
            database.db.privileges_beyond_need().await.expect("answers"),
            None
        );
    });
}

#[test]
fn a_server_connected_as_the_owner_is_refused() {
    run_bare(async |database| {
        let url = database.app_url.replacen("usher_app", "usher_owner", 1);
        let db =
            usher_domain::Db::connect(&url, usher_domain::sealing::Keys::from_master(&[1; 32]), 1)
                .await
                .expect("connects");
        assert_eq!(
            db.privileges_beyond_need()
                .await
                .expect("answers")
                .as_deref(),
            Some("usher_owner owns tables")
        );
        db.close().await;
    });
}

#[test]
fn a_server_that_could_rewrite_the_audit_is_refused() {
    run_bare(async |database| {
        for (grant, table) in [
            ("UPDATE", "audit_events"),
            ("DELETE", "audit_seals"),
            ("UPDATE (changes)", "audit_details"),
        ] {
            database
                .owner_runs(&format!("GRANT {grant} ON {table} TO usher_app"))
                .await;
            assert_eq!(
                database
                    .db
                    .privileges_beyond_need()
                    .await
                    .expect("answers")
                    .as_deref(),
                Some("usher_app may change audit rows")
            );
            database
                .owner_runs(&format!("REVOKE {grant} ON {table} FROM usher_app"))
                .await;
        }
        assert_eq!(
            database.db.privileges_beyond_need().await.expect("answers"),
            None
        );
    });
}

#[test]
fn audit_rows_cannot_be_changed_or_deleted_by_the_server() {
    run(async |world| {
        let app = world.app().await;
        act_for(&app, &world.northfield.to_string()).await;
        let tables: Vec<String> = tenant_tables(world)
            .await
            .into_iter()
            .filter(|table| table.starts_with("audit_"))
            .collect();
        assert!(
            ["audit_events", "audit_details", "audit_seals"]
                .iter()
                .all(|known| tables.iter().any(|table| table == known)),
            "{tables:?}"
        );
        for table in tables {
            let granted: Vec<String> = world
                .all(&format!(
                    "SELECT DISTINCT privilege_type FROM information_schema.column_privileges WHERE grantee IN ('usher_app', 'PUBLIC') AND table_name = '{table}'
                        UNION SELECT privilege_type FROM information_schema.table_privileges WHERE grantee IN ('usher_app', 'PUBLIC') AND table_name = '{table}' ORDER BY 1"
                ))
                .await;
            assert_eq!(
                granted,
                ["INSERT", "SELECT"],
                "{table}: tenant::Allowed::Append grants SELECT and INSERT only"
            );
            for sql in [
                format!("UPDATE {table} SET organisation_id = organisation_id"),
                format!("DELETE FROM {table}"),
                format!("TRUNCATE {table}"),
            ] {
                assert_denied(
                    &app,
                    &sql,
                    "migration/src: tenant::Allowed::Append grants SELECT and INSERT only",
                )
                .await;
            }
        }
    });
}

#[test]
fn sessions_tokens_and_drafts_are_out_of_the_servers_sight() {
    run(async |world| {
        let app = world.app().await;
        for table in [
            "sessions",
            "tokens",
            "drafts",
            "linked_accounts",
            "link_proposals",
        ] {
            for sql in [
                format!("SELECT * FROM {table}"),
                format!("DELETE FROM {table}"),
                format!("INSERT INTO {table} DEFAULT VALUES"),
            ] {
                assert_denied(&app, &sql, "whoever can read the table can take over sessions; reach it by a function that takes the hash")
                    .await;
            }
        }
        assert_denied(
            &app,
            "SELECT * FROM security_events",
            "the server writes them; the owner reads them",
        )
        .await;
    });
}

#[test]
fn definer_functions_set_their_search_path_and_only_the_server_may_call_them() {
    run_bare(async |database| {
        let functions: Vec<String> = database
            .all(
                "SELECT concat_ws(' ', p.proname, coalesce(p.proconfig::text LIKE '%search_path=public, pg_temp%', false)::text,
                        has_function_privilege('public', p.oid, 'EXECUTE')::text, has_function_privilege('usher_app', p.oid, 'EXECUTE')::text)
                    FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace ORDER BY 1",
            )
            .await;
        assert_eq!(
            functions.len(),
            43,
            "If you're here because you added a definer function: it goes around the policies, so count it here and test what it lets through."
        );
        for function in functions {
            assert!(
                function.ends_with(" true false true"),
                "If you're here because of {function} (name, search path, PUBLIC, usher_app): add SET search_path = public, pg_temp to the function, and REVOKE … FROM PUBLIC and GRANT … TO usher_app to its file in migration/src/schema."
            );
        }
    });
}

#[test]
fn a_query_without_a_filter_returns_nothing_of_another_organisation() {
    run(async |world| {
        fill(world).await;
        let (app, sodra) = (world.app().await, world.sodra);
        for table in tenant_tables(world).await {
            let theirs: i64 = world
                .one(&format!(
                    "SELECT count(*) FROM {table} WHERE organisation_id <> '{sodra}'"
                ))
                .await;
            assert!(
                theirs > 0,
                "If you're here because {table} is new: let fill() in isolation.rs put a row of Northfield Care into it."
            );
            act_for(&app, &sodra.to_string()).await;
            let seen = count(
                &app,
                &format!("SELECT count(*) FROM {table} WHERE organisation_id <> '{sodra}'"),
            )
            .await;
            assert_eq!(
                seen, 0,
                "If you're here because {table} leaks rows of another organisation: {MAKE_IT_SO}"
            );
            act_for(&app, "").await;
            let seen = count(&app, &format!("SELECT count(*) FROM {table}")).await;
            assert_eq!(
                seen, 0,
                "If you're here because {table} shows rows where no organisation is acted for: {MAKE_IT_SO}"
            );
        }
    });
}

#[test]
fn a_row_cannot_be_written_into_another_organisation() {
    run(async |world| {
        let app = world.app().await;
        act_for(&app, &world.sodra.to_string()).await;
        let sql = format!(
            "INSERT INTO roles (organisation_id, id, name, position) VALUES ('{}', gen_random_uuid(), 'Smuggled', 99)",
            world.northfield
        );
        let error = app
            .execute_unprepared(&sql)
            .await
            .expect_err("refused")
            .to_string();
        assert!(error.contains("row-level security"), "{error}");
        let moved = app
            .execute_unprepared(&format!(
                "UPDATE user_roles SET organisation_id = '{}'",
                world.northfield
            ))
            .await;
        let error = moved.expect_err("refused").to_string();
        assert!(error.contains("row-level security"), "{error}");
    });
}

#[test]
fn the_search_functions_do_not_look_into_another_organisation() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        let own = ListQuery {
            q: "bea".to_owned(),
            cursor: Cursor::last(),
            ..ListQuery::default()
        };
        assert_eq!(
            users::list(&birgit, own).await.expect("a list").pages.total,
            1,
            "their own is found"
        );
        for q in ["maria", "berg", "ma", "example.org sofia"] {
            // a separate function counts for the last page
            for last in [false, true] {
                let found = users::list(
                    &birgit,
                    ListQuery {
                        q: q.to_owned(),
                        cursor: Cursor {
                            last,
                            ..Cursor::default()
                        },
                        ..ListQuery::default()
                    },
                )
                .await
                .expect("a list");
                assert_eq!((found.pages.total, found.rows.len()), (0, 0), "{q}");
            }
        }
    });
}

#[test]
fn an_organisation_sees_the_names_only_of_operators_who_acted_in_it() {
    run(async |world| {
        let names = async |people: &[&str], at: usher_types::OrganisationId| -> Vec<String> {
            let ids: Vec<String> = people
                .iter()
                .map(|who| format!("'{}'", world.id(who)))
                .collect();
            let asked = format!(
                "SELECT name FROM operators_here(ARRAY[{}]::uuid[]) ORDER BY name",
                ids.join(", ")
            );
            let set = format!("SELECT set_config('app.organisation', '{at}', false)");
            let app = world.app().await;
            app.execute_unprepared(&set).await.expect("set");
            let rows = app.query_all_raw(statement(&asked)).await.expect("answers");
            rows.iter()
                .map(|row| row.try_get("", "name").expect("a name"))
                .collect()
        };
        let everybody = ["sofia", "maria", "karin", "birgit", "bea"];
        assert!(
            names(&everybody, world.sodra).await.is_empty(),
            "nobody came"
        );
        let sofia = world.as_("sofia").await;
        let form = organisations::edit_form(&sofia, &world.sodra.to_string(), None)
            .await
            .expect("a form")
            .form;
        organisations::edit(
            &sofia,
            &EditOrganisation {
                seats: "9".to_owned(),
                ..form
            },
        )
        .await
        .expect("agreed");
        assert_eq!(
            names(&everybody, world.sodra).await,
            ["Sofia Lind (Northfield Care)"]
        );
        let west = world.db.new_id();
        assert!(
            names(&everybody, usher_types::OrganisationId(west))
                .await
                .is_empty(),
            "and nowhere else"
        );
    });
}

#[test]
fn a_cursor_of_another_organisation_leads_to_the_first_page() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        let first = users::list(&birgit, ListQuery::default())
            .await
            .expect("a list");
        let query = ListQuery {
            cursor: Cursor::after(world.id("maria")),
            ..ListQuery::default()
        };
        let there = users::list(&birgit, query).await.expect("a list");
        assert_eq!(there.rows, first.rows);
    });
}

#[test]
fn a_stranger_gets_the_same_answer_for_what_is_there_and_what_is_not() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        let missing = UserId(world.db.new_id());
        for (what, answer) in every_call(&birgit, missing).await {
            assert_eq!(answer, Refusal::NotFound, "{what} of a missing person");
        }
        for who in ["sofia", "maria", "karin"] {
            for (what, answer) in every_call(&birgit, world.id(who)).await {
                assert_eq!(
                    answer,
                    Refusal::NotFound,
                    "If you're here because {what} tells a stranger that {who} is there: select through tx.users(), tx.user(id) or write.manage(id) before anything else."
                );
            }
        }
    });
}

#[test]
fn a_missing_permission_is_refused_before_any_query() {
    run(async |world| {
        let karin = world.as_("karin").await;
        for id in [
            world.id("vera"),
            world.id("birgit"),
            UserId(world.db.new_id()),
        ] {
            for (what, answer) in every_call(&karin, id).await {
                assert_eq!(answer, Refusal::Forbidden, "{what}");
            }
        }
    });
}

#[test]
fn a_visitor_has_no_permission() {
    run(async |world| {
        for (what, answer) in every_call(&world.visitor(), world.id("karin")).await {
            assert_eq!(answer, Refusal::SignIn, "{what}");
        }
    });
}

/// Calls every function that takes a user's id.
async fn every_call(scope: &Scope, id: UserId) -> BTreeMap<&'static str, Refusal> {
    let user = id.to_string();
    let role = match users::new_user_form(scope, None, users::NewUserParams::default()).await {
        Ok(page) => page.roles[0].role.id.to_string(),
        Err(_) => UserId(uuid::Uuid::nil()).to_string(),
    };
    let edited = EditUser {
        user: user.clone(),
        version: "1".to_owned(),
        first_name: "Mallory".to_owned(),
        last_name: "Intruder".to_owned(),
        login_name: "mallory.intruder".to_owned(),
        ..EditUser::default()
    };
    let role = ChangeRole {
        user: user.clone(),
        role,
        ..ChangeRole::default()
    };
    let password = SetTemporaryPassword {
        user: user.clone(),
        temporary_password: usher_types::Secret::new(TEMPORARY),
        ..Default::default()
    };
    let (invite, restore) = (
        Invite {
            user: user.clone(),
            ..Invite::default()
        },
        Restore {
            user: user.clone(),
            ..Restore::default()
        },
    );
    let ask = AskLink {
        user: user.clone(),
        other_login: "karin.elsewhere".to_owned(),
        reason: "Nights".to_owned(),
        ..AskLink::default()
    };
    let archive = Archive {
        user,
        reason: "Left".to_owned(),
        ..Archive::default()
    };
    BTreeMap::from([
        ("the page", refusal(users::page(scope, id).await)),
        (
            "the page that edits",
            refusal(users::edit_user_form(scope, id, None).await),
        ),
        (
            "the page that archives",
            refusal(users::act_page(scope, Permission::ArchiveUsers, id, None).await),
        ),
        ("edit", refusal(users::edit(scope, edited).await)),
        (
            "give a role",
            refusal(users::change_role(scope, &role, true).await),
        ),
        (
            "take a role",
            refusal(users::change_role(scope, &role, false).await),
        ),
        (
            "set a temporary password",
            refusal(users::set_temporary_password(scope, &password).await),
        ),
        ("invite", refusal(users::invite(scope, &invite).await)),
        ("archive", refusal(users::archive(scope, &archive).await)),
        (
            "the page that asks for a link",
            refusal(accounts::ask_page(scope, id, None).await),
        ),
        ("ask for a link", refusal(accounts::ask(scope, &ask).await)),
        ("restore", refusal(users::restore(scope, &restore).await)),
    ])
}

/// Makes every tenant table hold a row of Northfield Care.
async fn fill(world: &World<'_>) {
    let maria = world.as_("maria").await;
    let form = NewUser {
        email: "anna.ahl@example.org".to_owned(),
        way_in: SignInSetup::Invitation.code().to_owned(),
        roles: vec![role_of(&maria, BuiltInRole::Caseworker).await.to_string()],
        ..new_user(&maria, "Anna", "Ahl").await
    };
    let anna = users::create(&maria, form).await.expect("created");
    users::archive(
        &maria,
        &Archive {
            user: anna.to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        },
    )
    .await
    .expect("archived");
    usher_domain::audit::refused(&maria, "/organisations", "forbidden")
        .await
        .expect("counted");
    let key = || world.db.new_id().to_string();
    let office = EditOffice {
        key: key(),
        unit_name: "Norr".to_owned(),
        ..EditOffice::default()
    };
    offices::edit(&maria, &office).await.expect("an office");
    let team = |name: &str| EditTeam {
        key: key(),
        unit_name: name.to_owned(),
        ..EditTeam::default()
    };
    let day = teams::edit(&maria, &team("Dag"))
        .await
        .expect("a team")
        .to_string();
    let night = teams::edit(&maria, &team("Natt"))
        .await
        .expect("a team")
        .to_string();
    let list = lists::list(&maria).await.expect("the lists").rows[0]
        .list
        .id
        .to_string();
    let form = EditCustomer {
        key: key(),
        unit_name: "Acme".to_owned(),
        ..EditCustomer::default()
    };
    let acme = customers::edit(&maria, &form)
        .await
        .expect("a customer")
        .to_string();
    let contract = EditContract {
        key: key(),
        customer: acme.clone(),
        unit_name: "2026".to_owned(),
        config: "Day".to_owned(),
        ..EditContract::default()
    };
    customers::edit_contract(&maria, &contract)
        .await
        .expect("a contract");
    let config = customers::page(&maria, &acme)
        .await
        .expect("a page")
        .contracts[0]
        .0
        .id
        .to_string();
    let form = users::edit_user_form(&maria, world.id("karin"), None)
        .await
        .expect("a form")
        .form;
    users::edit(
        &maria,
        EditUser {
            lists: vec![list],
            customers: vec![acme],
            config,
            ..form
        },
    )
    .await
    .expect("on a list");
    let karin = world.id("karin").to_string();
    let joins = ChangeMember {
        team: day,
        user: karin.clone(),
        ..ChangeMember::default()
    };
    teams::assign_member(&maria, &joins).await.expect("joined");
    fill_dashboards(&maria, world.id("karin")).await;
    covers::assign(
        &maria,
        &GiveCover {
            user: karin,
            cover_teams: vec![night],
            ..GiveCover::default()
        },
    )
    .await
    .expect("covers");
    let sofia = world.as_("sofia").await;
    let agreed = organisations::edit_form(&sofia, &world.northfield.to_string(), None)
        .await
        .expect("a form")
        .form;
    let agreed = EditOrganisation {
        vendor_address: "licences@vendor.example".to_owned(),
        ..agreed
    };
    organisations::edit(&sofia, &agreed).await.expect("agreed");
    assert_eq!(
        licence::draft_daily(&world.later(TimeDelta::hours(24)))
            .await
            .expect("drafts"),
        1
    );
    let asked = AskLink {
        user: world.id("karin").to_string(),
        other_login: "karin.ek.natt".to_owned(),
        reason: "Nights".to_owned(),
        ..AskLink::default()
    };
    accounts::ask(&maria, &asked).await.expect("asked");
    world.token("karin").await;
    let elsa = clients::form(&maria, "", None).await.expect("a form").form;
    let elsa = EditClient {
        first_name: "Elsa".to_owned(),
        last_name: "Björk".to_owned(),
        responsible: world.id("karin").to_string(),
        ..elsa
    };
    let elsa = clients::edit(&maria, &elsa)
        .await
        .expect("a client")
        .to_string();
    let linked = ChangePerson {
        client: elsa,
        user: world.id("vera").to_string(),
        part: "access".to_owned(),
        ..ChangePerson::default()
    };
    clients::assign_person(&maria, &linked)
        .await
        .expect("linked");
    world.token("sven").await;
    let moves = MoveCaseload {
        user: world.id("karin").to_string(),
        all: "on".to_owned(),
        to: world.id("sven").to_string(),
        ..MoveCaseload::default()
    };
    clients::move_on(&maria, &moves).await.expect("moved");
    // a referral that waits for delivery, with the resource that it could have gone to
    resources::offers(&maria, "Day activity", "", true).await;
    resources::takes(&world.as_("birgit").await, true).await;
    let eva = referrals::client(world, world.northfield, world.id("karin"), "Eva").await;
    referrals::refers(&maria, &eva, "", &world.sodra.to_string()).await;
    chain::seal(&world.db).await.expect("seals");
}

/// Assigns a dashboard; roles bring the built-in ones.
async fn fill_dashboards(maria: &Scope, user: UserId) {
    let form = dashboards::assign_page(maria, user, None)
        .await
        .expect("a page")
        .form;
    let chosen = dashboards::list(maria).await.expect("the dashboards")[0]
        .dashboard
        .id
        .to_string();
    dashboards::assign(
        maria,
        &AssignDashboards {
            dashboards: vec![chosen],
            ..form
        },
    )
    .await
    .expect("assigned");
}

async fn act_for(app: &DatabaseConnection, organisation: &str) {
    app.execute_unprepared(&format!(
        "SELECT set_config('app.organisation', '{organisation}', false)"
    ))
    .await
    .expect("set");
}

async fn count(app: &DatabaseConnection, sql: &str) -> i64 {
    let row = app
        .query_one_raw(statement(sql))
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
        .expect("a row");
    row.try_get_by_index(0).expect("a count")
}

async fn assert_denied(app: &DatabaseConnection, sql: &str, then: &str) {
    let said = app.execute_unprepared(sql).await.map_err(Error::from);
    let denied = matches!(&said, Err(error) if error.to_string().contains("permission denied"));
    assert!(
        denied,
        "If you're here because `{sql}` was not denied ({said:?}): {then}."
    );
}

#[test]
fn the_server_could_make_any_organisation_the_operator() {
    run(async |world| {
        let app = world.app().await;
        for column in [
            "is_operator = true",
            "id = gen_random_uuid()",
            "created_at = now()",
        ] {
            let changed = app
                .execute_unprepared(&format!(
                    "UPDATE organisations SET {column} WHERE id = '{}'",
                    world.sodra
                ))
                .await;
            assert!(
                changed.is_err_and(|error| error.to_string().contains("permission denied")),
                "{column}"
            );
        }
        app.execute_unprepared(&format!(
            "UPDATE organisations SET name = 'Södra' WHERE id = '{}'",
            world.sodra
        ))
        .await
        .expect("other columns");
    });
}
