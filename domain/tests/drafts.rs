//! Nothing typed is lost, and nobody else reads it (design rule 9).

use chrono::TimeDelta;
use serde_json::json;
use usher_domain::drafts;
use usher_domain::drafts::Body;
use usher_domain::sealing::Token;
use usher_types::form::Secret;
use usher_types::session::SignIn;
use usher_types::users::NewUser;
use usher_types::{Field, Invalid, Problem, Refusal};
use uuid::Uuid;

use crate::support::{TEMPORARY, run};

fn typed() -> NewUser {
    let mut form = NewUser {
        first_name: "</textarea><script>".to_owned(),
        last_name: "An\0na\r\n".to_owned(),
        roles: vec!["a".to_owned(), "b".to_owned()],
        temporary_password: Secret::new(TEMPORARY),
        ..NewUser::default()
    };
    form.unexpected.insert("is_admin".to_owned(), json!("y\0es"));
    form
}

fn why() -> Refusal {
    Refusal::Invalid(Invalid::one(Field::LastName, Problem::Control))
}

#[test]
fn a_refused_form_comes_back_as_it_was_typed_without_its_secrets() {
    run(async |world| {
        let browser = Token::new().expect("randomness");
        let id = drafts::keep(&world.db, &browser, Body::of(typed(), Some(why())).expect("JSON")).await.expect("kept");
        let kept = drafts::find::<NewUser>(&world.db, &browser, id).await.expect("answers").expect("found");
        assert_eq!(kept.refusal, Some(why()));
        assert_eq!(kept.form, NewUser { temporary_password: Secret::default(), ..typed() });
        let row: String = world.one("SELECT d::text FROM drafts d").await;
        assert!(!row.contains(TEMPORARY) && !row.contains(browser.expose()), "{row}");
    });
}

#[test]
fn another_browser_does_not_see_it() {
    run(async |world| {
        let (browser, other) = (Token::new().expect("randomness"), Token::new().expect("randomness"));
        let id = drafts::keep(&world.db, &browser, Body::of(typed(), Some(why())).expect("JSON")).await.expect("kept");
        assert!(drafts::find::<NewUser>(&world.db, &other, id).await.expect("answers").is_none());
        assert!(drafts::find::<NewUser>(&world.db, &browser, Uuid::nil()).await.expect("answers").is_none());
    });
}

#[test]
fn it_lives_for_a_day() {
    run(async |world| {
        let browser = Token::new().expect("randomness");
        let id = drafts::keep(&world.db, &browser, Body::of(typed(), Some(why())).expect("JSON")).await.expect("kept");
        let almost = world.later(TimeDelta::hours(24) - TimeDelta::seconds(1));
        assert!(drafts::find::<NewUser>(&almost, &browser, id).await.expect("answers").is_some());
        let then = world.later(TimeDelta::hours(24));
        assert!(drafts::find::<NewUser>(&then, &browser, id).await.expect("answers").is_none());
    });
}

#[test]
fn a_form_without_secrets_keeps_everything() {
    run(async |world| {
        let browser = Token::new().expect("randomness");
        let form = SignIn {
            login_name: "sofia.lind".to_owned(),
            next: "/users?q=åsa".to_owned(),
            password: Secret::new(TEMPORARY),
            ..SignIn::default()
        };
        let id = drafts::keep(&world.db, &browser, Body::of(form, Some(Refusal::Slow { seconds: 4 })).expect("JSON")).await.expect("kept");
        let kept = drafts::find::<SignIn>(&world.db, &browser, id).await.expect("answers").expect("found");
        assert_eq!((kept.form.login_name.as_str(), kept.form.next.as_str()), ("sofia.lind", "/users?q=åsa"));
        assert_eq!((kept.form.password, kept.refusal), (Secret::default(), Some(Refusal::Slow { seconds: 4 })));
    });
}

#[test]
fn what_no_page_of_ours_sends_is_not_kept() {
    run(async |world| {
        let browser = Token::new().expect("randomness");
        let form = SignIn { login_name: "x".repeat(100_000), ..SignIn::default() };
        let id = drafts::keep(&world.db, &browser, Body::of(form, Some(Refusal::WrongLogin)).expect("JSON")).await.expect("answers");
        assert!(drafts::find::<SignIn>(&world.db, &browser, id).await.expect("answers").is_none());
        assert_eq!(world.one::<i64>("SELECT count(*) FROM drafts").await, 0);
    });
}
