//! Creating users.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use usher_domain::{Error, users};
use usher_types::refusal::Taken;
use usher_types::users::{Archive, Availability, ChangeRole, ListQuery, Missing, NewUser, Status};
use usher_types::{BuiltInRole, Field, Problem, Refusal, Secret, SignInSetup, UserId, Warning};

use crate::support::{
    PASSWORD, TEMPORARY, World, invalid, new_user, problem, refusal, role_of, run, without_warnings,
};

async fn people(world: &World<'_>) -> i64 {
    world.one("SELECT count(*) FROM users").await
}

async fn mails(world: &World<'_>, user: UserId) -> Vec<String> {
    world
        .all(&format!(
            "SELECT mail ->> 'kind' FROM outbox WHERE user_id = '{user}'"
        ))
        .await
}

async fn created_event(world: &World<'_>, user: UserId) -> Value {
    world.one(&format!("SELECT event FROM audit_events WHERE subject_id = '{user}' AND event ->> 'kind' = 'user_created'")).await
}

async fn audited_reasons(world: &World<'_>, user: UserId) -> Vec<Value> {
    world
        .all(&format!("SELECT d.changes FROM audit_details d JOIN audit_events e ON e.id = d.event_id WHERE e.subject_id = '{user}'"))
        .await
}

#[test]
fn an_invited_person_is_there_with_a_mail_on_its_way() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let caseworker = role_of(&maria, BuiltInRole::Caseworker).await;
        let form = NewUser {
            email: "Anna.Ahl@Example.org".to_owned(),
            phone: "+46 70 123 45 67".to_owned(),
            job_title: "Caseworker, north".to_owned(),
            language: "sv".to_owned(),
            identity_number: "850709-9805".to_owned(),
            way_in: SignInSetup::Invitation.code().to_owned(),
            roles: vec![caseworker.to_string()],
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let anna = users::create(&maria, form).await.expect("created");
        let page = users::page(&maria, anna).await.expect("a page");
        assert_eq!(
            (page.name.as_str(), page.status, page.email_verified),
            ("Anna Ahl", Status::Invited, false)
        );
        assert_eq!(
            page.roles
                .iter()
                .map(|role| role.built_in)
                .collect::<Vec<_>>(),
            [Some(BuiltInRole::User), Some(BuiltInRole::Caseworker)]
        );
        assert_eq!(page.created_by.as_deref(), Some("Maria Berg"));
        assert_eq!(
            (
                page.details.language.as_str(),
                page.details.job_title.as_str()
            ),
            ("sv", "Caseworker, north")
        );
        assert_eq!(page.identity_number.as_deref(), Some("19850709-••••"));
        assert_eq!(page.missing, []);
        assert_eq!(mails(world, anna).await, ["invitation"]);
        let event = created_event(world, anna).await;
        assert_eq!(
            event,
            json!({"kind": "user_created", "user": anna, "roles": [caseworker], "way_in": "invitation", "overridden": []})
        );
        assert_eq!(audited_reasons(world, anna).await, [] as [Value; 0]);
        assert_eq!(
            refusal(world.tries("anna.ahl", PASSWORD).await),
            Refusal::WrongLogin
        );
    });
}

#[test]
fn the_identity_number_is_stored_sealed() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            identity_number: "19850709-9805".to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let anna = users::create(&maria, form).await.expect("created");
        let row: String = world
            .one(&format!("SELECT u::text FROM users u WHERE id = '{anna}'"))
            .await;
        assert!(!row.contains("9805") && !row.contains("19850709"), "{row}");
        let again = NewUser {
            identity_number: "850709-9805".to_owned(),
            ..new_user(&maria, "Bo", "Ahl").await
        };
        assert_eq!(
            problem(users::create(&maria, again).await, Field::IdentityNumber),
            Problem::IdentityTaken
        );
        let birgit = world.as_("birgit").await;
        let elsewhere = NewUser {
            identity_number: "850709-9805".to_owned(),
            ..new_user(&birgit, "Anna", "Alm").await
        };
        users::create(&birgit, elsewhere)
            .await
            .expect("another organisation's people are none of ours");
    });
}

#[test]
fn a_user_added_without_inviting_cannot_sign_in_and_gets_no_mail() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = new_user(&maria, "Anna", "Ahl").await;
        let anna = users::create(&maria, form).await.expect("created");
        let page = users::page(&maria, anna).await.expect("a page");
        assert_eq!(page.status, Status::NoWayIn);
        assert_eq!(
            page.missing,
            [Missing::Role, Missing::WayIn, Missing::Email]
        );
        assert_eq!(mails(world, anna).await, [] as [String; 0]);
        let list = users::list(&maria, ListQuery::default())
            .await
            .expect("a list");
        assert!(list.untold >= 1);
    });
}

#[test]
fn a_temporary_password_signs_in_for_seven_days() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            way_in: SignInSetup::TemporaryPassword.code().to_owned(),
            temporary_password: Secret::new(TEMPORARY),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let anna = users::create(&maria, form).await.expect("created");
        let page = users::page(&maria, anna).await.expect("a page");
        assert_eq!(page.status, Status::Active);
        assert_eq!(
            page.temporary_until.expect("until when").iso,
            "2026-11-30T09:00:00Z"
        );
        let token = world.signs_in("anna.ahl", TEMPORARY).await;
        assert!(
            world
                .authenticated(&token)
                .await
                .expect("signed in")
                .me
                .must_change_password
        );
        let hash: String = world
            .one(&format!(
                "SELECT password_hash FROM credentials WHERE user_id = '{anna}'"
            ))
            .await;
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        let later = world.later(TimeDelta::days(7));
        assert_eq!(
            refusal(crate::support::tries(&later, "anna.ahl", TEMPORARY, "192.0.2.8").await),
            Refusal::WrongLogin
        );
    });
}

#[test]
fn a_password_typed_and_not_chosen_is_not_kept() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            temporary_password: Secret::new(TEMPORARY),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let anna = users::create(&maria, form).await.expect("created");
        assert_eq!(
            world
                .one::<i64>(&format!(
                    "SELECT count(*) FROM credentials WHERE user_id = '{anna}'"
                ))
                .await,
            0
        );
    });
}

#[test]
fn all_wrong_fields_are_reported_at_once() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            key: new_user(&maria, "A", "B").await.key,
            email: "anna at example.org".to_owned(),
            phone: "12".to_owned(),
            job_title: "x".repeat(101),
            language: "tlh".to_owned(),
            identity_number: "850709-9806".to_owned(),
            way_in: SignInSetup::TemporaryPassword.code().to_owned(),
            temporary_password: Secret::new("hunter2"),
            ..NewUser::default()
        };
        let before = people(world).await;
        let wrong = invalid(users::create(&maria, form).await);
        let fields: Vec<_> = wrong.0.iter().map(|(field, _)| *field).collect();
        for field in [
            Field::FirstName,
            Field::LastName,
            Field::LoginName,
            Field::Email,
            Field::Phone,
            Field::JobTitle,
            Field::Language,
            Field::IdentityNumber,
            Field::TemporaryPassword,
        ] {
            assert!(
                fields.contains(&field),
                "{field:?} is not told in {wrong:?}"
            );
        }
        let way = invalid(
            users::create(
                &maria,
                NewUser {
                    way_in: String::new(),
                    ..new_user(&maria, "", "").await
                },
            )
            .await,
        );
        assert_eq!(way.at(Field::WayIn), Some(&Problem::Missing));
        assert_eq!(way.at(Field::FirstName), Some(&Problem::Missing));
        assert_eq!(people(world).await, before);
    });
}

#[test]
fn an_invitation_needs_an_address() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            way_in: SignInSetup::Invitation.code().to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        assert_eq!(
            problem(users::create(&maria, form).await, Field::Email),
            Problem::NeedsEmail
        );
    });
}

#[test]
fn a_field_the_form_does_not_know_is_refused() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let mut form = new_user(&maria, "Anna", "Ahl").await;
        form.unexpected.insert("is_admin".to_owned(), json!("yes"));
        assert_eq!(
            problem(users::create(&maria, form).await, Field::Form),
            Problem::Unexpected {
                name: "is_admin".to_owned()
            }
        );
        assert_eq!(
            world
                .one::<i64>("SELECT count(*) FROM users WHERE first_name = 'Anna'")
                .await,
            0
        );
    });
}

#[test]
fn a_role_that_cannot_be_assigned_is_refused_and_nothing_is_written() {
    run(async |world| {
        let (maria, sofia, birgit) = (
            world.as_("maria").await,
            world.as_("sofia").await,
            world.as_("birgit").await,
        );
        let system_administrator = role_of(&sofia, BuiltInRole::SystemAdministrator)
            .await
            .to_string();
        let foreign = role_of(&birgit, BuiltInRole::Caseworker).await.to_string();
        let caseworker = role_of(&maria, BuiltInRole::Caseworker).await.to_string();
        let before = people(world).await;
        for roles in [
            vec![system_administrator.clone()],
            vec![foreign],
            vec![caseworker, system_administrator],
            vec![world.db.new_id().to_string()],
        ] {
            let form = NewUser {
                roles,
                ..new_user(&maria, "Anna", "Ahl").await
            };
            assert_eq!(
                refusal(users::create(&maria, form).await),
                Refusal::Forbidden
            );
        }
        let nonsense = NewUser {
            roles: vec!["administrator".to_owned()],
            ..new_user(&maria, "Anna", "Ahl").await
        };
        assert_eq!(
            problem(users::create(&maria, nonsense).await, Field::Roles),
            Problem::MayNotGive
        );
        assert_eq!(people(world).await, before);
        assert_eq!(
            world
                .one::<i64>("SELECT count(*) FROM login_names WHERE key = 'anna.ahl'")
                .await,
            0
        );
    });
}

#[test]
fn an_organisation_administrator_makes_another() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let role = role_of(&maria, BuiltInRole::OrganisationAdministrator).await;
        // a role that is ticked twice is assigned once
        let form = NewUser {
            roles: vec![role.to_string(), role.to_string()],
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let anna = users::create(&maria, form).await.expect("created");
        let page = users::page(&maria, anna).await.expect("a page");
        assert!(
            page.roles
                .iter()
                .any(|role| role.built_in == Some(BuiltInRole::OrganisationAdministrator))
        );
        assert_eq!(
            page.may,
            usher_types::users::May::default(),
            "they can add but not edit each other"
        );
    });
}

#[test]
fn the_page_preselects_the_role_it_was_asked_for() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let page = users::new_user_form(
            &maria,
            None,
            users::NewUserParams {
                role: Some("caseworker"),
                ..Default::default()
            },
        )
        .await
        .expect("a form");
        assert_eq!(
            page.form.roles,
            [role_of(&maria, BuiltInRole::Caseworker).await.to_string()]
        );
        assert!(
            page.roles
                .iter()
                .all(|choice| choice.role.built_in != Some(BuiltInRole::SystemAdministrator))
        );
        let page = users::new_user_form(
            &maria,
            None,
            users::NewUserParams {
                role: Some("system_administrator"),
                ..Default::default()
            },
        )
        .await
        .expect("a form");
        assert_eq!(page.form.roles, [] as [String; 0]);
    });
}

#[test]
fn a_login_name_taken_here_names_the_person() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            login_name: "KARIN.EK".to_owned(),
            ..new_user(&maria, "Katarina", "Ek").await
        };
        let form = NewUser {
            override_warnings: "on".to_owned(),
            reason: "Asked for".to_owned(),
            ..form
        };
        let taken = problem(users::create(&maria, form).await, Field::LoginName);
        assert_eq!(
            taken,
            Problem::NameTaken(Taken::Here {
                user: Some(world.id("karin"))
            })
        );
    });
}

#[test]
fn a_login_name_taken_by_somebody_archived_proposes_free_ones() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = Archive {
            user: world.id("karin").to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&maria, &form).await.expect("archived");
        let second = NewUser {
            login_name: "karin.ek2".to_owned(),
            ..overriding(new_user(&maria, "Karin", "Ek").await)
        };
        users::create(&maria, second).await.expect("created");
        let taken = problem(
            users::create(&maria, overriding(new_user(&maria, "Karin", "Ek").await)).await,
            Field::LoginName,
        );
        let Problem::NameTaken(Taken::Bank { user, free }) = taken else {
            panic!("{taken:?}")
        };
        assert_eq!(user, Some(world.id("karin")));
        assert_eq!(free, ["karin.ek3", "karin.ek4", "karin.ek5"]);
        let free = users::availability(&maria, &free[0], None)
            .await
            .expect("an answer");
        assert_eq!(free, Availability::Free);
    });
}

#[test]
fn a_login_name_taken_in_another_organisation_reveals_nothing_else() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let taken = problem(
            users::create(&maria, new_user(&maria, "Bea", "Norén").await).await,
            Field::LoginName,
        );
        let Problem::NameTaken(Taken::Elsewhere { free }) = taken else {
            panic!("{taken:?}")
        };
        assert_eq!(free, ["bea.noren2", "bea.noren3", "bea.noren4"]);
    });
}

#[test]
fn availability_says_the_same_while_typing() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let asked = async |typed: &str, but: Option<UserId>| {
            users::availability(&maria, typed, but)
                .await
                .expect("an answer")
        };
        assert_eq!(asked("anna.ahl", None).await, Availability::Free);
        assert_eq!(
            asked("Karin.Ek", None).await,
            Availability::Taken(Taken::Here {
                user: Some(world.id("karin"))
            })
        );
        assert_eq!(
            asked("karin.ek", Some(world.id("karin"))).await,
            Availability::Free
        );
        assert!(matches!(
            asked("bea.noren", None).await,
            Availability::Taken(Taken::Elsewhere { .. })
        ));
        assert_eq!(
            asked("an", None).await,
            Availability::Wrong(Problem::TooShort { least: 3 })
        );
        assert_eq!(
            asked("anna ahl\0", None).await,
            Availability::Wrong(Problem::Character { found: ' ' })
        );
        let karin = world.as_("karin").await;
        assert_eq!(
            refusal(users::availability(&karin, "anna.ahl", None).await),
            Refusal::Forbidden
        );
    });
}

#[test]
fn a_taken_address_is_reported_together_with_the_taken_name() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let with_email = |form| NewUser {
            email: "anna@example.org".to_owned(),
            ..form
        };
        let anna = users::create(&maria, with_email(new_user(&maria, "Anna", "Ahl").await))
            .await
            .expect("created");
        let both = with_email(overriding(new_user(&maria, "Anna", "Ahl").await));
        let wrong = invalid(users::create(&maria, both).await);
        assert_eq!(
            wrong.at(Field::LoginName),
            Some(&Problem::NameTaken(Taken::Here { user: Some(anna) }))
        );
        assert_eq!(
            wrong.at(Field::Email),
            Some(&Problem::EmailTaken(Taken::Here { user: Some(anna) }))
        );
        let birgit = world.as_("birgit").await;
        let elsewhere = with_email(new_user(&birgit, "Anna", "Ahlgren").await);
        users::create(&birgit, elsewhere)
            .await
            .expect("an address is unique within an organisation");
    });
}

#[test]
fn an_address_with_its_domain_in_ascii_counts_as_taken() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let with_email = |form, email: &str| NewUser {
            email: email.to_owned(),
            ..form
        };
        let anna = with_email(new_user(&maria, "Anna", "Ahl").await, "anna@xn--rka-qla.se");
        let anna = users::create(&maria, anna).await.expect("created");
        assert_eq!(
            users::page(&maria, anna)
                .await
                .expect("a page")
                .details
                .email,
            "anna@räka.se"
        );
        let twice = with_email(new_user(&maria, "Anders", "Ek").await, "anna@RÄKA.se");
        assert_eq!(
            problem(users::create(&maria, twice).await, Field::Email),
            Problem::EmailTaken(Taken::Here { user: Some(anna) })
        );
    });
}

#[test]
fn a_person_of_that_name_is_a_warning_which_a_reason_overrides() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            login_name: "karin.ek2".to_owned(),
            ..new_user(&maria, "KÁRIN", "Ek").await
        };
        let warned = refusal(users::create(&maria, form.clone()).await);
        assert_eq!(
            warned,
            Refusal::Warned(vec![Warning::SameName {
                people: 1,
                user: Some(world.id("karin"))
            }])
        );
        let ticked = NewUser {
            override_warnings: "on".to_owned(),
            reason: " ".to_owned(),
            ..form.clone()
        };
        assert_eq!(
            problem(users::create(&maria, ticked).await, Field::Reason),
            Problem::Missing
        );
        let reason = "Two sisters-in-law; \"both\" work here";
        let passed = NewUser {
            override_warnings: "on".to_owned(),
            reason: reason.to_owned(),
            ..form
        };
        let second = users::create(&maria, passed).await.expect("created");
        assert_eq!(
            created_event(world, second).await["overridden"],
            json!(["same_name"])
        );
        assert_eq!(
            audited_reasons(world, second).await,
            [json!([{"field": "reason", "before": null, "after": reason}])]
        );
        let activity = users::page(&maria, second).await.expect("a page").activity;
        assert_eq!(activity[0].changes[0].after.as_deref(), Some(reason));
    });
}

#[test]
fn somebody_of_that_name_elsewhere_is_no_warning() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        let form = NewUser {
            login_name: "karin.ek2".to_owned(),
            ..new_user(&birgit, "Karin", "Ek").await
        };
        users::create(&birgit, form).await.expect("created");
    });
}

#[test]
fn a_login_name_out_of_format_and_a_mistyped_domain_are_warnings() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            login_name: "aa2".to_owned(),
            email: "anna@gmial.com".to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        assert_eq!(
            refusal(users::create(&maria, form.clone()).await),
            Refusal::Warned(vec![
                Warning::Format {
                    proposal: "anna.ahl".to_owned()
                },
                Warning::EmailTypo {
                    suggestion: "anna@gmail.com".to_owned()
                }
            ])
        );
        let anna = users::create(&maria, overriding(form))
            .await
            .expect("created");
        assert_eq!(
            created_event(world, anna).await["overridden"],
            json!(["format", "email_typo"])
        );
    });
}

#[test]
fn a_tick_without_a_warning_leaves_no_reason_behind() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let anna = users::create(&maria, overriding(new_user(&maria, "Anna", "Ahl").await))
            .await
            .expect("created");
        assert_eq!(created_event(world, anna).await["overridden"], json!([]));
        assert_eq!(audited_reasons(world, anna).await, [] as [Value; 0]);
    });
}

#[test]
fn the_same_post_twice_is_one_person() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            email: "anna@example.org".to_owned(),
            way_in: SignInSetup::Invitation.code().to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let first = users::create(&maria, form.clone()).await.expect("created");
        let second = users::create(&maria, form).await.expect("answered");
        assert_eq!(first, second);
        assert_eq!(mails(world, first).await, ["invitation"]);
    });
}

#[test]
fn the_form_sent_again_for_another_person_creates_another_person() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = new_user(&maria, "Anna", "Ahl").await;
        let anna = users::create(&maria, form.clone()).await.expect("created");
        // back in the browser: other names are typed, and the page still has the old key
        let form = NewUser {
            first_name: "Bodil".to_owned(),
            login_name: "bodil.ahl".to_owned(),
            ..form
        };
        let bodil = users::create(&maria, form.clone()).await.expect("created");
        assert_ne!(anna, bodil);
        assert_eq!(users::create(&maria, form).await.expect("answered"), bodil);
    });
}

#[test]
fn fifty_at_once_for_one_login_name_make_exactly_one() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let mut tries = JoinSet::new();
        for number in 0..50 {
            let form = NewUser {
                login_name: "wanted.name".to_owned(),
                ..new_user(&maria, &format!("Anna{number}"), "Ahl").await
            };
            let (maria, form) = (maria.clone(), overriding(form));
            tries.spawn(async move { users::create(&maria, form).await });
        }
        let (made, refused): (Vec<_>, Vec<_>) =
            tries.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!((made.len(), refused.len()), (1, 49));
        let user = made.into_iter().next().expect("one").expect("made");
        for refused in refused {
            assert_eq!(
                problem(refused, Field::LoginName),
                Problem::NameTaken(Taken::Here { user: Some(user) })
            );
        }
        assert_eq!(
            world
                .one::<i64>("SELECT count(*) FROM users WHERE login_name = 'wanted.name'")
                .await,
            1
        );
        assert_eq!(
            world
                .one::<i64>("SELECT count(*) FROM users WHERE first_name LIKE 'Anna%'")
                .await,
            1
        );
    });
}

#[test]
fn fifty_posts_of_one_form_create_one_user_and_all_answer_with_them() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            email: "anna@example.org".to_owned(),
            way_in: "invitation".to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let mut tries = JoinSet::new();
        for _ in 0..50 {
            let (maria, form) = (maria.clone(), form.clone());
            tries.spawn(async move { users::create(&maria, form).await });
        }
        let ids: Vec<_> = tries
            .join_all()
            .await
            .into_iter()
            .map(|made| made.expect("answered"))
            .collect();
        assert!(ids.iter().all(|id| *id == ids[0]));
        assert_eq!(mails(world, ids[0]).await, ["invitation"]);
        assert_eq!(
            world
                .one::<i64>("SELECT count(*) FROM users WHERE first_name = 'Anna'")
                .await,
            1
        );
    });
}

#[test]
fn the_key_of_another_organisations_form_answers_nothing_about_it() {
    run(async |world| {
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let form = new_user(&maria, "Anna", "Ahl").await;
        let anna = users::create(&maria, form.clone()).await.expect("created");
        let stolen = NewUser {
            key: form.key,
            login_name: "anna.ahl2".to_owned(),
            ..new_user(&birgit, "Anna", "Ahl").await
        };
        assert_ne!(users::create(&birgit, stolen).await.expect("created"), anna);
    });
}

#[test]
fn names_are_kept_as_people_write_them() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let long = "Å".repeat(200);
        for (number, (first, last)) in [
            ("Åsa", "Öberg-O'Connor"),
            ("李小龙", ""),
            (long.as_str(), long.as_str()),
            ("محمد", "الأحمد"),
            ("👩🏽‍🚀 Zoë", "D’Arc"),
            (
                "</textarea><script>alert(1)</script>",
                "'; DROP TABLE users; --",
            ),
            ("Renée", "%_\\"),
        ]
        .into_iter()
        .enumerate()
        {
            let form = NewUser {
                single_name: if last.is_empty() {
                    "on".to_owned()
                } else {
                    String::new()
                },
                login_name: format!("odd.name{number}"),
                ..overriding(new_user(&maria, first, last).await)
            };
            let id = users::create(&maria, form)
                .await
                .unwrap_or_else(|error| panic!("{first} {last}: {error:?}"));
            let page = users::page(&maria, id).await.expect("a page");
            assert_eq!(
                (
                    page.details.first_name.as_str(),
                    page.details.last_name.as_str()
                ),
                (first, last)
            );
            assert_eq!(page.name, format!("{first} {last}").trim_end());
            assert!(!page.initials.is_empty());
        }
        for q in [
            "李小",
            "oberg-o'connor",
            "محمد",
            "<script>",
            "drop table",
            "renee",
        ] {
            let found = users::list(
                &maria,
                ListQuery {
                    q: q.to_owned(),
                    ..ListQuery::default()
                },
            )
            .await
            .expect("a list");
            assert_eq!(found.pages.total, 1, "{q}");
        }
    });
}

#[test]
fn a_person_without_a_last_name_says_so() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            login_name: "lixiaolong".to_owned(),
            ..overriding(new_user(&maria, "李小龙", "").await)
        };
        assert_eq!(
            problem(users::create(&maria, form).await, Field::LastName),
            Problem::Missing
        );
    });
}

#[test]
fn what_is_pasted_with_invisible_characters_is_not_refused_nor_another_value() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            email: "\u{2068}anna.ahl@example.org\u{2069}".to_owned(),
            login_name: "\u{FEFF}anna\u{AD}.ahl".to_owned(),
            phone: "\u{202D}+46 70 123 45 67\u{202C}".to_owned(),
            identity_number: "\u{202A}850709-9805".to_owned(),
            job_title: "\u{200B}".to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let anna = users::create(&maria, form).await.expect("created");
        let details = users::page(&maria, anna).await.expect("a page").details;
        let kept = [
            &details.email,
            &details.login_name,
            &details.phone,
            &details.job_title,
        ];
        assert_eq!(
            kept,
            ["anna.ahl@example.org", "anna.ahl", "+46 70 123 45 67", ""]
        );
        let again = NewUser {
            login_name: "anna.ahl\u{200B}".to_owned(),
            ..overriding(new_user(&maria, "Anders", "Ahl").await)
        };
        assert!(matches!(
            problem(users::create(&maria, again).await, Field::LoginName),
            Problem::NameTaken(Taken::Here { .. })
        ));
        let uninvited = NewUser {
            email: "\u{200B}".to_owned(),
            way_in: SignInSetup::Invitation.code().to_owned(),
            ..new_user(&maria, "Anders", "Ek").await
        };
        assert_eq!(
            problem(users::create(&maria, uninvited).await, Field::Email),
            Problem::NeedsEmail
        );
        let turned = NewUser {
            first_name: "An\u{202E}na".to_owned(),
            ..new_user(&maria, "Anna", "Ek").await
        };
        assert_eq!(
            problem(users::create(&maria, turned).await, Field::FirstName),
            Problem::BidiControl { found: '\u{202E}' }
        );
    });
}

#[test]
fn line_breaks_and_nul_are_refused_in_every_field() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for bad in ["Anna\r\nBcc: all@example.org", "An\0na", "Anna\u{7}"] {
            let form = new_user(&maria, "Anna", "Ahl").await;
            let refused = invalid(
                users::create(
                    &maria,
                    NewUser {
                        first_name: bad.to_owned(),
                        last_name: bad.to_owned(),
                        ..form.clone()
                    },
                )
                .await,
            );
            assert_eq!(
                refused.at(Field::FirstName),
                Some(&Problem::Control),
                "{bad:?}"
            );
            assert_eq!(
                refused.at(Field::LastName),
                Some(&Problem::Control),
                "{bad:?}"
            );
            for (field, form) in [
                (
                    Field::LoginName,
                    NewUser {
                        login_name: bad.to_owned(),
                        ..form.clone()
                    },
                ),
                (
                    Field::Email,
                    NewUser {
                        email: format!("{bad}@example.org"),
                        ..form.clone()
                    },
                ),
                (
                    Field::Phone,
                    NewUser {
                        phone: format!("070123456{bad}"),
                        ..form.clone()
                    },
                ),
                (
                    Field::IdentityNumber,
                    NewUser {
                        identity_number: format!("850709-9805{bad}"),
                        ..form.clone()
                    },
                ),
            ] {
                let refused = invalid(users::create(&maria, form).await);
                assert!(
                    refused.at(field).is_some(),
                    "{bad:?} at {field:?}: {refused:?}"
                );
            }
        }
        for bad in ["a\r\nb", "a\0b"] {
            let form = NewUser {
                job_title: bad.to_owned(),
                ..new_user(&maria, "Anna", "Ahl").await
            };
            assert_eq!(
                problem(users::create(&maria, form).await, Field::JobTitle),
                Problem::Control
            );
        }
        let form = NewUser {
            reason: "a\0b".to_owned(),
            override_warnings: "on".to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        assert_eq!(
            problem(users::create(&maria, form).await, Field::Reason),
            Problem::Control
        );
    });
}

#[test]
fn two_hundred_and_one_characters_are_one_too_many() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            first_name: "å".repeat(201),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        assert_eq!(
            problem(users::create(&maria, form).await, Field::FirstName),
            Problem::TooLong { most: 200 }
        );
    });
}

#[test]
fn an_invitation_is_rolled_back_with_the_person() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let before: i64 = world.one("SELECT count(*) FROM outbox").await;
        let events: i64 = world.one("SELECT count(*) FROM audit_events").await;
        let form = NewUser {
            email: "anna@example.org".to_owned(),
            way_in: "invitation".to_owned(),
            login_name: "karin.ek".to_owned(),
            ..overriding(new_user(&maria, "Anna", "Ahl").await)
        };
        invalid(users::create(&maria, form).await);
        assert_eq!(
            world.one::<i64>("SELECT count(*) FROM outbox").await,
            before
        );
        assert_eq!(
            world.one::<i64>("SELECT count(*) FROM audit_events").await,
            events
        );
        assert_eq!(
            world
                .one::<i64>("SELECT count(*) FROM users WHERE first_name = 'Anna'")
                .await,
            0
        );
    });
}

#[test]
fn an_administrator_who_lost_the_role_between_two_clicks_creates_nobody() {
    run(async |world| {
        let (maria, sofia) = (world.as_("maria").await, world.as_("sofia").await);
        let form = new_user(&maria, "Anna", "Ahl").await;
        let role = role_of(&sofia, BuiltInRole::OrganisationAdministrator).await;
        let taken = ChangeRole {
            user: world.id("maria").to_string(),
            role: role.to_string(),
            ..without_warnings()
        };
        users::change_role(&sofia, &taken, false)
            .await
            .expect("taken");
        let maria = world.as_("maria").await;
        assert_eq!(
            refusal(users::create(&maria, form).await),
            Refusal::Forbidden
        );
    });
}

#[test]
fn a_form_without_its_key_is_refused() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            key: String::new(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let refused = users::create(&maria, form).await;
        assert!(
            matches!(&refused, Err(Error::Refused(Refusal::Invalid(_)))),
            "{refused:?}"
        );
    });
}

fn overriding(form: NewUser) -> NewUser {
    NewUser {
        override_warnings: "on".to_owned(),
        reason: "Known".to_owned(),
        ..form
    }
}

#[test]
fn asking_whether_a_name_is_taken_elsewhere_is_recorded_and_limited() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for _ in 0..29 {
            let asked = users::availability(&maria, "bea.noren", None)
                .await
                .expect("an answer");
            assert!(matches!(
                asked,
                Availability::Taken(Taken::Elsewhere { .. })
            ));
        }
        let created = users::create(&maria, new_user(&maria, "Bea", "Norén").await).await;
        assert!(matches!(
            problem(created, Field::LoginName),
            Problem::NameTaken(Taken::Elsewhere { .. })
        ));
        assert_eq!(
            refusal(users::availability(&maria, "bea.noren", None).await),
            Refusal::Slow { seconds: 600 }
        );
        let created = users::create(&maria, new_user(&maria, "Bea", "Norén").await).await;
        assert_eq!(refusal(created), Refusal::Slow { seconds: 600 });
        users::availability(&maria, "karin.ek", None)
            .await
            .expect("what is one's own organisation's is told");
        users::availability(&world.as_("sofia").await, "bea.noren", None)
            .await
            .expect("nobody else is slowed");
        let kept: i64 = world
            .one(&format!("SELECT count(*) FROM security_events WHERE kind = 'taken_elsewhere' AND subject = '{}'", world.id("maria")))
            .await;
        assert_eq!(kept, 30);
    });
}
