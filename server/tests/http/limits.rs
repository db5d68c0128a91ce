//! docs/limits.md documents what limits the cost of every server function; the cost of refused
//! requests is limited, too.

use std::sync::Arc;

use leptos::server_fn::axum::server_fn_paths;
use tokio::task::JoinSet;
use usher_domain::limits::Limit;

use crate::client::{TestServer, session};
use crate::support::{World, run};

const DOCUMENT: &str = include_str!("../../../docs/limits.md");

#[test]
fn every_server_function_is_documented_with_its_limit() {
    for (path, _) in server_fn_paths() {
        let call = path.trim_start_matches("/api/usher_app/");
        let named = DOCUMENT.matches(&format!("`{call}`")).count();
        assert_eq!(
            named, 1,
            "If you're here because you added {call}: say in docs/limits.md what it can cost, and what bounds that."
        );
    }
}

async fn events(world: &World<'_>) -> i64 {
    world.one("SELECT count(*) FROM audit_events").await
}

#[test]
fn a_viewer_filled_the_audit_log_by_opening_refused_pages() {
    run(async |world| {
        let (server, vera) = (TestServer::new(&world.db), world.token("vera").await);
        let before = events(world).await;
        for _ in 0..60 {
            assert_eq!(server.get_as(&vera, "/settings").await.status, 403);
        }
        let after = events(world).await;
        assert_eq!(after - before, i64::from(Limit::RepeatedEvents.most()));
        let look = |theme: &str| format!("theme={theme}&next=/");
        for _ in 0..60 {
            let cookie = session(&vera);
            let answer = server
                .post(
                    "/api/usher_app/session/api/choose_look",
                    &[("cookie", &cookie)],
                    &look("device"),
                )
                .await;
            assert_eq!(answer.status, 200);
        }
        assert_eq!(events(world).await, after, "the colours were these already");
    });
}

#[test]
fn too_many_password_changes_are_answered_with_the_time_to_wait() {
    run(async |world| {
        let (server, karin) = (
            TestServer::new(&world.db),
            session(&world.token("karin").await),
        );
        let worst: String = "4@8({[<369"
            .chars()
            .cycle()
            .take(100)
            .map(|c| format!("%{:02X}", u32::from(c)))
            .collect();
        let body = format!("current_password=x&new_password={worst}");
        let call = "/api/usher_app/profile/api/change_password";
        world
            .owner_runs(&format!(
                "INSERT INTO throttles VALUES ('{}', 29, '2026-11-23T09:00:00Z')
            ON CONFLICT (key) DO UPDATE SET failures = 29",
                Limit::OwnPasswords.key(&world.id("karin").to_string())
            ))
            .await;
        assert_eq!(
            server.post(call, &[("cookie", &karin)], &body).await.status,
            422
        );
        let answer = server.post(call, &[("cookie", &karin)], &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("retry-after")),
            (429, "600")
        );
    });
}

#[test]
fn a_throttled_address_got_the_message_of_a_wrong_password_or_a_fixed_wait() {
    run(async |world| {
        let key = Limit::WrongPasswordsFromAddress.key("192.0.2.1");
        world
            .owner_runs(&format!(
                "INSERT INTO throttles VALUES ('{key}', 50, '2026-11-23T09:00:00Z')"
            ))
            .await;
        let right = "login_name=sofia.lind&password=violet+kettle+under+47+pines&next=";
        let call = "/api/usher_app/session/api/sign_in";
        let server = Arc::new(TestServer::new(&world.db));
        let answer = server.post(call, &[], right).await;
        assert!(
            answer.status == 200
                && answer
                    .cookies()
                    .iter()
                    .any(|cookie| cookie.starts_with("session=")),
            "{}",
            answer.body
        );
        // five of the attempts take turns, for seconds each
        world
            .owner_runs(&format!(
                "UPDATE throttles SET failures = 55 WHERE key = '{key}'"
            ))
            .await;
        let mut guesses = JoinSet::new();
        for number in 0..6 {
            let server = Arc::clone(&server);
            guesses.spawn(async move {
                server
                    .post(
                        call,
                        &[],
                        &format!("login_name=guess.{number}&password=wrong"),
                    )
                    .await
            });
        }
        let answer = guesses
            .join_next()
            .await
            .expect("an answer")
            .expect("no panic");
        assert_eq!(
            (
                answer.status.as_u16(),
                answer.header("retry-after"),
                answer.body.as_str()
            ),
            (503, "5", "\"busy\"")
        );
        let refused = server.post(call, &[("accept", "text/html")], right).await;
        let browser = refused
            .cookies()
            .into_iter()
            .find(|cookie| cookie.starts_with("browser="))
            .expect("a draft");
        let page = server
            .get_with(
                refused.header("location"),
                &[("cookie", browser.split(';').next().unwrap_or_default())],
            )
            .await;
        assert!(
            page.body.contains("Many people are signing in")
                && page.body.contains("value=\"sofia.lind\""),
            "{}",
            page.body
        );
    });
}
