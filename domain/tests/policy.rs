//! The permissions of each role, as a readable table.

use std::fmt::Write;
use std::path::Path;

use usher_migration::{Migrator, MigratorTrait};
use usher_types::roles::BuiltInRole;
use usher_types::{OrganisationId, Permission};

use crate::support::{World, run};

#[test]
fn the_policy_is_what_policy_txt_says() {
    run(async |world| {
        let policy = format!(
            "Who may do what, as the database holds it in a new organisation.\n\
            Written by domain/tests/policy.rs; `UPDATE=1 cargo test -p usher-domain policy` writes it anew. A change here is a\n\
            change of what people may do: read it twice.\n\n\
            Everybody holds User. A person may do what any of their roles allows.\n\
            \"May give\": the roles its holder can give to somebody. \"May manage\": its holder can edit, archive or reset a person\n\
            only if every role of that person (beside User) is in this list; with User in it, also somebody who holds User alone.\n\
            Where the settings switch the portal on, Organisation administrator may give and manage Security administrator, Portal administrator\n\
            and Super user, too.\n\n\
            THE OPERATOR'S ORGANISATION\n{}\nEVERY OTHER ORGANISATION\n{}",
            table(world, world.northfield).await,
            table(world, world.sodra).await
        );
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy.txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &policy).expect("policy.txt can be written");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == policy,
            "If you're here because you changed what a role may do: run `UPDATE=1 cargo test -p usher-domain policy`, read the \
            difference in domain/tests/policy.txt as somebody who has to answer for it, and commit it. It would be now:\n\n{policy}"
        );
    });
}

#[test]
fn what_the_database_holds_is_what_the_code_says() {
    run(async |world| {
        for (organisation, is_operator) in [(world.northfield, true), (world.sodra, false)] {
            for role in BuiltInRole::ALL
                .into_iter()
                .filter(|role| role.belongs(is_operator))
            {
                let mut said: Vec<_> = role
                    .permissions()
                    .iter()
                    .map(|(permission, reach)| format!("{} {}", permission.code(), reach.code()))
                    .collect();
                said.sort();
                assert_eq!(
                    permissions(world, organisation, role).await,
                    said,
                    "{role:?}"
                );
                for (table, column, theirs) in [
                    ("role_gives", "gives_id", role.may_give()),
                    ("role_manages", "manages_id", role.may_manage()),
                ] {
                    let keys: Vec<_> = BuiltInRole::ALL
                        .iter()
                        .filter(|other| theirs.contains(other))
                        .map(|role| role.key())
                        .collect();
                    assert_eq!(
                        others(world, organisation, role, table, column).await,
                        keys,
                        "{role:?} {table}"
                    );
                }
            }
        }
    });
}

#[test]
fn an_organisation_from_before_gets_what_a_new_one_has() {
    run(async |world| {
        let fresh = [
            table(world, world.northfield).await,
            table(world, world.sodra).await,
        ];
        world
            .owner_runs(
                "DELETE FROM role_permissions WHERE permission = 'edit_roles';
                DELETE FROM roles WHERE key IN ('security_administrator', 'portal_administrator', 'super_user');
                UPDATE roles SET position = 6 - position WHERE key IS NOT NULL AND key NOT IN ('assistant', 'client');
                ALTER TABLE roles DROP COLUMN version, DROP COLUMN retired_at, DROP COLUMN name_key;
                DELETE FROM seaql_migrations WHERE version = 'm20261123_000002_own_roles'",
            )
            .await;
        Migrator::up(&world.owner, None).await.expect("migrates");
        assert_eq!(
            [
                table(world, world.northfield).await,
                table(world, world.sodra).await
            ],
            fresh
        );
    });
}

#[test]
fn an_organisation_from_before_lists_gets_what_a_new_one_has() {
    run(async |world| {
        let fresh = [
            table(world, world.northfield).await,
            table(world, world.sodra).await,
        ];
        world
            .owner_runs(
                "DELETE FROM role_permissions WHERE permission = 'manage_lists';
                DELETE FROM role_permissions p USING roles r WHERE r.id = p.role_id AND r.key = 'staff';
                DELETE FROM role_gives g USING roles r WHERE r.id = g.role_id AND r.key = 'staff';
                DROP TABLE list_members, lists;
                ALTER TABLE users DROP COLUMN lms_manager;
                ALTER TABLE organisations DROP COLUMN uses_lms;
                DELETE FROM seaql_migrations WHERE version = 'm20261124_000002_lists'",
            )
            .await;
        Migrator::up(&world.owner, None).await.expect("migrates");
        assert_eq!(
            [
                table(world, world.northfield).await,
                table(world, world.sodra).await
            ],
            fresh
        );
        let lists: Vec<String> = world
            .all("SELECT concat_ws(' ', count(*), key) FROM lists GROUP BY key ORDER BY key")
            .await;
        assert_eq!(lists, ["2 care_coordinators", "2 supervisors"]);
    });
}

#[test]
fn an_organisation_from_before_settings_gets_what_a_new_one_has() {
    run(async |world| {
        let fresh = [
            table(world, world.northfield).await,
            table(world, world.sodra).await,
        ];
        world
            .owner_runs(
                "DELETE FROM role_permissions WHERE permission IN ('manage_settings', 'manage_organisations');
                DROP TABLE vendor_notices;
                DROP TRIGGER users_seat_new ON users;
                DROP TRIGGER users_seat_taken ON users;
                DROP FUNCTION users_seat, organisation_figures, sessions_end_in;
                DROP INDEX users_created;
                ALTER TABLE organisations DROP COLUMN version, DROP COLUMN form_key, DROP COLUMN name_key, DROP COLUMN languages,
                    DROP COLUMN own_domains, DROP COLUMN required_fields, DROP COLUMN archive_reasons, DROP COLUMN support_contact,
                    DROP COLUMN suspended_at, DROP COLUMN suspended_reason, DROP COLUMN seats, DROP COLUMN licence_from,
                    DROP COLUMN licence_until, DROP COLUMN vendor_address;
                DELETE FROM seaql_migrations WHERE version = 'm20261124_000001_settings'",
            )
            .await;
        Migrator::up(&world.owner, None).await.expect("migrates");
        assert_eq!(
            [
                table(world, world.northfield).await,
                table(world, world.sodra).await
            ],
            fresh
        );
    });
}

#[test]
fn an_organisation_from_before_links_accounts_and_manages_who_holds_user_alone_as_a_new_one_does() {
    run(async |world| {
        let fresh = [
            table(world, world.northfield).await,
            table(world, world.sodra).await,
        ];
        world
            .owner_runs(
                "DELETE FROM role_permissions WHERE permission = 'link_accounts';
                DELETE FROM role_gives g USING roles r WHERE r.id = g.gives_id AND r.key = 'user';
                DROP TABLE linked_accounts, link_requests CASCADE;
                ALTER TABLE sessions DROP COLUMN root_organisation_id, DROP COLUMN root_user_id;
                DELETE FROM seaql_migrations WHERE version = 'm20261124_000003_links'",
            )
            .await;
        Migrator::up(&world.owner, None).await.expect("migrates");
        assert_eq!(
            [
                table(world, world.northfield).await,
                table(world, world.sodra).await
            ],
            fresh
        );
    });
}

#[test]
fn an_organisation_from_before_clients_gets_what_a_new_one_has() {
    run(async |world| {
        let fresh = [
            table(world, world.northfield).await,
            table(world, world.sodra).await,
        ];
        world
            .owner_runs(
                "DELETE FROM role_permissions WHERE permission IN ('view_clients', 'edit_clients', 'view_referrals', 'create_referrals',
                    'answer_referrals', 'view_resources', 'manage_resources', 'view_reports', 'manage_customers', 'manage_dashboards');
                DELETE FROM roles WHERE key IN ('assistant', 'client');
                ALTER TABLE roles DROP COLUMN requires_client, DROP COLUMN requires_record;
                DROP TABLE clients, client_links, caseload_moves, caseload_moved CASCADE;
                DROP FUNCTION clients_within, clients_found, clients_search, clients_count;
                DROP POLICY search ON teams;
                DELETE FROM seaql_migrations WHERE version = 'm20261125_000001_clients'",
            )
            .await;
        Migrator::up(&world.owner, None).await.expect("migrates");
        assert_eq!(
            [
                table(world, world.northfield).await,
                table(world, world.sodra).await
            ],
            fresh
        );
        let asking: Vec<String> =
            world.all("SELECT concat_ws(' ', key, requires_client, requires_record) FROM roles WHERE key IN ('assistant', 'client') ORDER BY key, 1").await;
        assert_eq!(
            asking,
            ["assistant t f", "assistant t f", "client f t", "client f t"]
        );
    });
}

async fn table(world: &World<'_>, organisation: OrganisationId) -> String {
    let mut text = String::new();
    let present: Vec<String> = world
        .all(&format!(
            "SELECT key FROM roles WHERE organisation_id = '{organisation}' ORDER BY position"
        ))
        .await;
    let listed: Vec<_> = Permission::ALL
        .iter()
        .filter(|permission| permission.area().is_some())
        .collect();
    for key in present {
        let role = BuiltInRole::from_key(&key).expect("a shipped role");
        let held = permissions(world, organisation, role).await;
        writeln!(text, "\n  {}", words(&key)).expect("writes");
        for permission in &listed {
            let reach = held
                .iter()
                .find_map(|held| held.strip_prefix(permission.code())?.strip_prefix(' '));
            let reach = match reach {
                Some("own") => "themselves",
                Some("team") => "their teams",
                Some("office") => "their office",
                Some("organisation") => "everybody in the organisation",
                Some(other) => panic!("the reach {other} has no words in policy.rs"),
                None => "-",
            };
            writeln!(text, "    {:<16} {reach}", words(permission.code())).expect("writes");
        }
        for (what, table, column) in [
            ("may give", "role_gives", "gives_id"),
            ("may manage", "role_manages", "manages_id"),
        ] {
            let keys = others(world, organisation, role, table, column).await;
            let names: Vec<_> = keys.iter().map(|key| words(key)).collect();
            let names = if names.is_empty() {
                "-".to_owned()
            } else {
                names.join(", ")
            };
            writeln!(text, "    {what:<16} {names}").expect("writes");
        }
    }
    text
}

/// The permissions of a built-in role with their reach, as stored.
async fn permissions(
    world: &World<'_>,
    organisation: OrganisationId,
    role: BuiltInRole,
) -> Vec<String> {
    let sql = format!(
        "SELECT concat_ws(' ', p.permission, p.reach) FROM role_permissions p JOIN roles r ON (r.organisation_id, r.id) = (p.organisation_id, p.role_id)
            WHERE r.organisation_id = '{organisation}' AND r.key = '{}' ORDER BY p.permission COLLATE \"C\"",
        role.key()
    );
    world.all(&sql).await
}

async fn others(
    world: &World<'_>,
    organisation: OrganisationId,
    role: BuiltInRole,
    table: &str,
    column: &str,
) -> Vec<String> {
    let sql = format!(
        "SELECT o.key FROM {table} t JOIN roles r ON (r.organisation_id, r.id) = (t.organisation_id, t.role_id)
            JOIN roles o ON (o.organisation_id, o.id) = (t.organisation_id, t.{column})
            WHERE r.organisation_id = '{organisation}' AND r.key = '{}' ORDER BY o.position",
        role.key()
    );
    world.all(&sql).await
}

fn words(code: &str) -> String {
    let mut words = code.replace('_', " ");
    words[..1].make_ascii_uppercase();
    words
}
