//! The user's own profile.

use chrono::TimeDelta;
use serde_json::{Value, json};
use usher_domain::sealing::Token;
use usher_domain::{audit, delivery, links, profile, users};
use usher_types::mail::Mail;
use usher_types::profile::{ChangeEmail, ChangePassword, ConfirmEmail, EditProfile};
use usher_types::refusal::Taken;
use usher_types::users::{EditUser, NewUser, SetTemporaryPassword};
use usher_types::{BuiltInRole, Field, Language, Problem, Refusal, Secret, Theme};

use crate::support::{ADDRESS, PASSWORD, World, invalid, new_user, problem, refusal, run};

const NEW: &str = "sofia.new@example.org";

fn email(to: &str, password: &str) -> ChangeEmail {
    ChangeEmail {
        email: to.to_owned(),
        current_password: Secret::new(password),
        ..ChangeEmail::default()
    }
}

fn password(current: &str, new: &str) -> ChangePassword {
    ChangePassword {
        current_password: Secret::new(current),
        new_password: Secret::new(new),
        ..ChangePassword::default()
    }
}

/// Sends the waiting mails: recipient, mail, and the link if it has one.
async fn sent(world: &World<'_>) -> Vec<(Option<String>, Mail, Option<Token>)> {
    let mails = delivery::claim(&world.db, 100).await.expect("claims");
    for mail in &mails {
        delivery::finish(&world.db, mail, Ok(()))
            .await
            .expect("sent");
    }
    mails
        .into_iter()
        .map(|mail| (mail.address, mail.mail, mail.token))
        .collect()
}

#[test]
fn users_change_their_own_phone_language_and_theme() {
    run(async |world| {
        let karin = world.as_("karin").await;
        let form = profile::page(&karin).await.expect("a page").form;
        assert_eq!(
            (form.theme.as_str(), form.language.as_str()),
            ("device", "")
        );
        let form = EditProfile {
            phone: "070-123 45 67".to_owned(),
            language: "sv".to_owned(),
            theme: "dark".to_owned(),
            ..form
        };
        profile::edit(&karin, &form).await.expect("saved");
        let token = world.token("karin").await;
        let now = world.authenticated(&token).await.expect("signed in");
        assert_eq!((now.language, now.theme), (Language::Sv, Some(Theme::Dark)));
        let page = profile::page(&now.scope).await.expect("a page");
        assert_eq!(
            (
                page.form.phone.as_str(),
                page.organisation.as_str(),
                page.login_name.as_str()
            ),
            ("070-123 45 67", "Northfield Care", "karin.ek")
        );
        assert_eq!(page.created.text, "23\u{a0}nov.\u{a0}2026");
        assert_eq!(
            page.roles
                .iter()
                .map(|role| role.built_in)
                .collect::<Vec<_>>(),
            [Some(BuiltInRole::User), Some(BuiltInRole::Caseworker)]
        );
        let event: Value = world
            .one(&format!(
                "SELECT event FROM audit_events WHERE event ->> 'kind' = 'profile_edited' AND actor_id = '{}'",
                world.id("karin")
            ))
            .await;
        assert_eq!(event["fields"], json!(["phone", "language", "theme"]));
    });
}

#[test]
fn a_profile_with_a_foreign_field_is_refused_whole() {
    run(async |world| {
        let karin = world.as_("karin").await;
        for field in [
            "first_name",
            "login_name",
            "email",
            "roles",
            "job_title",
            "identity_number",
            "user",
            "version",
        ] {
            let mut form = EditProfile {
                phone: "070-999 99 99".to_owned(),
                ..EditProfile::default()
            };
            form.unexpected.insert(field.to_owned(), json!("Boss"));
            assert_eq!(
                problem(profile::edit(&karin, &form).await, Field::Form),
                Problem::Unexpected {
                    name: field.to_owned()
                }
            );
        }
        assert_eq!(profile::page(&karin).await.expect("a page").form.phone, "");
        audit::refused(&karin, "/api/edit_profile", "unexpected_fields")
            .await
            .expect("kept");
        let kept: Value = world
            .one("SELECT event FROM audit_events WHERE event ->> 'kind' = 'refused'")
            .await;
        assert_eq!(
            kept,
            json!({"kind": "refused", "user": world.id("karin"), "path": "/api/edit_profile", "why": "unexpected_fields"})
        );
    });
}

#[test]
fn wrong_fields_are_reported_together() {
    run(async |world| {
        let karin = world.as_("karin").await;
        let form = EditProfile {
            phone: "x".to_owned(),
            language: "tlh".to_owned(),
            theme: "pink".to_owned(),
            ..EditProfile::default()
        };
        let wrong = invalid(profile::edit(&karin, &form).await);
        assert!(
            [Field::Phone, Field::Language, Field::Theme]
                .iter()
                .all(|field| wrong.at(*field).is_some()),
            "{wrong:?}"
        );
    });
}

#[test]
fn a_new_address_applies_when_confirmed_and_the_old_one_is_notified() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        profile::change_email(&sofia, &email("Sofia.New@Example.org", PASSWORD), ADDRESS)
            .await
            .expect("asked");
        assert_eq!(
            profile::page(&sofia)
                .await
                .expect("a page")
                .email
                .as_deref(),
            Some("sofia.lind@example.org")
        );
        let [(to, mail, Some(link))] = &sent(world).await[..] else {
            panic!("one mail with a link")
        };
        assert_eq!(
            (to.as_deref(), mail),
            (Some(NEW), &Mail::ConfirmEmail { to: NEW.to_owned() })
        );
        let visitor = world.visitor();
        assert_eq!(
            links::email_change(&visitor, link).await.expect("good"),
            NEW
        );
        links::confirm_email(&visitor, link, &ConfirmEmail::default())
            .await
            .expect("confirmed");
        let page = profile::page(&sofia).await.expect("a page");
        assert_eq!(
            (page.email.as_deref(), page.email_verified),
            (Some(NEW), true)
        );
        let old = "sofia.lind@example.org";
        let told: Vec<_> = sent(world)
            .await
            .into_iter()
            .map(|(to, mail, _)| (to, mail))
            .collect();
        assert_eq!(
            told,
            [(
                Some(old.to_owned()),
                Mail::EmailChanged { to: old.to_owned() }
            )]
        );
        assert_eq!(
            refusal(links::confirm_email(&visitor, link, &ConfirmEmail::default()).await),
            Refusal::DeadLink,
            "twice"
        );
        let found = users::list(
            &sofia,
            usher_types::users::ListQuery {
                q: NEW.to_owned(),
                ..Default::default()
            },
        )
        .await
        .expect("a list");
        assert_eq!(found.pages.total, 1);
    });
}

#[test]
fn a_new_address_needs_the_password_and_must_be_free() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let wrong = profile::change_email(&sofia, &email(NEW, "not my password 77"), ADDRESS).await;
        assert_eq!(
            problem(wrong, Field::CurrentPassword),
            Problem::WrongPassword
        );
        let empty = invalid(profile::change_email(&sofia, &email("", ""), ADDRESS).await);
        assert!(empty.at(Field::Email).is_some() && empty.at(Field::CurrentPassword).is_some());
        let same =
            profile::change_email(&sofia, &email("sofia.lind@example.org", PASSWORD), ADDRESS)
                .await;
        assert_eq!(problem(same, Field::Email), Problem::Same);
        let form = NewUser {
            email: "anna@example.org".to_owned(),
            ..new_user(&sofia, "Anna", "Ahl").await
        };
        users::create(&sofia, form).await.expect("created");
        let taken =
            profile::change_email(&sofia, &email("anna@example.org", PASSWORD), ADDRESS).await;
        assert_eq!(
            problem(taken, Field::Email),
            Problem::EmailTaken(Taken::Elsewhere { free: vec![] }),
            "who has it is not said"
        );
        assert!(sent(world).await.is_empty());
    });
}

#[test]
fn an_address_taken_before_confirmation_is_refused() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        profile::change_email(&sofia, &email(NEW, PASSWORD), ADDRESS)
            .await
            .expect("asked");
        let link = sent(world).await[0].2.clone().expect("a link");
        let form = NewUser {
            email: NEW.to_owned(),
            ..new_user(&sofia, "Sofia", "Ny").await
        };
        let other = users::create(&sofia, form).await.expect("created");
        assert_eq!(
            refusal(links::confirm_email(&world.visitor(), &link, &ConfirmEmail::default()).await),
            Refusal::DeadLink
        );
        let theirs = users::edit_user_form(&sofia, other, None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &sofia,
            EditUser {
                email: String::new(),
                ..theirs
            },
        )
        .await
        .expect("saved");
        links::confirm_email(&world.visitor(), &link, &ConfirmEmail::default())
            .await
            .expect("a link that failed was not used up");
    });
}

/// Sofia signs in with her e-mail address.
async fn by_address(world: &World<'_>) -> usher_domain::Scope {
    let sofia = world.as_("sofia").await;
    let form = users::edit_user_form(&sofia, world.id("sofia"), None)
        .await
        .expect("a form")
        .form;
    let form = EditUser {
        login_name: "Sofia.Lind@example.org".to_owned(),
        override_warnings: "on".to_owned(),
        ..form
    };
    users::edit(
        &sofia,
        EditUser {
            reason: "As she wished".to_owned(),
            ..form
        },
    )
    .await
    .expect("saved");
    sofia
}

#[test]
fn a_login_name_that_is_the_address_follows_it() {
    run(async |world| {
        let sofia = by_address(world).await;
        profile::change_email(&sofia, &email(NEW, PASSWORD), ADDRESS)
            .await
            .expect("asked");
        let link = sent(world).await[0].2.clone().expect("a link");
        links::confirm_email(&world.visitor(), &link, &ConfirmEmail::default())
            .await
            .expect("confirmed");
        let page = profile::page(&sofia).await.expect("a page");
        assert_eq!(
            (page.email.as_deref(), page.login_name.as_str()),
            (Some(NEW), NEW)
        );
        world.signs_in(NEW, PASSWORD).await;
        assert_eq!(
            refusal(world.tries("sofia.lind@example.org", PASSWORD).await),
            Refusal::WrongLogin,
            "the old one is free"
        );
        let changes: Value = world
            .one("SELECT changes FROM audit_details d JOIN audit_events e ON e.id = d.event_id WHERE event ->> 'kind' = 'email_changed'")
            .await;
        assert_eq!(
            changes[0],
            json!({"field": "email", "before": "sofia.lind@example.org", "after": NEW})
        );
        assert_eq!(
            changes[1],
            json!({"field": "login_name", "before": "Sofia.Lind@example.org", "after": NEW})
        );
        let found = users::list(
            &sofia,
            usher_types::users::ListQuery {
                q: NEW.to_owned(),
                ..Default::default()
            },
        )
        .await
        .expect("a list");
        assert_eq!(found.pages.total, 1, "the new one is found");
    });
}

#[test]
fn a_login_name_that_is_not_the_address_stays() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        profile::change_email(&sofia, &email(NEW, PASSWORD), ADDRESS)
            .await
            .expect("asked");
        let link = sent(world).await[0].2.clone().expect("a link");
        links::confirm_email(&world.visitor(), &link, &ConfirmEmail::default())
            .await
            .expect("confirmed");
        assert_eq!(
            profile::page(&sofia).await.expect("a page").login_name,
            "sofia.lind"
        );
    });
}

#[test]
fn a_login_name_taken_elsewhere_is_reported_and_the_link_stays_valid() {
    run(async |world| {
        let sofia = by_address(world).await;
        profile::change_email(&sofia, &email(NEW, PASSWORD), ADDRESS)
            .await
            .expect("asked");
        let link = sent(world).await[0].2.clone().expect("a link");
        let birgit = world.as_("birgit").await;
        let form = NewUser {
            login_name: NEW.to_owned(),
            email: NEW.to_owned(),
            override_warnings: "on".to_owned(),
            ..new_user(&birgit, "Sofia", "Ny").await
        };
        let other = users::create(
            &birgit,
            NewUser {
                reason: "As she wished".to_owned(),
                ..form
            },
        )
        .await
        .expect("created");
        let taken = links::confirm_email(&world.visitor(), &link, &ConfirmEmail::default()).await;
        assert_eq!(
            problem(taken, Field::LoginName),
            Problem::NameTaken(Taken::Elsewhere { free: vec![] })
        );
        let asked = profile::change_email(&sofia, &email(NEW, PASSWORD), ADDRESS).await;
        assert_eq!(
            problem(asked, Field::Email),
            Problem::EmailTaken(Taken::Elsewhere { free: vec![] }),
            "who asks now is told at once"
        );
        let form = users::edit_user_form(&birgit, other, None)
            .await
            .expect("a form")
            .form;
        let form = EditUser {
            login_name: "sofia.ny".to_owned(),
            ..form
        };
        users::edit(&birgit, form).await.expect("saved");
        links::confirm_email(&world.visitor(), &link, &ConfirmEmail::default())
            .await
            .expect("a link that failed was not used up");
    });
}

#[test]
fn a_password_an_administrator_replaced_meanwhile_is_not_overwritten() {
    run(async |world| {
        let (sofia, karin) = (world.as_("sofia").await, world.as_("karin").await);
        // both start at once and hash for the same time; the second to commit must not undo the
        // first
        let form = usher_types::users::SetTemporaryPassword {
            user: world.id("karin").to_string(),
            temporary_password: Secret::new(crate::support::TEMPORARY),
            ..Default::default()
        };
        let own = password(PASSWORD, "seven herons waiting at noon 22");
        let (reset, changed) = tokio::join!(
            users::set_temporary_password(&sofia, &form),
            profile::change_password(&karin, &own, ADDRESS)
        );
        reset.expect("an administrator's wish stands");
        world.signs_in("karin.ek", crate::support::TEMPORARY).await;
        if let Ok(changed) = changed {
            assert!(
                world.authenticated(&changed.session).await.is_none(),
                "it was first, and its session ended"
            );
        }
    });
}

#[test]
fn a_language_chosen_while_somebody_edits_is_a_conflict_for_them() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let form = users::edit_user_form(&maria, world.id("karin"), None)
            .await
            .expect("a form")
            .form;
        profile::choose(&karin, Some(Language::Sv), None)
            .await
            .expect("chosen");
        let edited = EditUser {
            job_title: "Lead".to_owned(),
            ..form
        };
        assert!(matches!(
            refusal(users::edit(&maria, edited).await),
            Refusal::Conflict
        ));
    });
}

#[test]
fn a_second_wish_replaces_the_first_and_both_die_after_a_day() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        profile::change_email(&sofia, &email("first@example.org", PASSWORD), ADDRESS)
            .await
            .expect("asked");
        let first = sent(world).await[0].2.clone().expect("a link");
        profile::change_email(&sofia, &email(NEW, PASSWORD), ADDRESS)
            .await
            .expect("asked");
        assert_eq!(
            refusal(links::email_change(&world.visitor(), &first).await),
            Refusal::DeadLink
        );
        let second = sent(world).await[0].2.clone().expect("a link");
        let tomorrow = world.later(TimeDelta::hours(24)).visitor(world.db.new_id());
        assert_eq!(
            refusal(links::email_change(&tomorrow, &second).await),
            Refusal::DeadLink
        );
    });
}

#[test]
fn a_password_with_an_accent_does_not_sign_in_from_another_keyboard() {
    run(async |world| {
        let (composed, decomposed) = (
            "blåbär kettle under 47 pines",
            "bla\u{30A}ba\u{308}r kettle under 47 pines",
        );
        let karin = world.as_("karin").await;
        profile::change_password(&karin, &password(PASSWORD, composed), ADDRESS)
            .await
            .expect("changed");
        let token = world.signs_in("karin.ek", decomposed).await;
        let karin = world.authenticated(&token).await.expect("signed in").scope;
        profile::change_password(&karin, &password(decomposed, PASSWORD), ADDRESS)
            .await
            .expect("changed back");

        let handed_over = SetTemporaryPassword {
            user: world.id("karin").to_string(),
            temporary_password: Secret::new(decomposed),
            ..SetTemporaryPassword::default()
        };
        users::set_temporary_password(&world.as_("maria").await, &handed_over)
            .await
            .expect("a temporary password");
        world.signs_in("karin.ek", composed).await;
        assert_eq!(
            refusal(
                world
                    .tries("karin.ek", "blabar kettle under 47 pines")
                    .await
            ),
            Refusal::WrongLogin
        );
    });
}

#[test]
fn changing_the_password_notifies_the_address() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        profile::change_password(
            &sofia,
            &password(PASSWORD, "seven herons waiting at noon 22"),
            ADDRESS,
        )
        .await
        .expect("changed");
        let told: Vec<_> = sent(world)
            .await
            .into_iter()
            .map(|(to, mail, _)| (to, mail))
            .collect();
        assert_eq!(
            told,
            [(
                Some("sofia.lind@example.org".to_owned()),
                Mail::PasswordChanged
            )]
        );
    });
}

#[test]
fn a_wrong_or_weak_password_changes_nothing() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let wrong = profile::change_password(
            &sofia,
            &password("not my password 77", "seven herons waiting at noon 22"),
            ADDRESS,
        )
        .await;
        assert_eq!(
            problem(wrong, Field::CurrentPassword),
            Problem::WrongPassword
        );
        let weak = profile::change_password(
            &sofia,
            &password(PASSWORD, "sofia lind northfield"),
            ADDRESS,
        )
        .await;
        assert!(matches!(
            problem(weak, Field::NewPassword),
            Problem::Weak(_)
        ));
        let same = profile::change_password(&sofia, &password(PASSWORD, PASSWORD), ADDRESS).await;
        assert_eq!(problem(same, Field::NewPassword), Problem::Same);
        world.signs_in("sofia.lind", PASSWORD).await;
        assert!(
            world
                .authenticated(&world.token("sofia").await)
                .await
                .is_some()
        );
    });
}

#[test]
fn guessing_the_current_password_is_slowed() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        for _ in 0..5 {
            let wrong =
                profile::change_email(&sofia, &email(NEW, "not my password 77"), ADDRESS).await;
            assert_eq!(
                problem(wrong, Field::CurrentPassword),
                Problem::WrongPassword
            );
        }
        assert_eq!(
            refusal(profile::change_email(&sofia, &email(NEW, PASSWORD), ADDRESS).await),
            Refusal::Slow { seconds: 1 }
        );
        let changed = profile::change_password(
            &sofia,
            &password(PASSWORD, "seven herons waiting at noon 22"),
            ADDRESS,
        )
        .await;
        assert_eq!(refusal(changed.map(|_| ())), Refusal::Slow { seconds: 1 });
    });
}

#[test]
fn a_visitor_has_no_profile() {
    run(async |world| {
        assert_eq!(
            refusal(profile::page(&world.visitor()).await),
            Refusal::SignIn
        );
        assert_eq!(
            refusal(profile::edit(&world.visitor(), &EditProfile::default()).await),
            Refusal::SignIn
        );
    });
}

#[test]
fn a_wrong_current_password_left_no_event() {
    run(async |world| {
        let karin = world.as_("karin").await;
        for _ in 0..5 {
            let wrong = profile::change_password(
                &karin,
                &password("not my password 77", "seven herons waiting at noon 22"),
                ADDRESS,
            )
            .await;
            assert_eq!(
                problem(wrong, Field::CurrentPassword),
                Problem::WrongPassword
            );
        }
        let slow = profile::change_email(&karin, &email(NEW, "not my password 77"), ADDRESS).await;
        assert!(matches!(refusal(slow), Refusal::Slow { .. }));
        let kinds =
            "SELECT event ->> 'kind' || ' ' || count(*) FROM audit_events WHERE event ->> 'kind' IN ('password_refused', 'throttled')
            AND actor_id = subject_id GROUP BY event ->> 'kind' ORDER BY 1";
        assert_eq!(
            world.all::<String>(kinds).await,
            ["password_refused 5", "throttled 1"]
        );
    });
}

#[test]
fn users_with_addresses_as_login_names_could_ask_about_others_without_limit() {
    run(async |world| {
        let sofia = by_address(world).await;
        let birgit = world.as_("birgit").await;
        let form = NewUser {
            login_name: NEW.to_owned(),
            email: NEW.to_owned(),
            override_warnings: "on".to_owned(),
            ..new_user(&birgit, "Sofia", "Ny").await
        };
        users::create(
            &birgit,
            NewUser {
                reason: "As she wished".to_owned(),
                ..form
            },
        )
        .await
        .expect("created");
        let mut told = 0;
        for _ in 0..40 {
            let asked = profile::change_email(&sofia, &email(NEW, PASSWORD), ADDRESS).await;
            match refusal(asked) {
                Refusal::Invalid(invalid) => {
                    assert_eq!(
                        invalid.at(Field::Email),
                        Some(&Problem::EmailTaken(Taken::Elsewhere { free: vec![] }))
                    );
                    told += 1;
                }
                Refusal::Slow { .. } => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(told <= 10, "{told} of 40");
        assert_eq!(
            world
                .one::<i64>("SELECT count(*) FROM security_events WHERE kind = 'taken_elsewhere'")
                .await,
            told,
            "each is recorded"
        );
    });
}
