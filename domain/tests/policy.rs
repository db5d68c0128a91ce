//! The permissions of each role, as a readable table.

use std::fmt::Write;
use std::path::Path;

use usher_types::{BuiltInRole, OrganisationId, Permission};

use crate::support::{World, run};

#[test]
fn policy_txt_matches_the_database() {
    run(async |world| {
        let policy = format!(
            "What each role allows, as the database holds it in a new organisation.\n\
            Written by domain/tests/policy.rs; `UPDATE=1 cargo test -p usher-domain policy` writes it anew. A change here is a\n\
            change of what people can do: read it twice.\n\n\
            Everyone has the role User. A person can do what any of their roles allows.\n\
            \"Can assign\": the roles that users with this role can assign. \"Can manage\": they can edit, archive or reset a user\n\
            only if all roles of that user (apart from User) are in this list; with User in it, also users with no other role.\n\
            Where the settings switch the portal on, Organisation administrator can also assign and manage Security administrator,\n\
            Portal administrator and Super user.\n\n\
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
            difference in domain/tests/policy.txt as the person who has to answer for it, and commit it. It would be now:\n\n{policy}"
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
                        .map(|role| role.code())
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
        let role = BuiltInRole::from_code(&key).expect("a built-in role");
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
                Some("organisation") => "everyone in the organisation",
                Some(other) => panic!("the reach {other} has no words in policy.rs"),
                None => "-",
            };
            writeln!(text, "    {:<16} {reach}", name(**permission)).expect("writes");
        }
        for (what, table, column) in [
            ("can assign", "role_gives", "gives_id"),
            ("can manage", "role_manages", "manages_id"),
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
        role.code()
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
        role.code()
    );
    world.all(&sql).await
}

/// The permission as docs/security.md names it. Its code is stored, and is older than the name.
fn name(permission: Permission) -> String {
    match permission {
        Permission::GiveRoles => "Assign roles".to_owned(),
        Permission::ManageSignIn => "Manage sign-in".to_owned(),
        other => words(other.code()),
    }
}

fn words(code: &str) -> String {
    let mut words = code.replace('_', " ");
    words[..1].make_ascii_uppercase();
    words
}
