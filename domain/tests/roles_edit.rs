//! Creating and editing an organisation's own roles: no privilege escalation, no cycle of roles
//! that assign each other, and who gains or loses which permissions.

use tokio::task::JoinSet;
use usher_domain::{Scope, offices, roles, users};
use usher_types::audit::Event;
use usher_types::form::SavedDraft;
use usher_types::roles::{EditRole, RolePage, allowed};
use usher_types::units::EditOffice;
use usher_types::users::{ChangeRole, EditUser, ListQuery};
use usher_types::{
    BuiltInRole, Field, GrantChange, Permission, Problem, Reach, Refusal, RoleId, Warning,
};

use crate::support::{World, problem, refusal, role_of, run};

/// A form that creates a role, as the page fills it.
pub async fn new_role(
    maker: &Scope,
    name: &str,
    allows: &[Permission],
    gives: &[RoleId],
) -> EditRole {
    let page = roles::form(maker, None, None, "", None)
        .await
        .expect("a form");
    let gives: Vec<_> = gives.iter().map(RoleId::to_string).collect();
    EditRole {
        name: name.to_owned(),
        allows: allows
            .iter()
            .map(|permission| allowed(*permission, Reach::Organisation))
            .collect(),
        manages: gives.clone(),
        gives,
        ..page.form
    }
}

/// Creates a role.
pub async fn made(maker: &Scope, name: &str, allows: &[Permission], gives: &[RoleId]) -> RoleId {
    roles::edit(maker, &new_role(maker, name, allows, gives).await)
        .await
        .unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

/// The form that edits a role, as the page fills it.
pub async fn change(maker: &Scope, role: RoleId) -> EditRole {
    roles::form(maker, Some(&role.to_string()), None, "", None)
        .await
        .expect("a form")
        .form
}

fn passed(form: EditRole) -> EditRole {
    EditRole {
        override_warnings: "on".to_owned(),
        reason: "Agreed in the board".to_owned(),
        ..form
    }
}

async fn page(scope: &Scope, role: RoleId) -> RolePage {
    roles::page(scope, &role.to_string()).await.expect("a page")
}

async fn gives(world: &World<'_>, who: &str, role: RoleId) {
    let (sofia, user) = (world.as_("sofia").await, world.id(who).to_string());
    users::change_role(
        &sofia,
        &ChangeRole {
            user,
            role: role.to_string(),
            ..ChangeRole::default()
        },
        true,
    )
    .await
    .expect("given");
}

async fn roles_there(world: &World<'_>) -> i64 {
    world
        .one("SELECT count(*) FROM roles WHERE key IS NULL")
        .await
}

fn affected_holders(refused: Refusal) -> Vec<(u32, GrantChange<String>)> {
    let Refusal::Warned(warnings) = refused else {
        panic!("no warnings: {refused:?}")
    };
    let named = |warning| match warning {
        Warning::Holders {
            people,
            shift:
                GrantChange::Allows {
                    permission,
                    before,
                    after,
                },
        } => Some((
            people,
            GrantChange::Allows {
                permission,
                before,
                after,
            },
        )),
        Warning::Holders {
            people,
            shift: GrantChange::Gives { role, now },
        } => Some((
            people,
            GrantChange::Gives {
                role: role.code(),
                now,
            },
        )),
        Warning::Holders {
            people,
            shift: GrantChange::Manages { role, now },
        } => Some((
            people,
            GrantChange::Manages {
                role: role.code(),
                now,
            },
        )),
        _ => None,
    };
    warnings.into_iter().filter_map(named).collect()
}

#[test]
fn a_custom_role_is_listed_assigned_and_works() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let caseworker = role_of(&maria, BuiltInRole::Caseworker).await;
        let mut form = new_role(
            &maria,
            "  Åsas   intag ",
            &[Permission::ViewUsers, Permission::CreateUsers],
            &[caseworker],
        )
        .await;
        form.purpose = "För den som tar emot".to_owned();
        let role = roles::edit(&maria, &form).await.expect("made");
        let rows = roles::list(&maria).await.expect("a list").rows;
        let last = rows.last().expect("a row");
        assert_eq!(
            (
                last.role.name.as_str(),
                last.purpose.as_str(),
                last.holders.count
            ),
            ("Åsas intag", "För den som tar emot", 0)
        );
        let maria = world.as_("maria").await;
        let shown = page(&maria, role).await;
        assert_eq!(
            shown.allows,
            [Permission::ViewUsers, Permission::CreateUsers]
                .map(|permission| (permission, Reach::Organisation))
        );
        assert_eq!(
            shown
                .gives
                .iter()
                .map(|role| role.built_in)
                .collect::<Vec<_>>(),
            [Some(BuiltInRole::Caseworker)]
        );
        assert!(shown.may_change);
        let organisation_administrator = roles::page(&maria, "organisation_administrator")
            .await
            .expect("a page");
        assert!(
            organisation_administrator
                .gives
                .iter()
                .any(|given| given.id == role),
            "who covers it gives it"
        );
        assert!(
            organisation_administrator
                .manages
                .iter()
                .any(|given| given.id == role),
            "and manages it"
        );
        let (ida, scope) = world.joins(&maria, "Ida", &[role]).await;
        assert_eq!(
            scope.grants().reach(Permission::CreateUsers),
            Some(Reach::Organisation)
        );
        let choices = users::new_user_form(&scope, None, users::NewUserParams::default())
            .await
            .expect("a form")
            .roles;
        assert_eq!(
            choices
                .iter()
                .map(|choice| choice.role.id)
                .collect::<Vec<_>>(),
            [caseworker]
        );
        let query = ListQuery {
            role: role.to_string(),
            ..ListQuery::default()
        };
        assert_eq!(
            users::list(&maria, query).await.expect("a list").rows[0].id,
            ida
        );
    });
}

#[test]
fn names_of_every_kind_are_kept_and_one_role_has_one() {
    run(async |world| {
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let long = "å".repeat(200);
        for name in [
            "مشرف الفريق",
            "</textarea><script>alert(1)</script>",
            long.as_str(),
            "O’Brien’s",
        ] {
            let role = made(&maria, name, &[], &[]).await;
            assert_eq!(page(&maria, role).await.row.role.name, name);
            made(&birgit, name, &[], &[]).await;
        }
        for taken in ["O’BRIEN’S", " مشرف  الفريق\u{200B}"] {
            let form = new_role(&maria, taken, &[], &[]).await;
            assert_eq!(
                problem(roles::edit(&maria, &form).await, Field::RoleName),
                Problem::SameName,
                "{taken}"
            );
        }
        for (bad, why) in [
            ("a\0b", Problem::Control),
            ("a\r\nBcc: b", Problem::Control),
            ("", Problem::Missing),
        ] {
            let form = new_role(&maria, bad, &[], &[]).await;
            assert_eq!(
                problem(roles::edit(&maria, &form).await, Field::RoleName),
                why,
                "{bad:?}"
            );
            let form = EditRole {
                name: "Good".to_owned(),
                purpose: bad.to_owned(),
                ..form
            };
            if why == Problem::Control {
                assert_eq!(
                    problem(roles::edit(&maria, &form).await, Field::Purpose),
                    why,
                    "{bad:?}"
                );
            }
        }
        let mine = made(&maria, "Mine", &[], &[]).await;
        let maria = world.as_("maria").await;
        let form = EditRole {
            name: long.to_uppercase(),
            ..change(&maria, mine).await
        };
        assert_eq!(
            problem(roles::edit(&maria, &form).await, Field::RoleName),
            Problem::SameName
        );
    });
}

#[test]
fn a_double_submit_creates_one_role() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = new_role(&maria, "Intake", &[Permission::ViewUsers], &[]).await;
        let mut posts = JoinSet::new();
        for _ in 0..4 {
            let (maria, form) = (maria.clone(), form.clone());
            posts.spawn(async move { roles::edit(&maria, &form).await.expect("made once") });
        }
        let made = posts.join_all().await;
        assert!(made.iter().all(|role| *role == made[0]));
        let other = EditRole {
            name: "Another".to_owned(),
            ..form
        };
        assert_ne!(
            roles::edit(&maria, &other).await.expect("made"),
            made[0],
            "back in the browser, and another name typed"
        );
        assert_eq!(roles_there(world).await, 2);
    });
}

#[test]
fn a_custom_role_cannot_have_permissions_its_author_lacks() {
    run(async |world| {
        let (sofia, maria, birgit) = (
            world.as_("sofia").await,
            world.as_("maria").await,
            world.as_("birgit").await,
        );
        world.owner_runs("DELETE FROM role_permissions p USING roles r WHERE r.id = p.role_id AND r.key = 'organisation_administrator' AND permission = 'user_bank'").await;
        let weaker = world.as_("maria").await;
        let tampered = |allows: &[&str], gives: &[RoleId]| {
            let gives: Vec<_> = gives.iter().map(RoleId::to_string).collect();
            (
                allows
                    .iter()
                    .map(|allowed| (*allowed).to_owned())
                    .collect::<Vec<_>>(),
                gives,
            )
        };
        let system = role_of(&sofia, BuiltInRole::SystemAdministrator).await;
        let foreign = role_of(&birgit, BuiltInRole::Caseworker).await;
        let missing = "0197a4d2-0000-7000-8000-000000000009"
            .parse()
            .expect("an id");
        let form = new_role(&maria, "Climber", &[], &[]).await;
        for (allows, gives) in [
            tampered(&["user_bank:organisation"], &[]),
            tampered(&["view_users:organisation", "user_bank:organisation"], &[]),
            tampered(&[], &[system]),
            tampered(&[], &[foreign]),
            tampered(&[], &[missing]),
        ] {
            for manages in [Vec::new(), gives.clone()] {
                let form = EditRole {
                    allows: allows.clone(),
                    gives: gives.clone(),
                    manages,
                    ..form.clone()
                };
                assert_eq!(
                    refusal(roles::edit(&weaker, &form).await),
                    Refusal::Forbidden,
                    "{form:?}"
                );
            }
        }
        let administrators = role_of(&maria, BuiltInRole::OrganisationAdministrator).await;
        let form = EditRole {
            gives: vec![administrators.to_string()],
            manages: vec![administrators.to_string()],
            ..form
        };
        assert_eq!(
            refusal(roles::edit(&maria, &form).await),
            Refusal::Forbidden,
            "she gives her own kind, and does not manage it"
        );
        assert_eq!(roles_there(world).await, 0, "nothing was written");
        for who in ["sven", "karin", "vera"] {
            let scope = world.as_(who).await;
            assert_eq!(
                refusal(roles::edit(&scope, &form).await),
                Refusal::Forbidden,
                "{who}"
            );
            assert_eq!(
                refusal(roles::form(&scope, None, None, "", None).await),
                Refusal::Forbidden,
                "{who}"
            );
        }
        assert_eq!(
            refusal(roles::edit(&world.visitor(), &form).await),
            Refusal::SignIn
        );
    });
}

#[test]
fn a_copy_of_a_role_has_only_its_authors_permissions_and_no_cycle() {
    run(async |world| {
        let (sofia, maria) = (world.as_("sofia").await, world.as_("maria").await);
        let copied = async |maker: &Scope, code: &str| {
            roles::form(maker, None, Some(code), "", None)
                .await
                .expect("a form")
                .form
        };
        let form = copied(&maria, "system_administrator").await;
        assert!(form.role.is_empty() && form.name.is_empty() && !form.key.is_empty());
        let own = role_of(&maria, BuiltInRole::OrganisationAdministrator)
            .await
            .to_string();
        assert!(
            !form.gives.contains(&own),
            "who gives the copy would be given by it"
        );
        assert!(
            form.gives
                .contains(&role_of(&maria, BuiltInRole::Supervisor).await.to_string())
        );
        assert_eq!(form.gives.len(), 7, "and none she may not give");
        let form = EditRole {
            name: "Chief".to_owned(),
            ..form
        };
        let chief = roles::edit(&maria, &form).await.expect("made");
        assert_eq!(page(&sofia, chief).await.manages.len(), 7);
        let mut form = copied(&maria, "organisation_administrator").await;
        form.name = "Another chief".to_owned();
        form.gives.push(own);
        let said = problem(roles::edit(&maria, &form).await, Field::Gives);
        assert!(
            matches!(said, Problem::Loop { role } if role.built_in == Some(BuiltInRole::OrganisationAdministrator))
        );
        let foreign = role_of(&world.as_("birgit").await, BuiltInRole::Viewer)
            .await
            .to_string();
        for code in [
            foreign.as_str(),
            "0197a4d2-0000-7000-8000-000000000009",
            "nonsense",
        ] {
            assert_eq!(
                refusal(roles::form(&maria, None, Some(code), "", None).await),
                Refusal::NotFound,
                "{code}"
            );
        }
    });
}

#[test]
fn a_user_cannot_gain_permissions_by_assigning_roles() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let maker = made(
            &maria,
            "Role maker",
            &[
                Permission::EditRoles,
                Permission::ViewRoles,
                Permission::ViewUsers,
            ],
            &[],
        )
        .await;
        let maria = world.as_("maria").await;
        let (_, ida) = world.joins(&maria, "Ida", &[maker]).await;
        assert_eq!(
            refusal(roles::form(&ida, Some(&maker.to_string()), None, "", None).await),
            Refusal::Forbidden,
            "not the own one"
        );
        let form = EditRole {
            allows: vec!["create_users:organisation".to_owned()],
            ..change(&maria, maker).await
        };
        assert_eq!(refusal(roles::edit(&ida, &form).await), Refusal::Forbidden);
        let form = EditRole {
            allows: vec![allowed(Permission::ViewUsers, Reach::Organisation)],
            ..change(&maria, maker).await
        };
        assert_eq!(
            refusal(roles::edit(&ida, &form).await),
            Refusal::Forbidden,
            "also not down"
        );
        let helper = made(&ida, "Helper", &[Permission::ViewUsers], &[]).await;
        assert!(
            page(&ida, maker)
                .await
                .gives
                .iter()
                .any(|role| role.id == helper),
            "what she makes her role gives"
        );
        let maria = world.as_("maria").await;
        let form = EditRole {
            allows: vec![allowed(Permission::UserBank, Reach::Organisation)],
            ..change(&maria, helper).await
        };
        roles::edit(&maria, &passed(form))
            .await
            .expect("changed by who has it");
        assert!(
            page(&maria, maker).await.gives.is_empty(),
            "and gives no more when it allows more than she has"
        );
    });
}

#[test]
fn built_in_roles_cannot_be_edited() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        for role in BuiltInRole::ALL {
            assert_eq!(
                refusal(roles::form(&sofia, Some(role.code()), None, "", None).await),
                Refusal::Forbidden,
                "{role:?}"
            );
        }
        let caseworker = role_of(&sofia, BuiltInRole::Caseworker).await;
        let form = EditRole {
            role: caseworker.to_string(),
            version: "1".to_owned(),
            ..new_role(&sofia, "Mine", &[], &[]).await
        };
        assert_eq!(
            refusal(roles::edit(&sofia, &form).await),
            Refusal::Forbidden
        );
        assert!(!page_of(&sofia, "caseworker").await.may_change);
    });
}

async fn page_of(scope: &Scope, code: &str) -> RolePage {
    roles::page(scope, code).await.expect("a page")
}

#[test]
fn another_organisations_role_is_not_there() {
    run(async |world| {
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let role = made(&birgit, "Theirs", &[Permission::ViewUsers], &[]).await;
        for id in [
            role.to_string(),
            "0197a4d2-0000-7000-8000-000000000009".to_owned(),
        ] {
            assert_eq!(refusal(roles::page(&maria, &id).await), Refusal::NotFound);
            assert_eq!(
                refusal(roles::form(&maria, Some(&id), None, "", None).await),
                Refusal::NotFound
            );
            let form = EditRole {
                role: id,
                version: "1".to_owned(),
                ..new_role(&maria, "Robbed", &[], &[]).await
            };
            assert_eq!(refusal(roles::edit(&maria, &form).await), Refusal::NotFound);
        }
    });
}

#[test]
fn concurrent_edits_of_a_role_conflict() {
    run(async |world| {
        let (sofia, maria) = (world.as_("sofia").await, world.as_("maria").await);
        let role = made(&sofia, "Intake", &[Permission::ViewUsers], &[]).await;
        let (sofia, maria_now) = (world.as_("sofia").await, world.as_("maria").await);
        drop(maria);
        let mine = EditRole {
            name: "Reception".to_owned(),
            ..change(&maria_now, role).await
        };
        let theirs = EditRole {
            purpose: "For the front desk".to_owned(),
            ..change(&sofia, role).await
        };
        roles::edit(&sofia, &theirs).await.expect("saved first");
        assert_eq!(
            refusal(roles::edit(&maria_now, &mine).await),
            Refusal::Conflict
        );
        let kept = SavedDraft {
            form: mine.clone(),
            refusal: Some(Refusal::Conflict),
        };
        let again = roles::form(&maria_now, Some(&role.to_string()), None, "", Some(kept))
            .await
            .expect("a form");
        assert_eq!(
            again.conflict.expect("both are shown").now.purpose,
            "For the front desk"
        );
        assert_eq!(
            (again.form.name.as_str(), again.form.version.as_str()),
            ("Reception", "2")
        );
        roles::edit(&maria_now, &again.form)
            .await
            .expect("a choice made knowing both");
        let foreign = SavedDraft {
            form: mine,
            refusal: Some(Refusal::Conflict),
        };
        let other = made(&maria_now, "Other", &[], &[]).await;
        let maria = world.as_("maria").await;
        let page = roles::form(&maria, Some(&other.to_string()), None, "", Some(foreign))
            .await
            .expect("a form");
        assert_eq!(
            (page.form.name.as_str(), page.refusal),
            ("Other", None),
            "a draft of another role's form"
        );
    });
}

#[test]
fn a_role_in_a_cycle_of_assignment_is_refused_by_name() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let first = made(&sofia, "First", &[], &[]).await;
        let sofia = world.as_("sofia").await;
        let second = made(&sofia, "Second", &[], &[first]).await;
        let sofia = world.as_("sofia").await;
        for (gives, named) in [(first, "First"), (second, "Second")] {
            let form = EditRole {
                gives: vec![gives.to_string()],
                ..change(&sofia, first).await
            };
            let said = problem(roles::edit(&sofia, &form).await, Field::Gives);
            assert!(
                matches!(&said, Problem::Loop { role } if role.name == named),
                "{said:?}"
            );
        }
    });
}

#[test]
fn a_role_that_nobody_could_assign_is_not_created() {
    run(async |world| {
        let maria = world.as_("maria").await;
        world.owner_runs("DELETE FROM role_permissions WHERE permission = 'edit_users' AND role_id IN (SELECT id FROM roles WHERE key LIKE '%administrator')").await;
        let maker = made(&maria, "Editor", &[Permission::ViewUsers], &[]).await;
        world
            .owner_runs(&format!("INSERT INTO role_permissions VALUES ('{}', '{maker}', 'edit_users', 'organisation')", world.northfield))
            .await;
        gives(world, "maria", maker).await;
        let maria = world.as_("maria").await;
        let form = new_role(
            &maria,
            "Both",
            &[Permission::EditRoles, Permission::EditUsers],
            &[],
        )
        .await;
        assert_eq!(
            problem(roles::edit(&maria, &form).await, Field::Allows),
            Problem::NobodyGives
        );
    });
}

#[test]
fn a_role_creator_cannot_assign_a_role_with_more_permissions() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let bank = made(&maria, "Bank", &[Permission::UserBank], &[]).await;
        let maria = world.as_("maria").await;
        let form = new_role(&maria, "Maker", &[Permission::EditRoles], &[bank]).await;
        let said = problem(roles::edit(&maria, &form).await, Field::Gives);
        assert!(
            matches!(&said, Problem::Beyond { role } if role.id == bank),
            "{said:?}"
        );
        made(
            &maria,
            "Maker",
            &[Permission::EditRoles, Permission::UserBank],
            &[bank],
        )
        .await;
    });
}

#[test]
fn the_warning_counts_how_many_people_gain_or_lose_what() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let viewer = role_of(&sofia, BuiltInRole::Viewer).await;
        let role = made(&sofia, "Intake", &[Permission::ViewUsers], &[]).await;
        for who in ["karin", "vera", "sven"] {
            gives(world, who, role).await;
        }
        let sofia = world.as_("sofia").await;
        let change = async || change(&sofia, role).await;
        let same = EditRole {
            purpose: "For the front desk".to_owned(),
            ..change().await
        };
        roles::edit(&sofia, &same)
            .await
            .expect("nobody gains or loses a thing");
        let form = EditRole {
            allows: vec![
                allowed(Permission::ViewActivity, Reach::Organisation),
                allowed(Permission::CreateUsers, Reach::Organisation),
            ],
            gives: vec![viewer.to_string()],
            manages: vec![viewer.to_string()],
            ..change().await
        };
        let all = Some(Reach::Organisation);
        let viewers = || "viewer".to_owned();
        let told = affected_holders(refusal(roles::edit(&sofia, &form).await));
        let wanted = [
            // Vera and Sven keep seeing users through another role, and Sven their activity
            (
                1,
                GrantChange::Allows {
                    permission: Permission::ViewUsers,
                    before: all,
                    after: None,
                },
            ),
            (
                3,
                GrantChange::Allows {
                    permission: Permission::CreateUsers,
                    before: None,
                    after: all,
                },
            ),
            (
                2,
                GrantChange::Allows {
                    permission: Permission::ViewActivity,
                    before: None,
                    after: all,
                },
            ),
            (
                3,
                GrantChange::Gives {
                    role: viewers(),
                    now: true,
                },
            ),
            (
                3,
                GrantChange::Manages {
                    role: viewers(),
                    now: true,
                },
            ),
        ];
        assert_eq!(told, wanted);
        assert_eq!(
            page(&sofia, role).await.allows.len(),
            1,
            "nothing was saved"
        );
        let form = EditRole {
            override_warnings: "on".to_owned(),
            ..form
        };
        assert_eq!(
            problem(roles::edit(&sofia, &form).await, Field::Reason),
            Problem::Missing
        );
        roles::edit(&sofia, &passed(form)).await.expect("saved");
        let shown = page(&sofia, role).await;
        let kinds: Vec<_> = shown
            .activity
            .iter()
            .map(|line| serde_json::to_value(&line.event).expect("json")["kind"].clone())
            .collect();
        assert_eq!(kinds, ["role_edited", "role_edited", "role_made"]);
        let newest = &shown.activity[0];
        assert_eq!(
            newest.changes[0].after.as_deref(),
            Some("Agreed in the board")
        );
        let event = serde_json::to_value(&newest.event).expect("json");
        assert_eq!(
            event["overridden"],
            serde_json::json!(["holders_lose", "holders_gain"])
        );
        assert!(
            newest
                .roles
                .iter()
                .any(|role| role.built_in == Some(BuiltInRole::Viewer))
        );
        assert_eq!(
            shown.activity[1].changes[0].after.as_deref(),
            Some("For the front desk")
        );
        let back = EditRole {
            gives: Vec::new(),
            manages: Vec::new(),
            ..self::change(&sofia, role).await
        };
        let told = affected_holders(refusal(roles::edit(&sofia, &back).await));
        assert_eq!(
            told,
            [
                (
                    3,
                    GrantChange::Gives {
                        role: viewers(),
                        now: false
                    }
                ),
                (
                    3,
                    GrantChange::Manages {
                        role: viewers(),
                        now: false
                    }
                )
            ]
        );
    });
}

#[test]
fn people_who_can_no_longer_assign_an_extended_role_are_counted() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let role = made(&sofia, "Portal", &[Permission::ViewUsers], &[]).await;
        let sofia = world.as_("sofia").await;
        let super_user = role_of(&sofia, BuiltInRole::SuperUser).await.to_string();
        let form = EditRole {
            gives: vec![super_user.clone()],
            manages: vec![super_user],
            ..change(&sofia, role).await
        };
        let told = affected_holders(refusal(roles::edit(&sofia, &form).await));
        // Maria no longer assigns it, because she may not assign Super user
        assert_eq!(
            told,
            [
                (
                    1,
                    GrantChange::Gives {
                        role: role.to_string(),
                        now: false
                    }
                ),
                (
                    1,
                    GrantChange::Manages {
                        role: role.to_string(),
                        now: false
                    }
                )
            ]
        );
    });
}

#[test]
fn an_edit_that_leaves_one_administrator_is_a_warning() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        assert!(
            roles::list(&sofia)
                .await
                .expect("a list")
                .few_administrators,
            "nobody else has a password yet"
        );
        let chief = made(
            &sofia,
            "Chief",
            &[Permission::GiveRoles, Permission::EditRoles],
            &[],
        )
        .await;
        let sofia = world.as_("sofia").await;
        world.joins(&sofia, "Ida", &[chief]).await;
        assert!(
            !roles::list(&sofia)
                .await
                .expect("a list")
                .few_administrators
        );
        let form = EditRole {
            allows: vec![allowed(Permission::EditRoles, Reach::Organisation)],
            ..change(&sofia, chief).await
        };
        let Refusal::Warned(warnings) = refusal(roles::edit(&sofia, &form).await) else {
            panic!("no warnings")
        };
        assert!(
            warnings.contains(&Warning::FewAdministrators),
            "{warnings:?}"
        );
        roles::edit(&sofia, &passed(form)).await.expect("saved");
        assert!(
            roles::list(&sofia)
                .await
                .expect("a list")
                .few_administrators
        );
    });
}

#[test]
fn people_without_an_office_are_counted_before_a_role_requires_one() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let role = made(&maria, "Reception", &[], &[]).await;
        for who in ["karin", "vera", "sven"] {
            gives(world, who, role).await;
        }
        let (maria, sofia) = (world.as_("maria").await, world.as_("sofia").await);
        let asks = |form: EditRole| EditRole {
            requires_office: "on".to_owned(),
            ..form
        };
        roles::edit(&maria, &asks(change(&maria, role).await))
            .await
            .expect("no offices are used: nobody lacks one");
        roles::edit(
            &maria,
            &EditRole {
                requires_office: String::new(),
                ..change(&maria, role).await
            },
        )
        .await
        .expect("changed");
        let page = offices::form(&sofia, "", None).await.expect("a form");
        let norr = offices::edit(
            &sofia,
            &EditOffice {
                unit_name: "Norr".to_owned(),
                ..page.form
            },
        )
        .await
        .expect("an office");
        let form = users::edit_user_form(&sofia, world.id("vera"), None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &sofia,
            EditUser {
                office: norr.to_string(),
                ..form
            },
        )
        .await
        .expect("bound");
        let form = asks(change(&maria, role).await);
        assert_eq!(
            refusal(roles::edit(&maria, &form).await),
            Refusal::Warned(vec![Warning::WithoutOffice { people: 2 }])
        );
        roles::edit(&maria, &passed(form))
            .await
            .expect("saved, and why is kept");
        let said = page_activity(&maria, role).await;
        assert_eq!(said, ["without_office"]);
        roles::edit(&maria, &asks(change(&maria, role).await))
            .await
            .expect("it asked for one before: no news");
    });
}

async fn page_activity(scope: &Scope, role: RoleId) -> Vec<String> {
    match &page(scope, role).await.activity[0].event {
        Event::RoleEdited { overridden, .. } => overridden.clone(),
        other => panic!("{other:?}"),
    }
}
