//! Editing details.

use serde_json::{Value, json};
use usher_domain::{delivery, users};
use usher_types::form::SavedDraft;
use usher_types::mail::Mail;
use usher_types::refusal::{Done, Taken};
use usher_types::users::{Archive, AttentionFilter, EditUser, ListQuery, NewUser, UserDetails};
use usher_types::{Field, Problem, Refusal, UserId, Warning};

use crate::support::{PASSWORD, World, invalid, new_user, problem, refusal, run};

async fn anna(world: &World<'_>) -> (UserId, EditUser) {
    let maria = world.as_("maria").await;
    let form = NewUser {
        email: "anna@example.org".to_owned(),
        phone: "070-123 45 67".to_owned(),
        ..new_user(&maria, "Anna", "Ahl").await
    };
    let anna = users::create(&maria, form).await.expect("created");
    (
        anna,
        users::edit_user_form(&maria, anna, None)
            .await
            .expect("a form")
            .form,
    )
}

async fn details(world: &World<'_>, user: UserId) -> UserDetails {
    world.page(user).await.details
}

async fn told(world: &World<'_>) -> Vec<(Option<String>, Mail)> {
    let mut told: Vec<_> = delivery::claim(&world.db, 100)
        .await
        .expect("claims")
        .into_iter()
        .map(|mail| (mail.address, mail.mail))
        .collect();
    told.sort_by_key(|(address, _)| address.clone());
    told
}

#[test]
fn what_is_saved_is_shown_and_audited_with_before_and_after() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (anna, form) = anna(world).await;
        let form = EditUser {
            last_name: "Öberg-O'Connor".to_owned(),
            phone: String::new(),
            job_title: "Lead".to_owned(),
            ..form
        };
        let form = EditUser {
            login_name: "anna.oberg".to_owned(),
            ..form
        };
        users::edit(&maria, form).await.expect("saved");
        let now = details(world, anna).await;
        assert_eq!(
            (
                now.last_name.as_str(),
                now.phone.as_str(),
                now.job_title.as_str(),
                now.version
            ),
            ("Öberg-O'Connor", "", "Lead", 2)
        );
        let event: Value = world.one(&format!("SELECT event FROM audit_events WHERE subject_id = '{anna}' ORDER BY id DESC LIMIT 1")).await;
        assert_eq!(
            event,
            json!({"kind": "user_edited", "user": anna, "fields": ["last_name", "phone", "job_title", "login_name"], "overridden": []})
        );
        let changes = world.page(anna).await.activity.remove(0).changes;
        assert_eq!(
            (changes[1].before.as_deref(), changes[1].after.as_deref()),
            (Some("070-123 45 67"), None)
        );
        let found = users::list(
            &maria,
            ListQuery {
                q: "oberg anna".to_owned(),
                ..ListQuery::default()
            },
        )
        .await
        .expect("a list");
        assert_eq!(found.rows[0].id, anna, "the new name is found");
        let gone = users::list(
            &maria,
            ListQuery {
                q: "anna ahl".to_owned(),
                ..ListQuery::default()
            },
        )
        .await
        .expect("a list");
        assert_eq!(gone.pages.total, 0);
    });
}

#[test]
fn the_second_of_two_editors_sees_what_the_first_saved_and_overwrites_nothing() {
    run(async |world| {
        let (maria, sofia) = (world.as_("maria").await, world.as_("sofia").await);
        let (anna, form) = anna(world).await;
        let theirs = users::edit_user_form(&sofia, anna, None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &maria,
            EditUser {
                job_title: "Lead".to_owned(),
                ..form
            },
        )
        .await
        .expect("saved");
        let mine = EditUser {
            job_title: "Chief".to_owned(),
            phone: "08-123 456".to_owned(),
            ..theirs
        };
        assert_eq!(
            refusal(users::edit(&sofia, mine.clone()).await),
            Refusal::Conflict
        );
        let kept = SavedDraft {
            form: mine,
            refusal: Some(Refusal::Conflict),
        };
        let page = users::edit_user_form(&sofia, anna, Some(kept))
            .await
            .expect("a form");
        assert_eq!((page.now.job_title.as_str(), page.now.version), ("Lead", 2));
        assert_eq!(page.form.version, "2", "saving again is a choice");
        users::edit(&sofia, page.form)
            .await
            .expect("saved after seeing both");
        assert_eq!(details(world, anna).await.job_title, "Chief");
    });
}

#[test]
fn concurrent_edits_run_one_after_the_other() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (anna, form) = anna(world).await;
        let mut edits = tokio::task::JoinSet::new();
        for number in 0..10 {
            let (maria, form) = (
                maria.clone(),
                EditUser {
                    job_title: format!("Lead {number}"),
                    ..form.clone()
                },
            );
            edits.spawn(async move { users::edit(&maria, form).await });
        }
        let (saved, refused): (Vec<_>, Vec<_>) =
            edits.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!((saved.len(), refused.len()), (1, 9));
        assert!(
            refused
                .into_iter()
                .all(|refused| matches!(refusal(refused), Refusal::Conflict))
        );
        assert_eq!(details(world, anna).await.version, 2);
    });
}

#[test]
fn a_new_address_is_unverified_and_both_addresses_are_notified() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (anna, form) = anna(world).await;
        world
            .owner_runs(&format!(
                "UPDATE users SET email_verified_at = now() WHERE id = '{anna}'"
            ))
            .await;
        users::edit(
            &maria,
            EditUser {
                email: "anna.new@example.org".to_owned(),
                ..form.clone()
            },
        )
        .await
        .expect("saved");
        let page = world.page(anna).await;
        assert!(!page.email_verified);
        let both = ["anna.new@example.org", "anna@example.org"].map(|to| {
            (
                Some(to.to_owned()),
                Mail::EmailChanged { to: to.to_owned() },
            )
        });
        assert_eq!(told(world).await, both);
        world
            .owner_runs(&format!(
                "UPDATE users SET email_verified_at = now() WHERE id = '{anna}'"
            ))
            .await;
        let untouched = EditUser {
            job_title: "Lead".to_owned(),
            ..EditUser::of(&page.details)
        };
        users::edit(&maria, untouched).await.expect("saved");
        assert!(
            world.page(anna).await.email_verified,
            "an address that stays keeps its confirmation"
        );
        assert_eq!(told(world).await, []);
    });
}

#[test]
fn an_address_can_be_taken_away() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (anna, form) = anna(world).await;
        users::edit(
            &maria,
            EditUser {
                email: String::new(),
                ..form
            },
        )
        .await
        .expect("saved");
        assert_eq!(details(world, anna).await.email, "");
        assert_eq!(
            told(world).await,
            [(
                Some("anna@example.org".to_owned()),
                Mail::EmailChanged {
                    to: "anna@example.org".to_owned()
                }
            )]
        );
    });
}

#[test]
fn a_new_login_name_signs_in_and_frees_the_old_one() {
    run(async |world| {
        let maria = world.as_("maria").await;
        world.token("karin").await;
        let form = users::edit_user_form(&maria, world.id("karin"), None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &maria,
            EditUser {
                login_name: "karin.ek9".to_owned(),
                ..form
            },
        )
        .await
        .expect("saved");
        assert_eq!(
            refusal(world.tries("karin.ek", PASSWORD).await),
            Refusal::WrongLogin
        );
        world.signs_in("Karin.Ek9", PASSWORD).await;
        let free = users::availability(&maria, "karin.ek", None)
            .await
            .expect("an answer");
        assert_eq!(free, usher_types::users::Availability::Free);
    });
}

#[test]
fn only_the_case_of_a_login_name_can_change() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (anna, form) = anna(world).await;
        users::edit(
            &maria,
            EditUser {
                login_name: "Anna.Ahl".to_owned(),
                ..form
            },
        )
        .await
        .expect("saved");
        assert_eq!(details(world, anna).await.login_name, "Anna.Ahl");
    });
}

#[test]
fn a_taken_login_name_or_address_is_reported_at_its_field() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (anna, form) = anna(world).await;
        let taken = EditUser {
            login_name: "karin.ek".to_owned(),
            override_warnings: "on".to_owned(),
            reason: "x".to_owned(),
            ..form.clone()
        };
        assert_eq!(
            problem(users::edit(&maria, taken).await, Field::LoginName),
            Problem::NameTaken(Taken::Here {
                user: Some(world.id("karin"))
            })
        );
        let other = NewUser {
            email: "bo@example.org".to_owned(),
            ..new_user(&maria, "Bo", "Ahl").await
        };
        let bo = users::create(&maria, other).await.expect("created");
        let taken = EditUser {
            email: "bo@example.org".to_owned(),
            ..form
        };
        let wrong = invalid(users::edit(&maria, taken).await);
        assert_eq!(
            wrong.0,
            [(
                Field::Email,
                Problem::EmailTaken(Taken::Here { user: Some(bo) })
            )]
        );
        assert_eq!(details(world, anna).await.version, 1);
    });
}

#[test]
fn only_what_is_new_is_warned_about() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (anna, form) = anna(world).await;
        let odd = EditUser {
            login_name: "aa2".to_owned(),
            ..form
        };
        assert!(matches!(
            refusal(users::edit(&maria, odd.clone()).await),
            Refusal::Warned(_)
        ));
        let passed = EditUser {
            override_warnings: "on".to_owned(),
            reason: "Staff number".to_owned(),
            ..odd
        };
        users::edit(&maria, passed).await.expect("saved");
        let form = users::edit_user_form(&maria, anna, None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &maria,
            EditUser {
                job_title: "Lead".to_owned(),
                ..form.clone()
            },
        )
        .await
        .expect("an odd login name that stays is no news");
        let form = users::edit_user_form(&maria, anna, None)
            .await
            .expect("a form")
            .form;
        let namesake = EditUser {
            first_name: "Karin".to_owned(),
            last_name: "Ek".to_owned(),
            ..form
        };
        let warned = refusal(users::edit(&maria, namesake).await);
        assert!(
            matches!(&warned, Refusal::Warned(warnings) if warnings.contains(&Warning::SameName { people: 1, user: Some(world.id("karin")) })),
            "{warned:?}"
        );
    });
}

#[test]
fn an_identity_number_typed_on_the_edit_page_was_discarded_under_success() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (anna, form) = anna(world).await;
        let typed = EditUser {
            identity_number: "850709-9805".to_owned(),
            ..form.clone()
        };
        users::edit(&maria, typed).await.expect("saved");
        assert_eq!(
            world.page(anna).await.identity_number.as_deref(),
            Some("19850709-••••")
        );
        let audit: Vec<String> = world.all("SELECT e::text || d::text FROM audit_events e JOIN audit_details d ON d.event_id = e.id").await;
        assert!(
            audit.iter().all(|row| !row.contains("9805")),
            "the number is not repeated where it can be read"
        );
        users::edit(
            &maria,
            EditUser {
                version: "2".to_owned(),
                ..form.clone()
            },
        )
        .await
        .expect("saved");
        assert_eq!(
            world.page(anna).await.identity_number.as_deref(),
            Some("19850709-••••"),
            "an empty field leaves what is stored"
        );
        // saving unchanged values does not increase the version
        let both = EditUser {
            version: "2".to_owned(),
            identity_remove: "on".to_owned(),
            identity_number: "850709-9805".to_owned(),
            ..form.clone()
        };
        assert_eq!(
            problem(users::edit(&maria, both).await, Field::IdentityNumber),
            Problem::RemovedToo
        );
        let removed = EditUser {
            version: "2".to_owned(),
            identity_remove: "on".to_owned(),
            ..form
        };
        users::edit(&maria, removed).await.expect("saved");
        assert_eq!(world.page(anna).await.identity_number, None);
    });
}

#[test]
fn an_archived_person_is_not_edited() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (anna, form) = anna(world).await;
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
        let archived = Refusal::AlreadyDone(Done::UserArchived { user: anna });
        assert_eq!(refusal(users::edit(&maria, form).await), archived);
        assert_eq!(
            refusal(users::edit_user_form(&maria, anna, None).await),
            archived
        );
    });
}

#[test]
fn a_version_that_is_no_number_and_a_field_too_many_are_refused() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (_, form) = anna(world).await;
        assert_eq!(
            problem(
                users::edit(
                    &maria,
                    EditUser {
                        version: "x".to_owned(),
                        ..form.clone()
                    }
                )
                .await,
                Field::Form
            ),
            Problem::Wrong
        );
        let mut form = form;
        form.unexpected
            .insert("way_in".to_owned(), json!("password"));
        assert!(matches!(
            problem(users::edit(&maria, form).await, Field::Form),
            Problem::Unexpected { .. }
        ));
    });
}

#[test]
fn a_login_name_that_is_the_address_follows_it_when_an_administrator_changes_it() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (anna, form) = anna(world).await;
        let by_address = EditUser {
            login_name: "anna@example.org".to_owned(),
            override_warnings: "on".to_owned(),
            ..form
        };
        users::edit(
            &maria,
            EditUser {
                reason: "As she wished".to_owned(),
                ..by_address
            },
        )
        .await
        .expect("saved");
        let form = users::edit_user_form(&maria, anna, None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &maria,
            EditUser {
                email: "anna.new@example.org".to_owned(),
                ..form.clone()
            },
        )
        .await
        .expect("saved");
        assert_eq!(
            details(world, anna).await.login_name,
            "anna.new@example.org"
        );
        let changed: Vec<_> = world
            .page(anna)
            .await
            .activity
            .remove(0)
            .changes
            .into_iter()
            .map(|change| change.field)
            .collect();
        assert_eq!(changed, [Field::Email, Field::LoginName]);
        let form = users::edit_user_form(&maria, anna, None)
            .await
            .expect("a form")
            .form;
        let apart = EditUser {
            email: "anna@example.org".to_owned(),
            login_name: "anna.ahl".to_owned(),
            ..form
        };
        users::edit(&maria, apart).await.expect("saved");
        assert_eq!(
            details(world, anna).await.login_name,
            "anna.ahl",
            "what was typed is what is meant"
        );
    });
}

#[test]
fn a_confirmation_that_waits_does_not_undo_what_an_administrator_changed() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let form = usher_types::profile::ChangeEmail {
            email: "sofia.old@example.org".to_owned(),
            current_password: usher_types::Secret::new(PASSWORD),
            ..Default::default()
        };
        usher_domain::profile::change_email(&sofia, &form, crate::support::ADDRESS)
            .await
            .expect("asked");
        let form = users::edit_user_form(&sofia, world.id("sofia"), None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &sofia,
            EditUser {
                email: "sofia.new@example.org".to_owned(),
                ..form
            },
        )
        .await
        .expect("saved");
        assert!(
            told(world)
                .await
                .iter()
                .all(|(_, mail)| !matches!(mail, Mail::ConfirmEmail { .. }))
        );
    });
}

#[test]
fn a_login_name_could_be_the_address_of_somebody_in_another_organisation() {
    run(async |world| {
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let victim = "sofia.lind@example.org";
        let form = NewUser {
            login_name: victim.to_owned(),
            ..new_user(&birgit, "Sq", "Uat").await
        };
        assert_eq!(
            problem(users::create(&birgit, form).await, Field::LoginName),
            Problem::NotOwnAddress
        );
        let (anna, form) = anna(world).await;
        let renamed = EditUser {
            login_name: victim.to_owned(),
            override_warnings: "on".to_owned(),
            ..form.clone()
        };
        let renamed = users::edit(
            &maria,
            EditUser {
                reason: "So there".to_owned(),
                ..renamed
            },
        )
        .await;
        assert_eq!(problem(renamed, Field::LoginName), Problem::NotOwnAddress);
        // a login name from before this rule stays valid, and is listed
        let old = format!(
            "UPDATE users SET login_name = 'other@example.com' WHERE id = '{anna}';
            UPDATE login_names SET key = 'other@example.com' WHERE user_id = '{anna}'"
        );
        world.owner_runs(&old).await;
        let query = ListQuery {
            watch: AttentionFilter::NotOwnAddress.code().to_owned(),
            ..ListQuery::default()
        };
        let listed = users::list(&maria, query).await.expect("a list");
        assert_eq!(
            listed.rows.iter().map(|row| row.id).collect::<Vec<_>>(),
            [anna]
        );
        let form = users::edit_user_form(&maria, anna, None)
            .await
            .expect("a form")
            .form;
        let form = EditUser {
            job_title: "Lead".to_owned(),
            override_warnings: "on".to_owned(),
            ..form
        };
        users::edit(
            &maria,
            EditUser {
                reason: "It was so".to_owned(),
                ..form
            },
        )
        .await
        .expect("saved");
    });
}
