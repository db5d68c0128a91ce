//! Deactivating a role: its holders get another role first, and no user can get it any more, not
//! even in a race.

use tokio::task::JoinSet;
use usher_domain::{roles, users};
use usher_types::roles::{DeactivateRole, EditRole, NOTHING};
use usher_types::users::{Archive, ChangeRole, NewUser, Restore};
use usher_types::{BuiltInRole, Field, Permission, Problem, Refusal, RoleId, UserId, Warning};

use crate::clients::client;
use crate::roles_edit::{change, made, new_role};
use crate::support::{World, new_user, problem, refusal, role_of, run};

fn retire(role: RoleId, instead: &str) -> DeactivateRole {
    DeactivateRole {
        role: role.to_string(),
        instead: instead.to_owned(),
        ..DeactivateRole::default()
    }
}

async fn holders(world: &World<'_>, role: RoleId) -> i64 {
    world
        .one(&format!(
            "SELECT count(*) FROM user_roles WHERE role_id = '{role}'"
        ))
        .await
}

async fn kinds(world: &World<'_>, user: UserId) -> Vec<String> {
    world.all(&format!("SELECT event ->> 'kind' FROM audit_events WHERE subject_id = '{user}' ORDER BY id DESC LIMIT 2")).await
}

#[test]
fn deactivating_a_role_lists_and_moves_its_users_and_stops_assigning_it() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let staff = role_of(&maria, BuiltInRole::Staff).await;
        let role = made(&maria, "Intake", &[Permission::ViewUsers], &[]).await;
        let maria = world.as_("maria").await;
        for who in ["karin", "vera"] {
            let form = ChangeRole {
                user: world.id(who).to_string(),
                role: role.to_string(),
                ..ChangeRole::default()
            };
            users::change_role(&maria, &form, true)
                .await
                .expect("given");
        }
        let archive = Archive {
            user: world.id("karin").to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&maria, &archive).await.expect("archived");
        let page = roles::deactivate_form(&maria, &role.to_string(), None)
            .await
            .expect("a page");
        assert_eq!(
            (page.people, page.archived, page.fixed),
            (vec![(world.id("vera"), "Vera Ståhl".to_owned())], 1, 0)
        );
        assert!(
            page.roles.iter().any(|choice| choice.role.id == staff)
                && page.roles.iter().all(|choice| choice.role.id != role)
        );
        assert_eq!(
            problem(
                roles::deactivate(&maria, &retire(role, "")).await,
                Field::Instead
            ),
            Problem::Missing,
            "never silently"
        );
        assert_eq!(
            problem(
                roles::deactivate(&maria, &retire(role, "nonsense")).await,
                Field::Instead
            ),
            Problem::Wrong
        );
        assert_eq!(
            problem(
                roles::deactivate(&maria, &retire(role, &role.to_string())).await,
                Field::Instead
            ),
            Problem::Wrong,
            "itself"
        );
        let system = role_of(&world.as_("sofia").await, BuiltInRole::SystemAdministrator).await;
        assert_eq!(
            refusal(roles::deactivate(&maria, &retire(role, &system.to_string())).await),
            Refusal::Forbidden
        );
        assert_eq!(holders(world, role).await, 2, "nothing happened yet");
        roles::deactivate(&maria, &retire(role, &staff.to_string()))
            .await
            .expect("retired");
        assert_eq!(
            (holders(world, role).await, holders(world, staff).await),
            (0, 2)
        );
        for who in ["karin", "vera"] {
            assert_eq!(
                kinds(world, world.id(who)).await,
                ["role_given", "role_removed"],
                "{who}"
            );
        }
        let maria = world.as_("maria").await;
        assert!(
            roles::list(&maria)
                .await
                .expect("a list")
                .rows
                .iter()
                .all(|row| row.role.id != role)
        );
        let gone = roles::page(&maria, &role.to_string())
            .await
            .expect("what happened to it is still told");
        assert!(gone.retired.is_some() && !gone.may_change);
        assert_eq!(gone.activity[0].roles[0].id, staff);
        let form = ChangeRole {
            user: world.id("vera").to_string(),
            role: role.to_string(),
            ..ChangeRole::default()
        };
        assert_eq!(
            refusal(users::change_role(&maria, &form, true).await),
            Refusal::Forbidden
        );
        assert_eq!(
            refusal(roles::deactivate(&maria, &retire(role, NOTHING)).await),
            Refusal::NotFound,
            "twice"
        );
        let restore = Restore {
            user: world.id("karin").to_string(),
            ..Restore::default()
        };
        users::restore(&maria, &restore).await.expect("restored");
        assert_eq!(
            holders(world, role).await,
            0,
            "restoring gives nothing retired back"
        );
        made(&maria, "Intake", &[], &[]).await;
    });
}

#[test]
fn a_role_ended_or_lost_what_people_work_with_clients_by_without_a_word_about_the_clients() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let role = made(
            &maria,
            "Intake",
            &[Permission::ViewClients, Permission::EditClients],
            &[],
        )
        .await;
        let maria = world.as_("maria").await;
        world.token("vera").await;
        let give = ChangeRole {
            user: world.id("vera").to_string(),
            role: role.to_string(),
            ..ChangeRole::default()
        };
        users::change_role(&maria, &give, true)
            .await
            .expect("given");
        client(&maria, "Elsa", Some(world.id("vera")), None).await;
        let of_clients = |refused: Refusal| match refused {
            Refusal::Warned(warnings) => warnings
                .into_iter()
                .filter(|warning| warning.code() == "clients_unable")
                .collect::<Vec<_>>(),
            other => panic!("no warning: {other:?}"),
        };
        let less = EditRole {
            allows: vec![],
            ..change(&maria, role).await
        };
        assert_eq!(
            of_clients(refusal(roles::edit(&maria, &less).await)),
            [Warning::ClientsUnable { clients: 1 }]
        );
        let end = retire(role, NOTHING);
        assert_eq!(
            of_clients(refusal(roles::deactivate(&maria, &end).await)),
            [Warning::ClientsUnable { clients: 1 }]
        );
        let passed = DeactivateRole {
            override_warnings: "on".to_owned(),
            reason: "Moved tomorrow".to_owned(),
            ..end
        };
        roles::deactivate(&maria, &passed)
            .await
            .expect("retired, knowing that");
    });
}

#[test]
fn a_role_without_users_is_deactivated_without_a_replacement() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let role = made(&maria, "Intake", &[], &[]).await;
        let maria = world.as_("maria").await;
        roles::deactivate(&maria, &retire(role, ""))
            .await
            .expect("retired");
        let birgit = world.as_("birgit").await;
        let theirs = made(&birgit, "Theirs", &[], &[]).await;
        for role in [
            role,
            theirs,
            "0197a4d2-0000-7000-8000-000000000009"
                .parse()
                .expect("an id"),
        ] {
            assert_eq!(
                refusal(roles::deactivate(&maria, &retire(role, NOTHING)).await),
                Refusal::NotFound
            );
            assert_eq!(
                refusal(roles::deactivate_form(&maria, &role.to_string(), None).await),
                Refusal::NotFound
            );
        }
        let caseworker = role_of(&maria, BuiltInRole::Caseworker).await;
        assert_eq!(
            refusal(roles::deactivate(&maria, &retire(caseworker, NOTHING)).await),
            Refusal::Forbidden,
            "shipped"
        );
        assert_eq!(
            refusal(roles::deactivate(&world.as_("karin").await, &retire(theirs, NOTHING)).await),
            Refusal::Forbidden
        );
    });
}

#[test]
fn a_user_with_another_role_that_cannot_be_managed_is_not_moved() {
    run(async |world| {
        let (sofia, maria) = (world.as_("sofia").await, world.as_("maria").await);
        let role = made(&maria, "Intake", &[], &[]).await;
        let (sofia_now, maria) = (world.as_("sofia").await, world.as_("maria").await);
        drop(sofia);
        for who in ["sofia", "karin"] {
            let form = ChangeRole {
                user: world.id(who).to_string(),
                role: role.to_string(),
                ..ChangeRole::default()
            };
            users::change_role(&sofia_now, &form, true)
                .await
                .expect("given");
        }
        assert_eq!(
            roles::deactivate_form(&maria, &role.to_string(), None)
                .await
                .expect("a page")
                .fixed,
            1
        );
        assert_eq!(
            refusal(roles::deactivate(&maria, &retire(role, NOTHING)).await),
            Refusal::CannotMove { people: 1 }
        );
        assert_eq!(holders(world, role).await, 2);
        roles::deactivate(&sofia_now, &retire(role, NOTHING))
            .await
            .expect("who manages both");
    });
}

#[test]
fn a_role_deactivated_while_it_is_assigned_ends_with_no_user() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let role = made(&maria, "Intake", &[], &[]).await;
        let maria = world.as_("maria").await;
        let mut acts = JoinSet::new();
        for n in 0..8 {
            let form = NewUser {
                roles: vec![role.to_string()],
                ..new_user(&maria, &format!("Ida{n}"), "Ahl").await
            };
            let maria = maria.clone();
            acts.spawn(async move { users::create(&maria, form).await.map(|_| ()) });
            if n == 3 {
                let sofia = world.as_("sofia").await;
                acts.spawn(async move { roles::deactivate(&sofia, &retire(role, NOTHING)).await });
            }
        }
        for done in acts.join_all().await {
            if let Err(error) = done {
                assert!(
                    matches!(error, usher_domain::Error::Refused(Refusal::Invalid(_))),
                    "{error:?}"
                );
            }
        }
        let retired: bool = world
            .one(&format!(
                "SELECT retired_at IS NOT NULL FROM roles WHERE id = '{role}'"
            ))
            .await;
        assert!(retired);
        assert_eq!(
            holders(world, role).await,
            0,
            "If you're here because somebody holds a retired role: give() holds the role's row, and retire() waits for it before it counts."
        );
        let late = NewUser {
            roles: vec![role.to_string()],
            ..new_user(&maria, "Late", "Ahl").await
        };
        assert_eq!(
            problem(users::create(&maria, late).await, Field::Roles),
            Problem::MayNotGive,
            "a page from before"
        );
    });
}

#[test]
fn deactivating_a_role_that_leaves_one_administrator_is_a_warning() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let chief = made(
            &sofia,
            "Chief",
            &[Permission::GiveRoles, Permission::EditRoles],
            &[],
        )
        .await;
        let sofia = world.as_("sofia").await;
        world.joins(&sofia, "Ida", &[chief]).await;
        assert_eq!(
            refusal(roles::deactivate(&sofia, &retire(chief, NOTHING)).await),
            Refusal::Warned(vec![Warning::FewAdministrators])
        );
        let form = DeactivateRole {
            override_warnings: "on".to_owned(),
            reason: "Agreed".to_owned(),
            ..retire(chief, NOTHING)
        };
        roles::deactivate(&sofia, &form).await.expect("retired");
        let again = new_role(&sofia, "Chief", &[], &[]).await;
        roles::edit(&sofia, &again).await.expect("its name is free");
    });
}
