//! Typed input is kept as a draft, and only its author can read it (decision 0009).

use chrono::TimeDelta;
use serde_json::json;
use usher_domain::drafts::{self, Body, Browser, Mark, OF_BROWSER, OF_PERSON, OF_VISITORS, Sender};
use usher_domain::limits::Limit;
use usher_types::form::Form;
use usher_types::session::SignIn;
use usher_types::users::NewUser;
use usher_types::{Field, Invalid, Problem, Refusal, Secret};
use uuid::Uuid;

use crate::support::{ADDRESS, TEMPORARY, World, run};

fn typed() -> NewUser {
    let mut form = NewUser {
        first_name: "</textarea><script>".to_owned(),
        last_name: "An\0na\r\n".to_owned(),
        roles: vec!["a".to_owned(), "b".to_owned()],
        temporary_password: Secret::new(TEMPORARY),
        ..NewUser::default()
    };
    form.unexpected
        .insert("is_admin".to_owned(), json!("y\0es"));
    form
}

/// Saves a visitor's form as a draft.
async fn keep<F: Form>(
    world: &World<'_>,
    browser: &Browser,
    form: F,
    why: Refusal,
) -> Option<Uuid> {
    keep_for(
        world,
        browser,
        Sender::Visitor(ADDRESS.to_owned()),
        form,
        why,
    )
    .await
}

async fn keep_for<F: Form>(
    world: &World<'_>,
    browser: &Browser,
    sender: Sender,
    form: F,
    why: Refusal,
) -> Option<Uuid> {
    drafts::save(
        &world.db,
        browser,
        sender,
        Body::of(form, Some(why)).expect("JSON"),
    )
    .await
    .expect("answers")
}

fn person(world: &World<'_>, who: &str) -> Sender {
    Sender::Person(Mark::of(&world.db, world.id(who)))
}

async fn found(world: &World<'_>, browser: &Browser, reader: Option<&str>, id: Uuid) -> bool {
    let reader = reader.map(|who| Mark::of(&world.db, world.id(who)));
    drafts::find::<NewUser>(&world.db, browser, reader.as_ref(), id)
        .await
        .expect("answers")
        .is_some()
}

async fn count(world: &World<'_>) -> i64 {
    world.one("SELECT count(*) FROM drafts").await
}

fn why() -> Refusal {
    Refusal::Invalid(Invalid::one(Field::LastName, Problem::Control))
}

#[test]
fn a_refused_form_comes_back_as_it_was_typed_without_its_secrets() {
    run(async |world| {
        let browser = Browser::new().expect("randomness");
        let id = keep(world, &browser, typed(), why()).await.expect("kept");
        let kept = drafts::find::<NewUser>(&world.db, &browser, None, id)
            .await
            .expect("answers")
            .expect("found");
        assert_eq!(kept.refusal, Some(why()));
        assert_eq!(
            kept.form,
            NewUser {
                temporary_password: Secret::default(),
                ..typed()
            }
        );
        let row: String = world.one("SELECT d::text FROM drafts d").await;
        assert!(
            !row.contains(TEMPORARY) && !row.contains(&browser.expose()),
            "{row}"
        );
    });
}

#[test]
fn another_browser_does_not_see_it() {
    run(async |world| {
        let (browser, other) = (
            Browser::new().expect("randomness"),
            Browser::new().expect("randomness"),
        );
        let id = keep(world, &browser, typed(), why()).await.expect("kept");
        assert!(
            drafts::find::<NewUser>(&world.db, &other, None, id)
                .await
                .expect("answers")
                .is_none()
        );
        assert!(
            drafts::find::<NewUser>(&world.db, &browser, None, Uuid::nil())
                .await
                .expect("answers")
                .is_none()
        );
    });
}

#[test]
fn it_lives_for_a_day() {
    run(async |world| {
        let browser = Browser::new().expect("randomness");
        let id = keep(world, &browser, typed(), why()).await.expect("kept");
        let almost = world.later(TimeDelta::hours(24) - TimeDelta::seconds(1));
        assert!(
            drafts::find::<NewUser>(&almost, &browser, None, id)
                .await
                .expect("answers")
                .is_some()
        );
        let then = world.later(TimeDelta::hours(24));
        assert!(
            drafts::find::<NewUser>(&then, &browser, None, id)
                .await
                .expect("answers")
                .is_none()
        );
    });
}

#[test]
fn a_form_without_secrets_keeps_everything() {
    run(async |world| {
        let browser = Browser::new().expect("randomness");
        let form = SignIn {
            login_name: "sofia.lind".to_owned(),
            next: "/users?q=åsa".to_owned(),
            password: Secret::new(TEMPORARY),
            ..SignIn::default()
        };
        let id = keep(world, &browser, form, Refusal::Slow { seconds: 4 })
            .await
            .expect("kept");
        let kept = drafts::find::<SignIn>(&world.db, &browser, None, id)
            .await
            .expect("answers")
            .expect("found");
        assert_eq!(
            (kept.form.login_name.as_str(), kept.form.next.as_str()),
            ("sofia.lind", "/users?q=åsa")
        );
        assert_eq!(
            (kept.form.password, kept.refusal),
            (Secret::default(), Some(Refusal::Slow { seconds: 4 }))
        );
    });
}

#[test]
fn a_form_that_no_page_sends_is_not_kept() {
    run(async |world| {
        let browser = Browser::new().expect("randomness");
        let form = SignIn {
            login_name: "x".repeat(100_000),
            ..SignIn::default()
        };
        assert_eq!(keep(world, &browser, form, Refusal::WrongLogin).await, None);
        assert_eq!(world.one::<i64>("SELECT count(*) FROM drafts").await, 0);
    });
}

#[test]
fn an_identity_number_lay_in_clear_in_a_draft() {
    run(async |world| {
        let browser = Browser::new().expect("randomness");
        let form = NewUser {
            identity_number: "19850709-9805".to_owned(),
            ..typed()
        };
        let id = keep_for(world, &browser, person(world, "maria"), form, why())
            .await
            .expect("kept");
        let sealed: Vec<u8> = world.one("SELECT sealed FROM drafts").await;
        assert!(!String::from_utf8_lossy(&sealed).contains("9805"), "sealed");
        let row: String = world.one("SELECT d::text FROM drafts d").await;
        assert!(
            !row.contains(&world.id("maria").to_string()),
            "nor does the row say whose it is: {row}"
        );
        let maria = Mark::of(&world.db, world.id("maria"));
        let kept = drafts::find::<NewUser>(&world.db, &browser, Some(&maria), id)
            .await
            .expect("answers")
            .expect("found");
        assert_eq!(kept.form.identity_number, "19850709-9805");
    });
}

#[test]
fn the_next_person_at_the_same_browser_got_the_form() {
    run(async |world| {
        let browser = Browser::new().expect("randomness");
        let id = keep_for(world, &browser, person(world, "maria"), typed(), why())
            .await
            .expect("kept");
        assert!(found(world, &browser, Some("maria"), id).await);
        assert!(!found(world, &browser, Some("sofia"), id).await);
        assert!(
            !found(world, &browser, None, id).await,
            "nor does a visitor"
        );
        // a row that is assigned to another user in the database cannot be decrypted
        let other = keep_for(world, &browser, person(world, "sofia"), typed(), why())
            .await
            .expect("kept");
        world.owner_runs(&format!("UPDATE drafts SET person = (SELECT person FROM drafts WHERE id = '{other}') WHERE id = '{id}'")).await;
        let sofia = Mark::of(&world.db, world.id("sofia"));
        assert!(
            drafts::find::<NewUser>(&world.db, &browser, Some(&sofia), id)
                .await
                .is_err()
        );
    });
}

#[test]
fn a_draft_outlived_the_sign_out() {
    run(async |world| {
        let browser = Browser::new().expect("randomness");
        let marias = keep_for(world, &browser, person(world, "maria"), typed(), why())
            .await
            .expect("kept");
        let sofias = keep_for(world, &browser, person(world, "sofia"), typed(), why())
            .await
            .expect("kept");
        drafts::delete(
            &world.db,
            &browser,
            Some(&Mark::of(&world.db, world.id("maria"))),
        )
        .await
        .expect("deleted");
        assert!(
            !found(world, &browser, Some("maria"), marias).await,
            "she went on as somebody else"
        );
        assert!(found(world, &browser, Some("sofia"), sofias).await);
        drafts::delete(&world.db, &browser, None)
            .await
            .expect("deleted");
        assert_eq!(count(world).await, 0, "signed out");
    });
}

#[test]
fn a_session_that_ended_meanwhile_loses_nothing_of_its_persons() {
    run(async |world| {
        let mark = Mark::of(&world.db, world.id("maria"));
        // as the cookie returns it
        let browser =
            Browser::from_text(&Browser::new().expect("randomness").used_by(mark).expose());
        let sender = Sender::SignedOut(
            browser.last().expect("it says whose it was").clone(),
            ADDRESS.to_owned(),
        );
        let id = keep_for(world, &browser, sender, typed(), Refusal::SignIn)
            .await
            .expect("kept");
        assert!(found(world, &browser, Some("maria"), id).await);
        assert!(!found(world, &browser, Some("sofia"), id).await);
    });
}

#[test]
fn eight_hundred_posts_of_a_visitor_were_eight_hundred_rows() {
    run(async |world| {
        for number in 0..100 {
            // a new browser each time
            let browser = Browser::new().expect("randomness");
            let kept = keep(world, &browser, SignIn::default(), Refusal::WrongLogin).await;
            assert_eq!(
                kept.is_some(),
                number < Limit::DraftsOfVisitors.most(),
                "{number}"
            );
        }
        assert_eq!(
            count(world).await,
            i64::from(Limit::DraftsOfVisitors.most())
        );
        // a cookie that claims to be signed out does not bypass the limit
        let sender = || {
            Sender::SignedOut(
                Mark::of(&world.db, usher_types::UserId(world.db.new_id())),
                ADDRESS.to_owned(),
            )
        };
        let browser = Browser::new().expect("randomness");
        assert_eq!(
            keep_for(world, &browser, sender(), typed(), Refusal::SignIn).await,
            None
        );
        let large = SignIn {
            login_name: "x".repeat(9_000),
            ..SignIn::default()
        };
        let elsewhere = Sender::Visitor("192.0.2.99".to_owned());
        assert_eq!(
            keep_for(world, &browser, elsewhere, large, Refusal::WrongLogin).await,
            None,
            "their forms are short"
        );
    });
}

#[test]
fn a_browser_a_person_and_all_visitors_keep_their_newest() {
    run(async |world| {
        let browser = Browser::new().expect("randomness");
        let first = keep_for(world, &browser, person(world, "maria"), typed(), why())
            .await
            .expect("kept");
        for _ in 0..OF_BROWSER {
            keep_for(world, &browser, person(world, "maria"), typed(), why())
                .await
                .expect("kept");
        }
        assert!(
            !found(world, &browser, Some("maria"), first).await,
            "the oldest of the browser"
        );
        for _ in 0..OF_PERSON {
            let other = Browser::new().expect("randomness");
            keep_for(world, &other, person(world, "maria"), typed(), why())
                .await
                .expect("kept");
        }
        assert_eq!(count(world).await, i64::from(OF_PERSON));
        let visitors = format!(
            "INSERT INTO drafts (id, browser_hash, sealed, created_at)
                SELECT gen_random_uuid(), 'x', 'x', '2026-11-23T08:00:00Z' FROM generate_series(1, {OF_VISITORS})"
        );
        world.owner_runs(&visitors).await;
        let id = keep(world, &browser, typed(), why())
            .await
            .expect("kept: the oldest goes");
        assert!(found(world, &browser, None, id).await);
        let of_visitors: i64 = world
            .one("SELECT count(*) FROM drafts WHERE person IS NULL")
            .await;
        assert_eq!(of_visitors, i64::from(OF_VISITORS));
    });
}

#[test]
fn a_temporary_password_is_shown_once_more_only_to_the_person_who_set_it() {
    run(async |world| {
        let (browser, other) = (
            Browser::new().expect("randomness"),
            Browser::new().expect("randomness"),
        );
        let (maria, sofia) = (
            Mark::of(&world.db, world.id("maria")),
            Mark::of(&world.db, world.id("sofia")),
        );
        let keep = async || {
            let body = Body::of_secret(&Secret::new(TEMPORARY)).expect("JSON");
            drafts::save(&world.db, &browser, person(world, "maria"), body)
                .await
                .expect("answers")
                .expect("kept")
        };
        let take = async |browser: &Browser, reader: &Mark, id: Uuid| {
            drafts::take_secret(&world.db, browser, reader, id)
                .await
                .expect("answers")
        };
        let id = keep().await;
        let row: String = world.one("SELECT d::text FROM drafts d").await;
        assert!(!row.contains(TEMPORARY), "{row}");
        assert_eq!(take(&other, &maria, id).await, None);
        assert_eq!(take(&browser, &sofia, id).await, None);
        assert_eq!(take(&browser, &maria, id).await.as_deref(), Some(TEMPORARY));
        assert_eq!(take(&browser, &maria, id).await, None);
        let id = keep().await;
        let then = world.later(TimeDelta::minutes(10));
        assert_eq!(
            drafts::take_secret(&then, &browser, &maria, id)
                .await
                .expect("answers"),
            None
        );
    });
}
