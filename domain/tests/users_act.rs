//! Roles, sign-in setup, archiving and restoring (decisions 0004 and 0005).

use tokio::task::JoinSet;
use usher_domain::delivery;
use usher_domain::sealing::Token;
use usher_domain::{Scope, accounts, clients, covers, dashboards, links, roles, users};
use usher_types::audit::{Actor, Event};
use usher_types::clients::EditClient;
use usher_types::mail::{Delivery, Mail};
use usher_types::refusal::Done;
use usher_types::roles::EditRole;
use usher_types::session::SetPassword;
use usher_types::users::{
    Archive, Availability, ChangeRole, EditUser, Invite, ListQuery, Missing, NewUser, Restore,
    SetTemporaryPassword, Status,
};
use usher_types::{
    BuiltInRole, Field, Permission, Problem, Refusal, RoleId, Secret, SignInSetup, UserId, Warning,
};

use crate::support::{PASSWORD, TEMPORARY, World, new_user, problem, refusal, role_of, run};

fn archive(user: UserId) -> Archive {
    Archive {
        user: user.to_string(),
        reason: "Left in November".to_owned(),
        override_warnings: "on".to_owned(),
        ..Archive::default()
    }
}

fn restore(user: UserId) -> Restore {
    Restore {
        user: user.to_string(),
        ..Restore::default()
    }
}

fn invite(user: UserId) -> Invite {
    Invite {
        user: user.to_string(),
        ..Invite::default()
    }
}

fn temporary(user: UserId, password: &str) -> SetTemporaryPassword {
    SetTemporaryPassword {
        user: user.to_string(),
        temporary_password: Secret::new(password),
        ..Default::default()
    }
}

async fn role(giver: &Scope, user: UserId, role: BuiltInRole) -> ChangeRole {
    ChangeRole {
        user: user.to_string(),
        role: role_of(giver, role).await.to_string(),
        ..ChangeRole::default()
    }
}

async fn add(giver: &Scope, first: &str, role: BuiltInRole) -> UserId {
    let form = NewUser {
        email: format!("{}@example.org", first.to_lowercase()),
        roles: vec![role_of(giver, role).await.to_string()],
        ..new_user(giver, first, "Ahl").await
    };
    users::create(giver, form).await.expect("created")
}

async fn active(world: &World<'_>, role: BuiltInRole) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM user_roles h JOIN roles r ON r.id = h.role_id JOIN users u ON u.id = h.user_id
            WHERE r.key = '{}' AND u.archived_at IS NULL AND u.way_in = 'password'",
        role.code()
    );
    world.one(&sql).await
}

async fn holds(world: &World<'_>, user: UserId) -> Vec<Option<BuiltInRole>> {
    world
        .page(user)
        .await
        .roles
        .into_iter()
        .map(|role| role.built_in)
        .collect()
}

#[test]
fn organisation_administrators_add_but_do_not_touch_each_other() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let anna = add(&maria, "Anna", BuiltInRole::OrganisationAdministrator).await;
        for who in [anna, world.id("sofia")] {
            let current = users::page(&maria, who).await.expect("a page").details;
            let edit = EditUser {
                job_title: "Robbed".to_owned(),
                ..EditUser::of(&current)
            };
            assert_eq!(refusal(users::edit(&maria, edit).await), Refusal::Forbidden);
            assert_eq!(
                refusal(users::edit_user_form(&maria, who, None).await),
                Refusal::Forbidden
            );
            assert_eq!(
                refusal(users::archive(&maria, &archive(who)).await),
                Refusal::Forbidden
            );
            assert_eq!(
                refusal(users::set_temporary_password(&maria, &temporary(who, TEMPORARY)).await),
                Refusal::Forbidden
            );
            assert_eq!(
                refusal(users::invite(&maria, &invite(who)).await),
                Refusal::Forbidden
            );
            let supervisor = role(&maria, who, BuiltInRole::Supervisor).await;
            assert_eq!(
                refusal(users::change_role(&maria, &supervisor, true).await),
                Refusal::Forbidden
            );
            let administrator = role(&maria, who, BuiltInRole::OrganisationAdministrator).await;
            assert_eq!(
                refusal(users::change_role(&maria, &administrator, false).await),
                Refusal::Forbidden
            );
            for permission in [
                Permission::GiveRoles,
                Permission::ManageSignIn,
                Permission::ArchiveUsers,
            ] {
                assert_eq!(
                    refusal(users::act_page(&maria, permission, who, None).await),
                    Refusal::Forbidden
                );
            }
        }
        let sofia = world.as_("sofia").await;
        users::archive(&sofia, &archive(anna))
            .await
            .expect("a System administrator may");
        assert_eq!(
            refusal(users::restore(&maria, &restore(anna)).await),
            Refusal::Forbidden
        );
    });
}

/// Every action on this user is refused.
async fn cannot_touch(world: &World<'_>, scope: &Scope, who: UserId) {
    let current = world.page(who).await.details;
    let edit = EditUser {
        job_title: "Robbed".to_owned(),
        ..EditUser::of(&current)
    };
    assert_eq!(refusal(users::edit(scope, edit).await), Refusal::Forbidden);
    assert_eq!(
        refusal(users::archive(scope, &archive(who)).await),
        Refusal::Forbidden
    );
    assert_eq!(
        refusal(users::set_temporary_password(scope, &temporary(who, TEMPORARY)).await),
        Refusal::Forbidden
    );
    assert_eq!(
        refusal(users::invite(scope, &invite(who)).await),
        Refusal::Forbidden
    );
    let held = world
        .all::<String>(&format!(
            "SELECT role_id::text FROM user_roles WHERE user_id = '{who}'"
        ))
        .await;
    for role in held.into_iter().chain(
        scope_gives(scope)
            .await
            .into_iter()
            .map(|role| role.to_string()),
    ) {
        let form = ChangeRole {
            user: who.to_string(),
            role,
            ..ChangeRole::default()
        };
        assert_eq!(
            refusal(users::change_role(scope, &form, true).await),
            Refusal::Forbidden
        );
        assert_eq!(
            refusal(users::change_role(scope, &form, false).await),
            Refusal::Forbidden
        );
    }
}

async fn scope_gives(scope: &Scope) -> Vec<RoleId> {
    users::new_user_form(scope, None, users::NewUserParams::default())
        .await
        .expect("a form")
        .roles
        .iter()
        .map(|choice| choice.role.id)
        .collect()
}

/// Creates a user in each of these roles, and is refused for every other role.
async fn creates_only(world: &World<'_>, scope: &Scope, may: &[BuiltInRole]) {
    let sofia = world.as_("sofia").await;
    let offered: Vec<_> = users::new_user_form(scope, None, users::NewUserParams::default())
        .await
        .expect("a form")
        .roles;
    assert_eq!(
        offered
            .iter()
            .filter_map(|choice| choice.role.built_in)
            .collect::<Vec<_>>(),
        may
    );
    world.token("karin").await;
    let elsa = clients::form(&sofia, "", None).await.expect("a form").form;
    let elsa = EditClient {
        first_name: "Elsa".to_owned(),
        last_name: "Björk".to_owned(),
        responsible: world.id("karin").to_string(),
        ..elsa
    };
    let elsa = clients::edit(&sofia, &elsa)
        .await
        .expect("a client")
        .to_string();
    // every user holds User, and a client's own role is assigned on the client's page
    let roles = BuiltInRole::ALL
        .into_iter()
        .filter(|role| !matches!(role, BuiltInRole::User | BuiltInRole::Client));
    for (n, built_in) in roles.enumerate() {
        let role = role_of(&sofia, built_in).await.to_string();
        let linked_clients = if built_in == BuiltInRole::Assistant {
            vec![elsa.clone()]
        } else {
            Vec::new()
        };
        let form = NewUser {
            roles: vec![role],
            linked_clients,
            ..new_user(scope, &format!("Person{n}"), "Ahl").await
        };
        let done = users::create(scope, form).await;
        if may.contains(&built_in) {
            users::archive(scope, &archive(done.expect("created")))
                .await
                .err()
                .into_iter()
                .for_each(|error| {
                    assert_eq!(
                        built_in,
                        BuiltInRole::OrganisationAdministrator,
                        "{error:?}"
                    );
                });
        } else {
            assert_eq!(refusal(done), Refusal::Forbidden, "{built_in:?}");
        }
    }
}

#[test]
fn a_security_administrator_manages_only_portal_administrators_and_super_users() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let (_, security) = world
            .joins(
                &sofia,
                "Stina",
                &[role_of(&sofia, BuiltInRole::SecurityAdministrator).await],
            )
            .await;
        creates_only(
            world,
            &security,
            &[BuiltInRole::PortalAdministrator, BuiltInRole::SuperUser],
        )
        .await;
        let another = add(&sofia, "Another", BuiltInRole::SecurityAdministrator).await;
        let plain = users::create(&sofia, new_user(&sofia, "Plain", "Ahl").await)
            .await
            .expect("created");
        for who in [
            world.id("sofia"),
            world.id("maria"),
            world.id("sven"),
            world.id("karin"),
            world.id("vera"),
            another,
            plain,
        ] {
            cannot_touch(world, &security, who).await;
        }
    });
}

#[test]
fn a_portal_administrator_creates_super_users_and_below() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let (_, portal) = world
            .joins(
                &sofia,
                "Petra",
                &[role_of(&sofia, BuiltInRole::PortalAdministrator).await],
            )
            .await;
        creates_only(
            world,
            &portal,
            &[
                BuiltInRole::SuperUser,
                BuiltInRole::Caseworker,
                BuiltInRole::Staff,
                BuiltInRole::Viewer,
            ],
        )
        .await;
        let security = add(&sofia, "Stina", BuiltInRole::SecurityAdministrator).await;
        let another = add(&sofia, "Another", BuiltInRole::PortalAdministrator).await;
        let plain = users::create(&sofia, new_user(&sofia, "Plain", "Ahl").await)
            .await
            .expect("created");
        for who in [
            world.id("sofia"),
            world.id("maria"),
            world.id("sven"),
            security,
            another,
            plain,
        ] {
            cannot_touch(world, &portal, who).await;
        }
    });
}

#[test]
fn managing_user_allows_creating_and_managing_people_without_another_role() {
    run(async |world| {
        let (sofia, maria) = (world.as_("sofia").await, world.as_("maria").await);
        let (_, security) = world
            .joins(
                &sofia,
                "Stina",
                &[role_of(&sofia, BuiltInRole::SecurityAdministrator).await],
            )
            .await;
        let form = new_user(&security, "Plain", "Ahl").await;
        assert_eq!(
            problem(users::create(&security, form.clone()).await, Field::Roles),
            Problem::Missing
        );
        let plain = users::create(&maria, form).await.expect("created");
        let page = users::page(&security, plain).await.expect("seen");
        assert!(
            !page.may.edit && !page.may.roles && !page.may.way_in && !page.may.archive,
            "and so is the page"
        );
        let given = ChangeRole {
            user: plain.to_string(),
            ..role(&security, plain, BuiltInRole::SuperUser).await
        };
        assert_eq!(
            refusal(users::change_role(&security, &given, true).await),
            Refusal::Forbidden
        );
        users::set_temporary_password(&maria, &temporary(plain, TEMPORARY))
            .await
            .expect("set");
        users::change_role(&sofia, &given, true)
            .await
            .expect("given");
        users::set_temporary_password(&security, &temporary(plain, TEMPORARY))
            .await
            .expect("theirs to manage now");
    });
}

#[test]
fn a_role_that_manages_user_manages_people_with_no_other_role() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let offered = roles::form(&maria, None, None, "", None)
            .await
            .expect("a form")
            .roles;
        let base = offered
            .iter()
            .find(|choice| choice.role.built_in == Some(BuiltInRole::User))
            .expect("offered")
            .role
            .id
            .to_string();
        let form = roles::form(&maria, None, None, "", None)
            .await
            .expect("a form")
            .form;
        let form = EditRole {
            name: "Reception".to_owned(),
            allows: ["view_users", "create_users", "archive_users"]
                .map(|code| format!("{code}:organisation"))
                .to_vec(),
            gives: vec![base.clone()],
            manages: vec![base],
            ..form
        };
        let reception = roles::edit(&maria, &form).await.expect("a role");
        let sofia = world.as_("sofia").await;
        let (_, desk) = world.joins(&sofia, "Rut", &[reception]).await;
        let plain = users::create(&desk, new_user(&desk, "Plain", "Ahl").await)
            .await
            .expect("created");
        cannot_touch_by_archiving(&desk, world.id("karin")).await;
        users::archive(&desk, &archive(plain))
            .await
            .expect("archived");
    });
}

async fn cannot_touch_by_archiving(scope: &Scope, who: UserId) {
    assert_eq!(
        refusal(users::archive(scope, &archive(who)).await),
        Refusal::Forbidden
    );
}

#[test]
fn an_organisation_administrator_adds_another_and_cannot_edit_archive_or_reset_them() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let may = [
            BuiltInRole::OrganisationAdministrator,
            BuiltInRole::Supervisor,
            BuiltInRole::Caseworker,
            BuiltInRole::Staff,
            BuiltInRole::Viewer,
            BuiltInRole::Assistant,
        ];
        creates_only(world, &maria, &may).await;
        let another = add(&maria, "Another", BuiltInRole::OrganisationAdministrator).await;
        cannot_touch(world, &maria, another).await;
    });
}

#[test]
fn none_of_them_reaches_a_system_administrator() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let system = role_of(&sofia, BuiltInRole::SystemAdministrator).await;
        for (first, built_in) in [
            ("Olle", BuiltInRole::OrganisationAdministrator),
            ("Stina", BuiltInRole::SecurityAdministrator),
            ("Petra", BuiltInRole::PortalAdministrator),
            ("Signe", BuiltInRole::Supervisor),
        ] {
            let (_, scope) = world
                .joins(&sofia, first, &[role_of(&sofia, built_in).await])
                .await;
            if built_in != BuiltInRole::Supervisor {
                cannot_touch(world, &scope, world.id("sofia")).await;
                assert!(!scope_gives(&scope).await.contains(&system), "{built_in:?}");
            }
            let form = ChangeRole {
                user: world.id("karin").to_string(),
                role: system.to_string(),
                ..ChangeRole::default()
            };
            assert_eq!(
                refusal(users::change_role(&scope, &form, true).await),
                Refusal::Forbidden,
                "{built_in:?}"
            );
        }
    });
}

#[test]
fn the_last_administrator_stays_and_fewer_than_two_is_a_warning() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let maria = world.as_("maria").await;
        let administrator = role_of(&sofia, BuiltInRole::OrganisationAdministrator)
            .await
            .to_string();
        let form = ChangeRole {
            user: world.id("maria").to_string(),
            role: administrator,
            ..ChangeRole::default()
        };
        let few = Refusal::Warned(vec![Warning::FewAdministrators]);
        assert_eq!(refusal(users::change_role(&sofia, &form, false).await), few);
        let leaving = Archive {
            override_warnings: String::new(),
            ..archive(world.id("maria"))
        };
        assert_eq!(refusal(users::archive(&sofia, &leaving).await), few);
        let unsaid = ChangeRole {
            override_warnings: "on".to_owned(),
            ..form.clone()
        };
        assert_eq!(
            problem(
                users::change_role(&sofia, &unsaid, false).await,
                Field::Reason
            ),
            Problem::Missing
        );
        // a user who assigns roles, but not administrator roles, does not count as an administrator
        world
            .joins(
                &sofia,
                "Petra",
                &[role_of(&sofia, BuiltInRole::PortalAdministrator).await],
            )
            .await;
        assert_eq!(refusal(users::archive(&sofia, &leaving).await), few);
        users::archive(&sofia, &archive(world.id("vera")))
            .await
            .expect("who is none leaves without a warning");
        let gone = ChangeRole {
            override_warnings: "on".to_owned(),
            reason: "Agreed".to_owned(),
            ..form
        };
        users::change_role(&sofia, &gone, false)
            .await
            .expect("removed");
        let line = &world.page(world.id("maria")).await.activity[0];
        assert_eq!(line.changes[0].after.as_deref(), Some("Agreed"));
        assert!(
            matches!(&line.event, Event::RoleRemoved { overridden, .. } if overridden == &["few_administrators"])
        );
        drop(maria);
    });
}

#[test]
fn a_role_that_the_actor_may_not_assign_is_refused() {
    run(async |world| {
        let (maria, sofia) = (world.as_("maria").await, world.as_("sofia").await);
        let system = role(&sofia, world.id("karin"), BuiltInRole::SystemAdministrator).await;
        assert_eq!(
            refusal(users::change_role(&maria, &system, true).await),
            Refusal::Forbidden
        );
        let karin = world.as_("karin").await;
        let own = role(&maria, world.id("karin"), BuiltInRole::Supervisor).await;
        assert_eq!(
            refusal(users::change_role(&karin, &own, true).await),
            Refusal::Forbidden
        );
        let sven = world.as_("sven").await;
        assert_eq!(
            refusal(users::change_role(&sven, &own, true).await),
            Refusal::Forbidden
        );
    });
}

#[test]
fn a_role_is_assigned_once_and_removed() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let karin = world.id("karin");
        let supervisor = role(&maria, karin, BuiltInRole::Supervisor).await;
        users::change_role(&maria, &supervisor, true)
            .await
            .expect("given");
        users::change_role(&maria, &supervisor, true)
            .await
            .expect("given already");
        assert_eq!(
            holds(world, karin).await,
            [
                Some(BuiltInRole::User),
                Some(BuiltInRole::Supervisor),
                Some(BuiltInRole::Caseworker)
            ]
        );
        let page = users::act_page(&maria, Permission::GiveRoles, karin, None)
            .await
            .expect("a page");
        assert!(
            page.givable
                .iter()
                .all(|choice| choice.role.built_in != Some(BuiltInRole::Supervisor))
        );
        assert_eq!(
            page.roles.iter().map(|(_, may)| *may).collect::<Vec<_>>(),
            [false, true, true]
        );
        users::change_role(&maria, &supervisor, false)
            .await
            .expect("taken");
        let again = users::change_role(&maria, &supervisor, false)
            .await
            .expect("a colleague was first");
        assert!(!again.is_new, "which is told");
        let missing = ChangeRole {
            role: world.db.new_id().to_string(),
            ..supervisor
        };
        assert_eq!(
            refusal(users::change_role(&maria, &missing, false).await),
            Refusal::NotFound
        );
        assert_eq!(
            holds(world, karin).await,
            [Some(BuiltInRole::User), Some(BuiltInRole::Caseworker)]
        );
        let caseworker = role(&maria, karin, BuiltInRole::Caseworker).await;
        users::change_role(&maria, &caseworker, false)
            .await
            .expect("taken");
        assert!(world.page(karin).await.missing.contains(&Missing::Role));
    });
}

#[test]
fn user_is_everybodys_and_cannot_be_removed() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let user: String = world
            .one(&format!(
                "SELECT id::text FROM roles WHERE key = 'user' AND organisation_id = '{}'",
                world.northfield
            ))
            .await;
        let form = ChangeRole {
            user: world.id("karin").to_string(),
            role: user,
            ..ChangeRole::default()
        };
        assert_eq!(
            refusal(users::change_role(&sofia, &form, false).await),
            Refusal::Forbidden
        );
        assert_eq!(
            holds(world, world.id("karin")).await[0],
            Some(BuiltInRole::User)
        );
    });
}

#[test]
fn nobody_archives_themselves() {
    run(async |world| {
        for who in ["sofia", "maria"] {
            let scope = world.as_(who).await;
            assert_eq!(
                refusal(users::archive(&scope, &archive(world.id(who))).await),
                Refusal::WouldLockOut
            );
        }
    });
}

#[test]
fn the_last_administrator_keeps_the_role() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        // maria has no password yet, so she could not restore anybody's access
        let form = role(&sofia, world.id("sofia"), BuiltInRole::SystemAdministrator).await;
        assert_eq!(
            refusal(users::change_role(&sofia, &form, false).await),
            Refusal::WouldLockOut
        );
        assert!(
            holds(world, world.id("sofia"))
                .await
                .contains(&Some(BuiltInRole::SystemAdministrator))
        );
    });
}

#[test]
fn nobody_removes_their_own_administrator_role_even_with_others_there() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let other = add(&sofia, "Tor", BuiltInRole::SystemAdministrator).await;
        users::set_temporary_password(&sofia, &temporary(other, TEMPORARY))
            .await
            .expect("set");
        let form = role(&sofia, world.id("sofia"), BuiltInRole::SystemAdministrator).await;
        assert_eq!(
            refusal(users::change_role(&sofia, &form, false).await),
            Refusal::WouldLockOut
        );
    });
}

#[test]
fn two_administrators_demoting_each_other_at_once_leave_one() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        // another administrator does not replace the last one who can assign System administrator
        world.token("maria").await;
        let (tor, token) = administrator(world, &sofia, "Tor").await;
        let other = world.authenticated(&token).await.expect("signed in").scope;
        let down = role(&sofia, tor, BuiltInRole::SystemAdministrator).await;
        let up = role(&sofia, world.id("sofia"), BuiltInRole::SystemAdministrator).await;
        let mut both = JoinSet::new();
        let (one, two) = (sofia.clone(), other.clone());
        both.spawn(async move { users::change_role(&one, &down, false).await });
        both.spawn(async move { users::change_role(&two, &up, false).await });
        let done = both.join_all().await;
        assert_eq!(
            active(world, BuiltInRole::SystemAdministrator).await,
            1,
            "If you're here because both lost the role: lock_administration comes first in change_role, still_administered last ({done:?})"
        );
    });
}

#[test]
fn the_last_system_administrator_cannot_step_down_to_another_role() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let id = world.id("sofia");
        users::change_role(
            &sofia,
            &role(&sofia, id, BuiltInRole::OrganisationAdministrator).await,
            true,
        )
        .await
        .expect("given");
        let form = role(&sofia, id, BuiltInRole::SystemAdministrator).await;
        let sofia = world.as_("sofia").await;
        assert_eq!(
            refusal(users::change_role(&sofia, &form, false).await),
            Refusal::WouldLockOut
        );
    });
}

#[test]
fn two_administrators_archiving_each_other_at_once_leave_one() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let (tor, token) = administrator(world, &sofia, "Tor").await;
        let other = world.authenticated(&token).await.expect("signed in").scope;
        let mut both = JoinSet::new();
        let (one, two) = (sofia.clone(), other.clone());
        let (first, second) = (archive(tor), archive(world.id("sofia")));
        both.spawn(async move { users::archive(&one, &first).await });
        both.spawn(async move { users::archive(&two, &second).await });
        let done = both.join_all().await;
        assert_eq!(
            active(world, BuiltInRole::SystemAdministrator).await,
            1,
            "{done:?}"
        );
    });
}

#[test]
fn acts_on_one_person_at_once_do_not_wait_for_each_other_for_ever() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let mut acts = JoinSet::new();
        let supervisor = role(&sofia, world.id("karin"), BuiltInRole::Supervisor).await;
        for _ in 0..10 {
            let (scope, form) = (sofia.clone(), supervisor.clone());
            acts.spawn(async move { users::change_role(&scope, &form, true).await.map(|_| ()) });
            let current = world.page(world.id("karin")).await.details;
            let (scope, form) = (
                sofia.clone(),
                EditUser {
                    job_title: "Lead".to_owned(),
                    ..EditUser::of(&current)
                },
            );
            acts.spawn(async move { users::edit(&scope, form).await.map(|_| ()) });
            let (scope, form) = (sofia.clone(), invite(world.id("karin")));
            acts.spawn(async move { users::invite(&scope, &form).await.map(|_| ()) });
        }
        for done in acts.join_all().await {
            if let Err(error) = done {
                assert!(
                    matches!(error, usher_domain::Error::Refused(_)),
                    "If you're here because of a deadlock: take locks in one order, and on organisations none that a foreign key waits for. {error:?}"
                );
            }
        }
    });
}

#[test]
fn archiving_needs_a_reason() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for reason in ["", "  \r\n "] {
            let form = Archive {
                reason: reason.to_owned(),
                ..archive(world.id("karin"))
            };
            assert_eq!(
                problem(users::archive(&maria, &form).await, Field::Reason),
                Problem::Missing
            );
        }
        let form = Archive {
            reason: "x".repeat(2_001),
            ..archive(world.id("karin"))
        };
        assert_eq!(
            problem(users::archive(&maria, &form).await, Field::Reason),
            Problem::TooLong { most: 2_000 }
        );
        assert_eq!(world.page(world.id("karin")).await.status, Status::NoWayIn);
    });
}

#[test]
fn an_archived_user_is_only_in_the_user_bank() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let token = world.token("karin").await;
        let karin = world.id("karin");
        let form = Archive {
            reason: "Left,\r\nfor good".to_owned(),
            ..archive(karin)
        };
        users::archive(&maria, &form).await.expect("archived");
        assert!(world.authenticated(&token).await.is_none());
        assert_eq!(
            refusal(world.tries("karin.ek", PASSWORD).await),
            Refusal::WrongLogin
        );
        let page = users::page(&maria, karin).await.expect("a page");
        assert_eq!(
            (page.status, page.archived_reason.as_deref()),
            (Status::Archived, Some("Left,\nfor good"))
        );
        assert!(page.may.restore && !page.may.edit && !page.may.archive);
        let sven = world.as_("sven").await;
        assert_eq!(
            refusal(users::page(&sven, karin).await),
            Refusal::NotFound,
            "who may not see the bank"
        );
        let list = users::list(
            &maria,
            ListQuery {
                q: "karin".to_owned(),
                ..ListQuery::default()
            },
        )
        .await
        .expect("a list");
        assert_eq!(list.pages.total, 0);
        let archived = Refusal::AlreadyDone(Done::UserArchived { user: karin });
        assert_eq!(
            refusal(users::archive(&maria, &archive(karin)).await),
            archived,
            "twice"
        );
        assert_eq!(
            refusal(users::invite(&maria, &invite(karin)).await),
            archived
        );
        assert_eq!(
            refusal(users::set_temporary_password(&maria, &temporary(karin, TEMPORARY)).await),
            archived
        );
        let supervisor = role(&maria, karin, BuiltInRole::Supervisor).await;
        assert_eq!(
            refusal(users::change_role(&maria, &supervisor, true).await),
            archived
        );
        let taken = users::availability(&maria, "karin.ek", None)
            .await
            .expect("an answer");
        assert!(
            matches!(taken, Availability::Taken(_)),
            "archived people keep their login name"
        );
    });
}

#[test]
fn a_warning_came_before_the_error_that_made_it_needless() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let passed = |form: NewUser| NewUser {
            override_warnings: "on".to_owned(),
            reason: "Asked".to_owned(),
            ..form
        };
        // a namesake, and the login name of an archived user
        let again = NewUser {
            login_name: "karin.ek".to_owned(),
            ..new_user(&maria, "Karin", "Ek").await
        };
        assert!(matches!(
            problem(users::create(&maria, again.clone()).await, Field::LoginName),
            Problem::NameTaken(_)
        ));
        let free = NewUser {
            login_name: "karin.ek2".to_owned(),
            ..again.clone()
        };
        assert!(
            matches!(
                refusal(users::create(&maria, free.clone()).await),
                Refusal::Warned(_)
            ),
            "once nothing is wrong"
        );
        let nobody: i64 = world
            .one("SELECT count(*) FROM users WHERE login_name = 'karin.ek2'")
            .await;
        assert_eq!(nobody, 0, "and nothing is written before it is passed");
        users::create(&maria, passed(free)).await.expect("created");
        let form = users::edit_user_form(&maria, world.id("vera"), None)
            .await
            .expect("a form")
            .form;
        let form = EditUser {
            first_name: "Sven".to_owned(),
            last_name: "Holm".to_owned(),
            ..form
        };
        let taken = EditUser {
            login_name: "sven.holm".to_owned(),
            ..form.clone()
        };
        assert!(matches!(
            problem(users::edit(&maria, taken).await, Field::LoginName),
            Problem::NameTaken(_)
        ));
        let free = EditUser {
            login_name: "sven.holm2".to_owned(),
            ..form
        };
        assert!(matches!(
            refusal(users::edit(&maria, free.clone()).await),
            Refusal::Warned(_)
        ));
        assert_eq!(
            world.page(world.id("vera")).await.name,
            "Vera Ståhl",
            "nothing is written before it is passed"
        );
        let why = EditUser {
            override_warnings: "on".to_owned(),
            reason: "Asked".to_owned(),
            ..free
        };
        users::edit(&maria, why).await.expect("saved");
    });
}

#[test]
fn a_colleagues_action_was_reported_as_a_missing_permission() {
    run(async |world| {
        let (maria, sofia) = (world.as_("maria").await, world.as_("sofia").await);
        let karin = world.id("karin");
        let form = users::edit_user_form(&maria, karin, None)
            .await
            .expect("opened before")
            .form;
        let caseworker = role(&maria, karin, BuiltInRole::Caseworker).await;
        users::change_role(&sofia, &caseworker, false)
            .await
            .expect("taken by a colleague");
        assert!(
            !users::change_role(&maria, &caseworker, false)
                .await
                .expect("nothing is wrong")
                .is_new
        );
        users::archive(&sofia, &archive(karin))
            .await
            .expect("archived by a colleague");
        let archived = Refusal::AlreadyDone(Done::UserArchived { user: karin });
        assert_eq!(refusal(users::edit(&maria, form).await), archived);
        for permission in [
            Permission::GiveRoles,
            Permission::ManageSignIn,
            Permission::ArchiveUsers,
        ] {
            assert_eq!(
                refusal(users::act_page(&maria, permission, karin, None).await),
                archived,
                "{permission:?}"
            );
        }
        users::act_page(&maria, Permission::UserBank, karin, None)
            .await
            .expect("the way on");
        assert_eq!(refusal(covers::page(&maria, karin, None).await), archived);
        assert_eq!(
            refusal(dashboards::assign_page(&maria, karin, None).await),
            archived
        );
        assert_eq!(
            refusal(accounts::ask_page(&maria, karin, None).await),
            archived
        );
        let supervisor = users::page(&maria, world.id("sofia"))
            .await
            .expect("a page");
        assert!(
            !supervisor.may.edit,
            "what she really may not do is refused as before"
        );
        assert_eq!(
            refusal(users::edit_user_form(&maria, world.id("sofia"), None).await),
            Refusal::Forbidden
        );
        let told: i64 = world
            .one("SELECT count(*) FROM audit_events WHERE kind = 'refused'")
            .await;
        assert_eq!(told, 0);
    });
}

#[test]
fn archiving_kills_the_invitation() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            email: "anna@example.org".to_owned(),
            way_in: SignInSetup::Invitation.code().to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let anna = users::create(&maria, form).await.expect("created");
        let link = sent_link(world).await;
        users::invite(&maria, &invite(anna)).await.expect("again");
        users::archive(&maria, &archive(anna))
            .await
            .expect("archived");
        assert_eq!(
            refusal(links::invitation(&world.visitor(), &link).await),
            Refusal::DeadLink
        );
        assert_eq!(
            delivery::claim(&world.db, 10).await.expect("claims").len(),
            0,
            "a waiting invitation is not sent any more"
        );
        users::restore(&maria, &restore(anna))
            .await
            .expect("restored");
        assert_eq!(
            refusal(links::invitation(&world.visitor(), &link).await),
            Refusal::DeadLink
        );
    });
}

#[test]
fn restoring_gives_back_the_roles_and_not_the_password() {
    run(async |world| {
        let maria = world.as_("maria").await;
        world.token("karin").await;
        let karin = world.id("karin");
        users::archive(&maria, &archive(karin))
            .await
            .expect("archived");
        users::restore(&maria, &restore(karin))
            .await
            .expect("restored");
        let page = world.page(karin).await;
        assert_eq!((page.status, page.archived_reason), (Status::NoWayIn, None));
        assert_eq!(
            holds(world, karin).await,
            [Some(BuiltInRole::User), Some(BuiltInRole::Caseworker)]
        );
        assert_eq!(
            refusal(world.tries("karin.ek", PASSWORD).await),
            Refusal::WrongLogin
        );
        let restored = Refusal::AlreadyDone(Done::UserRestored { user: karin });
        assert_eq!(
            refusal(users::restore(&maria, &restore(karin)).await),
            restored,
            "twice"
        );
        users::set_temporary_password(&maria, &temporary(karin, TEMPORARY))
            .await
            .expect("set");
        world.signs_in("karin.ek", TEMPORARY).await;
    });
}

#[test]
fn a_temporary_password_kills_the_invitation() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            email: "anna@example.org".to_owned(),
            way_in: SignInSetup::Invitation.code().to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let anna = users::create(&maria, form).await.expect("created");
        let link = sent_link(world).await;
        links::invitation(&world.visitor(), &link)
            .await
            .expect("good until now");
        users::set_temporary_password(&maria, &temporary(anna, TEMPORARY))
            .await
            .expect("set");
        assert_eq!(
            refusal(links::invitation(&world.visitor(), &link).await),
            Refusal::DeadLink
        );
        assert_eq!(world.page(anna).await.status, Status::Active);
        world.signs_in("anna.ahl", TEMPORARY).await;
    });
}

#[test]
fn a_waiting_invitation_is_withdrawn_by_a_temporary_password() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            email: "anna@example.org".to_owned(),
            way_in: SignInSetup::Invitation.code().to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let anna = users::create(&maria, form).await.expect("created");
        users::set_temporary_password(&maria, &temporary(anna, TEMPORARY))
            .await
            .expect("set");
        assert_eq!(
            delivery::claim(&world.db, 10).await.expect("claims").len(),
            0
        );
    });
}

#[test]
fn a_temporary_password_must_be_strong_and_cannot_be_set_for_the_own_account() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        for weak in [
            "",
            "short 1",
            "karin ek karin ek karin",
            "password password password",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            let said = problem(
                users::set_temporary_password(&sofia, &temporary(world.id("karin"), weak)).await,
                Field::TemporaryPassword,
            );
            assert!(
                matches!(said, Problem::Missing | Problem::Weak(_)),
                "{weak:?}: {said:?}"
            );
        }
        assert_eq!(
            refusal(
                users::set_temporary_password(&sofia, &temporary(world.id("sofia"), TEMPORARY))
                    .await
            ),
            Refusal::Forbidden
        );
        assert_eq!(
            refusal(users::invite(&sofia, &invite(world.id("sofia"))).await),
            Refusal::Forbidden
        );
    });
}

#[test]
fn an_invitation_needs_an_address() {
    run(async |world| {
        let maria = world.as_("maria").await;
        assert_eq!(
            problem(
                users::invite(&maria, &invite(world.id("karin"))).await,
                Field::Email
            ),
            Problem::NeedsEmail
        );
        let anna = add(&maria, "Anna", BuiltInRole::Caseworker).await;
        users::invite(&maria, &invite(anna)).await.expect("invited");
        let page = world.page(anna).await;
        assert_eq!(
            (page.status, page.delivery),
            (Status::Invited, Some(Delivery::Waiting { attempts: 0 }))
        );
    });
}

#[test]
fn a_password_works_until_the_invitation_is_accepted() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let anna = add(&maria, "Anna", BuiltInRole::Caseworker).await;
        users::set_temporary_password(&maria, &temporary(anna, TEMPORARY))
            .await
            .expect("set");
        users::invite(&maria, &invite(anna)).await.expect("invited");
        let session = world.signs_in("anna.ahl", TEMPORARY).await;
        assert_eq!(world.page(anna).await.status, Status::Active);
        let link = sent_link(world).await;
        let form = SetPassword {
            new_password: Secret::new(PASSWORD),
            ..SetPassword::default()
        };
        links::accept(&world.visitor(), &link, &form)
            .await
            .expect("accepted");
        assert!(world.authenticated(&session).await.is_none());
        let token = world.signs_in("anna.ahl", PASSWORD).await;
        assert!(
            !world
                .authenticated(&token)
                .await
                .expect("signed in")
                .me
                .must_change_password
        );
    });
}

#[test]
fn a_field_these_forms_do_not_know_is_refused() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let mut form = archive(world.id("karin"));
        form.unexpected
            .insert("and_everybody".to_owned(), serde_json::json!("yes"));
        assert!(matches!(
            problem(users::archive(&maria, &form).await, Field::Form),
            Problem::Unexpected { .. }
        ));
        let mut form = temporary(world.id("karin"), TEMPORARY);
        form.unexpected
            .insert("silently".to_owned(), serde_json::json!("yes"));
        assert!(matches!(
            problem(
                users::set_temporary_password(&maria, &form).await,
                Field::Form
            ),
            Problem::Unexpected { .. }
        ));
        let form = Archive {
            user: "all".to_owned(),
            ..archive(world.id("karin"))
        };
        assert_eq!(
            refusal(users::archive(&maria, &form).await),
            Refusal::NotFound
        );
    });
}

#[test]
fn every_act_is_in_the_persons_activity() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let anna = add(&maria, "Anna", BuiltInRole::Caseworker).await;
        users::change_role(&maria, &role(&maria, anna, BuiltInRole::Staff).await, true)
            .await
            .expect("given");
        users::change_role(&maria, &role(&maria, anna, BuiltInRole::Staff).await, false)
            .await
            .expect("taken");
        users::invite(&maria, &invite(anna)).await.expect("invited");
        users::set_temporary_password(&maria, &temporary(anna, TEMPORARY))
            .await
            .expect("set");
        users::archive(&maria, &archive(anna))
            .await
            .expect("archived");
        users::restore(&maria, &restore(anna))
            .await
            .expect("restored");
        let lines = world.page(anna).await.activity;
        let kinds: Vec<_> = lines
            .iter()
            .map(|line| {
                serde_json::to_value(&line.event).expect("json")["kind"]
                    .as_str()
                    .map(str::to_owned)
            })
            .collect();
        let expected = [
            "user_restored",
            "user_archived",
            "temporary_password_set",
            "invited",
            "role_removed",
            "role_given",
            "user_created",
        ];
        assert_eq!(kinds, expected.map(|kind| Some(kind.to_owned())));
        assert!(
            lines
                .iter()
                .all(|line| line.who == Actor::Named("Maria Berg".to_owned()))
        );
        assert_eq!(
            lines[1].changes[0].after.as_deref(),
            Some("Left in November")
        );
        assert_eq!(lines[5].roles[0].built_in, Some(BuiltInRole::Staff));
        let viewer = users::page(&world.as_("vera").await, anna)
            .await
            .expect("a page");
        assert_eq!(
            viewer.activity.len(),
            0,
            "a viewer sees people, not what was done to them"
        );
    });
}

/// A second System administrator, signed in.
async fn administrator(world: &World<'_>, sofia: &Scope, first: &str) -> (UserId, Token) {
    let tor = add(sofia, first, BuiltInRole::SystemAdministrator).await;
    users::invite(sofia, &invite(tor)).await.expect("invited");
    let link = sent_link(world).await;
    let form = SetPassword {
        new_password: Secret::new(PASSWORD),
        ..SetPassword::default()
    };
    links::accept(&world.visitor(), &link, &form)
        .await
        .expect("accepted");
    let login_name = world.page(tor).await.details.login_name;
    (tor, world.signs_in(&login_name, PASSWORD).await)
}

/// Sends the waiting mails; returns the link of the last invitation.
async fn sent_link(world: &World<'_>) -> Token {
    let mut link = None;
    for mail in delivery::claim(&world.db, 100).await.expect("claims") {
        delivery::finish(&world.db, &mail, Ok(()))
            .await
            .expect("sent");
        if mail.mail == Mail::Invitation {
            link = mail.token;
        }
    }
    link.expect("an invitation was waiting")
}

#[test]
fn assigning_a_role_twice_is_recorded_once() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let role = role_of(&sofia, BuiltInRole::Supervisor).await;
        let form = ChangeRole {
            user: world.id("karin").to_string(),
            role: role.to_string(),
            ..ChangeRole::default()
        };
        for _ in 0..2 {
            users::change_role(&sofia, &form, true)
                .await
                .expect("given");
        }
        let said: i64 = world
            .one(&format!(
                "SELECT count(*) FROM audit_events WHERE subject_id = '{}' AND event ->> 'kind' = 'role_given'",
                world.id("karin")
            ))
            .await;
        assert_eq!(said, 1);
    });
}

#[test]
fn archived_people_need_the_permission_user_bank() {
    run(async |world| {
        let (sofia, maria) = (world.as_("sofia").await, world.token("maria").await);
        let karin = world.id("karin");
        users::archive(
            &sofia,
            &Archive {
                user: karin.to_string(),
                reason: "Left".to_owned(),
                ..Archive::default()
            },
        )
        .await
        .expect("archived");
        world
            .owner_runs("DELETE FROM role_permissions WHERE permission = 'user_bank'")
            .await;
        let maria = world.authenticated(&maria).await.expect("signed in").scope;
        let form = ChangeRole {
            user: karin.to_string(),
            role: role_of(&maria, BuiltInRole::Viewer).await.to_string(),
            ..ChangeRole::default()
        };
        assert_eq!(
            refusal(users::change_role(&maria, &form, true).await),
            Refusal::NotFound
        );
        assert_eq!(
            refusal(users::edit_user_form(&maria, karin, None).await),
            Refusal::NotFound
        );
        assert_eq!(
            refusal(users::act_page(&maria, Permission::GiveRoles, karin, None).await),
            Refusal::NotFound
        );
        let again = Archive {
            user: karin.to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        assert_eq!(
            refusal(users::archive(&maria, &again).await),
            Refusal::NotFound
        );
    });
}
