//! docs/limits.md says of every server function what bounds its cost; and what a refused request may cost is bounded, too.

use leptos::server_fn::axum::server_fn_paths;
use usher_domain::throttles::Limit;

use crate::asking::{Asked, session};
use crate::support::{World, run};

const DOCUMENT: &str = include_str!("../../../docs/limits.md");

#[test]
fn every_server_function_is_documented_with_what_bounds_it() {
    for (path, _) in server_fn_paths() {
        let call = path.trim_start_matches("/api/usher_app/");
        let named = DOCUMENT.matches(&format!("`{call}`")).count();
        assert_eq!(named, 1, "If you're here because you added {call}: say in docs/limits.md what it can cost, and what bounds that.");
    }
}

async fn events(world: &World<'_>) -> i64 {
    world.one("SELECT count(*) FROM audit_events").await
}

#[test]
fn a_viewer_filled_the_audit_by_opening_pages_that_are_refused() {
    run(async |world| {
        let (server, vera) = (Asked::new(&world.db), world.token("vera").await);
        let before = events(world).await;
        for _ in 0..60 {
            assert_eq!(server.get_as(&vera, "/settings").await.status, 403);
        }
        let after = events(world).await;
        assert_eq!(after - before, i64::from(Limit::RepeatedEvents.most()));
        let look = |theme: &str| format!("theme={theme}&next=/");
        for _ in 0..60 {
            let cookie = session(&vera);
            let answer = server.post("/api/usher_app/session/api/choose_look", &[("cookie", &cookie)], &look("device")).await;
            assert_eq!(answer.status, 200);
        }
        assert_eq!(events(world).await, after, "the colours were these already");
    });
}

#[test]
fn a_flood_of_password_changes_is_answered_with_how_long_to_wait() {
    run(async |world| {
        let (server, karin) = (Asked::new(&world.db), session(&world.token("karin").await));
        let worst: String = "4@8({[<369".chars().cycle().take(100).map(|c| format!("%{:02X}", u32::from(c))).collect();
        let body = format!("current_password=x&new_password={worst}");
        let call = "/api/usher_app/profile/api/change_password";
        world
            .owner_runs(&format!(
                "INSERT INTO throttles VALUES ('{}', 29, '2026-11-23T09:00:00Z')
            ON CONFLICT (key) DO UPDATE SET failures = 29",
                Limit::OwnPasswords.key(&world.id("karin").to_string())
            ))
            .await;
        assert_eq!(server.post(call, &[("cookie", &karin)], &body).await.status, 422);
        let answer = server.post(call, &[("cookie", &karin)], &body).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "600"));
    });
}
