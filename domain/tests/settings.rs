//! An organisation's settings, and that they take effect.

use usher_domain::{Scope, profile, roles, settings, users};
use usher_types::audit::Event;
use usher_types::form::SavedDraft;
use usher_types::profile::EditProfile;
use usher_types::settings::EditSettings;
use usher_types::users::{Archive, ChangeRole, EditUser, NewUser};
use usher_types::{BuiltInRole, Field, Language, Problem, Refusal, Warning};

use crate::support::{ADDRESS, PASSWORD, World, invalid, new_user, problem, refusal, role_of, run};

/// Changes a setting of Södra Omsorg.
async fn settle(world: &World<'_>, change: impl FnOnce(&mut EditSettings)) {
    let birgit = world.as_("birgit").await;
    let mut form = settings::page(&birgit, None).await.expect("a page").form;
    change(&mut form);
    settings::edit(&birgit, &form).await.expect("settled");
}

#[test]
fn a_required_field_must_be_filled_here_and_not_elsewhere() {
    run(async |world| {
        settle(world, |form| {
            form.required_fields = vec!["phone".to_owned(), "email".to_owned()]
        })
        .await;
        let (birgit, maria) = (world.as_("birgit").await, world.as_("maria").await);
        let told = invalid(users::create(&birgit, new_user(&birgit, "Anna", "Ahl").await).await);
        assert_eq!(
            told.0,
            [
                (Field::Email, Problem::Missing),
                (Field::Phone, Problem::Missing)
            ]
        );
        let edit = users::edit_user_form(&birgit, world.id("bea"), None)
            .await
            .expect("a form")
            .form;
        let filled = EditUser {
            phone: "+46 8 123 456 78".to_owned(),
            ..edit
        };
        assert_eq!(
            problem(users::edit(&birgit, filled.clone()).await, Field::Email),
            Problem::Missing
        );
        users::edit(
            &birgit,
            EditUser {
                email: "bea@example.org".to_owned(),
                ..filled
            },
        )
        .await
        .expect("complete");
        users::create(&maria, new_user(&maria, "Anna", "Ahl").await)
            .await
            .expect("nothing is required there");
    });
}

#[test]
fn an_address_of_another_domain_is_a_warning() {
    run(async |world| {
        settle(world, |form| {
            form.own_domains = "sodra.example\nsödra.example".to_owned()
        })
        .await;
        let birgit = world.as_("birgit").await;
        let form = NewUser {
            email: "anna@elsewhere.example".to_owned(),
            ..new_user(&birgit, "Anna", "Ahl").await
        };
        let Refusal::Warned(warnings) = refusal(users::create(&birgit, form.clone()).await) else {
            panic!("warned")
        };
        assert_eq!(
            warnings,
            [Warning::ForeignDomain {
                domain: "elsewhere.example".to_owned()
            }]
        );
        users::create(
            &birgit,
            NewUser {
                email: "anna@sodra.example".to_owned(),
                ..form
            },
        )
        .await
        .expect("an own address");
    });
}

#[test]
fn a_language_that_cannot_be_chosen_any_more_is_the_organisations() {
    run(async |world| {
        let token = world.token("birgit").await;
        let birgit = world.as_("birgit").await;
        let form = EditProfile {
            language: "sv".to_owned(),
            theme: "device".to_owned(),
            ..EditProfile::default()
        };
        profile::edit(&birgit, &form).await.expect("chosen");
        assert_eq!(
            world
                .authenticated(&token)
                .await
                .expect("signed in")
                .language,
            Language::Sv
        );
        settle(world, |form| form.languages = vec!["en".to_owned()]).await;
        let found = world.authenticated(&token).await.expect("signed in");
        assert_eq!(
            (found.language, found.me.languages),
            (Language::En, vec![Language::En])
        );
        assert_eq!(
            problem(profile::edit(&birgit, &form).await, Field::Language),
            Problem::Wrong
        );
        profile::choose(&birgit, Some(Language::Sv), None)
            .await
            .expect("nothing is chosen");
        settle(world, |form| {
            form.languages = vec!["en".to_owned(), "sv".to_owned()]
        })
        .await;
        assert_eq!(
            world
                .authenticated(&token)
                .await
                .expect("signed in")
                .language,
            Language::Sv,
            "and comes back"
        );
    });
}

#[test]
fn a_day_is_the_organisations() {
    run(async |world| {
        settle(world, |form| {
            form.time_zone = "Pacific/Kiritimati".to_owned()
        })
        .await;
        // 10:30 in London is 00:30 there
        let later = world.later(chrono::TimeDelta::minutes(90));
        for (who, day) in [("birgit", "2026-11-24"), ("sofia", "2026-11-23")] {
            let token = crate::support::tries(
                &later,
                if who == "birgit" {
                    "birgit.akesson"
                } else {
                    "sofia.lind"
                },
                PASSWORD,
                ADDRESS,
            )
            .await;
            let found = later
                .authenticate(&token.expect("signs in"), later.new_id())
                .await
                .expect("answers")
                .expect("signed in");
            assert_eq!(found.scope.today().to_string(), day, "{who}");
        }
    });
}

#[test]
fn an_organisations_reason_for_archiving_is_enough_or_is_added_to() {
    run(async |world| {
        settle(world, |form| {
            form.archive_reasons = "Left\nOn leave".to_owned()
        })
        .await;
        let birgit = world.as_("birgit").await;
        let nothing = Archive {
            user: world.id("bea").to_string(),
            ..Archive::default()
        };
        assert_eq!(
            problem(users::archive(&birgit, &nothing).await, Field::Reason),
            Problem::Missing
        );
        let chosen = Archive {
            archive_reason: "On leave".to_owned(),
            reason: "until June".to_owned(),
            ..nothing
        };
        users::archive(&birgit, &chosen).await.expect("archived");
        assert_eq!(
            world.page(world.id("bea")).await.archived_reason.as_deref(),
            Some("On leave: until June")
        );
    });
}

#[test]
fn concurrent_changes_of_settings_conflict() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        let open = settings::page(&birgit, None).await.expect("a page").form;
        settle(world, |form| {
            form.support_contact = "help@sodra.example".to_owned()
        })
        .await;
        let mine = EditSettings {
            support_contact: "ask Bo".to_owned(),
            ..open
        };
        assert_eq!(
            refusal(settings::edit(&birgit, &mine).await),
            Refusal::Conflict
        );
        let kept = SavedDraft {
            form: mine,
            refusal: Some(Refusal::Conflict),
        };
        let page = settings::page(&birgit, Some(kept)).await.expect("a page");
        assert_eq!(
            page.conflict.expect("both sides").now.support_contact,
            "help@sodra.example"
        );
        assert_eq!(page.form.support_contact, "ask Bo", "nothing typed is lost");
        settings::edit(&birgit, &page.form)
            .await
            .expect("saved knowingly");
    });
}

#[test]
fn changed_settings_are_recorded_and_an_empty_change_is_not() {
    run(async |world| {
        settle(world, |form| {
            form.support_contact = "help@sodra.example".to_owned()
        })
        .await;
        settle(world, |_| ()).await;
        let birgit = world.as_("birgit").await;
        let activity = settings::page(&birgit, None)
            .await
            .expect("a page")
            .activity;
        assert_eq!(activity.len(), 1);
        assert_eq!(
            activity[0].event,
            Event::SettingsChanged {
                organisation: world.sodra
            }
        );
        assert_eq!(
            activity[0].changes[0].after.as_deref(),
            Some("help@sodra.example")
        );
        let maria = world.as_("maria").await;
        let theirs = settings::page(&maria, None).await.expect("a page");
        assert_eq!(
            (theirs.activity.len(), theirs.form.support_contact.as_str()),
            (0, ""),
            "another organisation's are its own"
        );
    });
}

#[test]
fn only_permitted_people_change_settings() {
    run(async |world| {
        for who in ["bo", "bea", "bjorn"] {
            let scope = world.as_(who).await;
            assert_eq!(
                refusal(settings::page(&scope, None).await),
                Refusal::Forbidden,
                "{who}"
            );
            let form = EditSettings {
                version: "1".to_owned(),
                ..settings::page(&world.as_("birgit").await, None)
                    .await
                    .expect("a page")
                    .form
            };
            assert_eq!(
                refusal(settings::edit(&scope, &form).await),
                Refusal::Forbidden,
                "{who}"
            );
        }
    });
}

/// A role of Södra Omsorg, by its key.
async fn role_of_sodra(world: &World<'_>, role: BuiltInRole) -> String {
    world
        .one(&format!(
            "SELECT id::text FROM roles WHERE organisation_id = '{}' AND key = '{}'",
            world.sodra,
            role.code()
        ))
        .await
}

async fn listed(scope: &Scope) -> Vec<BuiltInRole> {
    let rows = roles::list(scope).await.expect("a list").rows;
    rows.iter()
        .filter_map(|row| row.role.built_in)
        .filter(|role| BuiltInRole::PORTAL.contains(role))
        .collect()
}

#[test]
fn the_portals_roles_existed_in_every_organisation_and_nobody_could_assign_them() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        let security = role_of_sodra(world, BuiltInRole::SecurityAdministrator).await;
        assert_eq!(
            listed(&birgit).await,
            [],
            "without a portal they are not there"
        );
        assert_eq!(
            refusal(roles::page(&birgit, "security_administrator").await),
            Refusal::NotFound
        );
        let form = NewUser {
            roles: vec![security.clone()],
            ..new_user(&birgit, "Stina", "Ahl").await
        };
        assert_eq!(
            refusal(users::create(&birgit, form.clone()).await),
            Refusal::Forbidden,
            "nor by a form made by hand"
        );
        settle(world, |form| form.uses_portal = "on".to_owned()).await;
        let birgit = world.as_("birgit").await;
        assert_eq!(listed(&birgit).await, BuiltInRole::PORTAL);
        let stina = users::create(&birgit, form.clone()).await.expect("created");
        let scope = world
            .authenticated(&world.settles(stina, &form.login_name).await)
            .await
            .expect("signed in")
            .scope;
        let offered = users::new_user_form(&scope, None, users::NewUserParams::default())
            .await
            .expect("a form")
            .roles;
        let offered: Vec<_> = offered
            .iter()
            .filter_map(|choice| choice.role.built_in)
            .collect();
        assert_eq!(
            offered,
            BuiltInRole::PORTAL[1..],
            "who creates whom stays (CP-05)"
        );
        let edit = users::edit_user_form(&birgit, stina, None)
            .await
            .expect("hers to manage")
            .form;
        users::edit(
            &birgit,
            EditUser {
                job_title: "Gatekeeper".to_owned(),
                ..edit
            },
        )
        .await
        .expect("saved");
    });
}

#[test]
fn a_portal_is_switched_off_once_nobody_holds_its_roles() {
    run(async |world| {
        settle(world, |form| form.uses_portal = "on".to_owned()).await;
        let birgit = world.as_("birgit").await;
        let super_user = role_of_sodra(world, BuiltInRole::SuperUser).await;
        let given = ChangeRole {
            user: world.id("bjorn").to_string(),
            role: super_user,
            ..ChangeRole::default()
        };
        users::change_role(&birgit, &given, true)
            .await
            .expect("given");
        let form = settings::page(&birgit, None).await.expect("a page").form;
        let off = EditSettings {
            uses_portal: String::new(),
            ..form
        };
        assert_eq!(
            problem(settings::edit(&birgit, &off).await, Field::UsesPortal),
            Problem::StillHeld { people: 1 }
        );
        users::change_role(&birgit, &given, false)
            .await
            .expect("removed");
        settings::edit(&birgit, &off).await.expect("switched off");
        assert_eq!(listed(&birgit).await, []);
        assert_eq!(
            problem(users::change_role(&birgit, &given, true).await, Field::Role),
            Problem::MayNotGive
        );
        let told = settings::page(&birgit, None)
            .await
            .expect("a page")
            .activity;
        assert_eq!(
            told[0]
                .changes
                .iter()
                .map(|change| change.field)
                .collect::<Vec<_>>(),
            [Field::UsesPortal]
        );
    });
}

#[test]
fn the_operators_organisation_administrators_give_the_portals_roles_once_it_is_switched_on() {
    run(async |world| {
        let (sofia, maria) = (world.as_("sofia").await, world.as_("maria").await);
        let gives = async |scope: &Scope| {
            let offered = users::new_user_form(scope, None, users::NewUserParams::default())
                .await
                .expect("a form")
                .roles;
            offered
                .iter()
                .filter_map(|choice| choice.role.built_in)
                .filter(|role| BuiltInRole::PORTAL.contains(role))
                .count()
        };
        assert_eq!((gives(&sofia).await, gives(&maria).await), (3, 0));
        let stina = role_of(&sofia, BuiltInRole::SecurityAdministrator).await;
        let (stina, _) = world.joins(&sofia, "Stina", &[stina]).await;
        let form = settings::page(&maria, None).await.expect("a page").form;
        settings::edit(
            &maria,
            &EditSettings {
                uses_portal: "on".to_owned(),
                ..form
            },
        )
        .await
        .expect("switched on");
        let maria = world.as_("maria").await;
        assert_eq!(gives(&maria).await, 3);
        users::edit_user_form(&maria, stina, None)
            .await
            .expect("hers to manage");
        let form = settings::page(&maria, None).await.expect("a page").form;
        settings::edit(
            &maria,
            &EditSettings {
                uses_portal: String::new(),
                ..form
            },
        )
        .await
        .expect("switched off, whoever holds one");
        let (sofia, maria) = (world.as_("sofia").await, world.as_("maria").await);
        assert_eq!((gives(&sofia).await, gives(&maria).await), (3, 0));
        assert_eq!(
            refusal(users::edit_user_form(&maria, stina, None).await),
            Refusal::Forbidden
        );
    });
}
