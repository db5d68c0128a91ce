//! A read-only database, as after a fail-over: the answer is a server error, no typed input is
//! lost, and the server recovers without a restart.

use chrono::TimeDelta;
use usher_domain::Db;
use usher_domain::sealing::Keys;

use crate::client::{Answer, TestServer, session};
use crate::server_functions::path;
use crate::support::{TestDatabase, World, run};

/// Makes every new connection read-only, or writable again. Existing connections stay as they are.
async fn read_only(database: &TestDatabase, is_on: bool) {
    let set = if is_on {
        "SET default_transaction_read_only = on"
    } else {
        "RESET default_transaction_read_only"
    };
    database
        .owner_runs(&format!(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {set}', current_database()); END $$"
        ))
        .await;
}

/// A server whose connections are all read-only.
async fn on_standby(world: &World<'_>) -> Db {
    read_only(world, true).await;
    let db = Db::connect(&world.app_url, Keys::from_master(&[7; 32]), 4)
        .await
        .expect("connects");
    db.at(World::morning())
}

/// A form that creates a user, as a browser posts it.
fn form(world: &World<'_>) -> String {
    format!(
        "organisation={}&key={}&first_name=Torbj%C3%B6rn&last_name=%3Cb%3EVik&login_name=torbjorn.vik&way_in=only_add\
         &override_warnings=on&reason=Agreed",
        world.northfield,
        world.db.new_id()
    )
}

async fn posts(server: &TestServer, world: &World<'_>, headers: &[(&str, &str)]) -> Answer {
    let cookie = session(&world.token("maria").await);
    let headers: Vec<(&str, &str)> = [("cookie", cookie.as_str())]
        .iter()
        .chain(headers)
        .copied()
        .collect();
    server
        .post(&path("users/api/create_user"), &headers, &form(world))
        .await
}

fn assert_unsaved(answer: &Answer) {
    assert_eq!(
        (
            answer.status.as_u16(),
            answer.header("retry-after"),
            answer.header("location")
        ),
        (503, "5", ""),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains("Torbjörn")
            && answer.body.contains("Vik")
            && !answer.body.contains("<b>"),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains("name=\"key\"")
            && answer
                .header("content-security-policy")
                .contains("form-action 'self'"),
        "it can be sent again"
    );
}

#[test]
fn a_plain_post_to_a_read_only_database_was_reported_as_a_stale_page_and_lost_the_form() {
    run(async |world| {
        world.token("maria").await;
        let server = TestServer::new(&on_standby(world).await);
        for headers in [
            &[
                ("accept", "text/html"),
                ("referer", "http://127.0.0.1:3000/users/new"),
            ][..],
            // without a Referer the answer led to the home page
            &[("accept", "text/html")],
        ] {
            assert_unsaved(&posts(&server, world, headers).await);
        }
        let people: i64 = world
            .one("SELECT count(*) FROM users WHERE login_name = 'torbjorn.vik'")
            .await;
        assert_eq!(people, 0);
    });
}

#[test]
fn a_form_is_lost_while_its_sender_cannot_be_identified() {
    run(async |world| {
        world.token("maria").await;
        // authentication updates a session whose last request was more than a minute ago
        let server = TestServer::new(
            &on_standby(world)
                .await
                .at(World::morning() + TimeDelta::minutes(5)),
        );
        assert_unsaved(&posts(&server, world, &[("accept", "text/html")]).await);
        let answer = posts(&server, world, &[("accept", "application/json")]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body.as_str()),
            (503, "\"unavailable\""),
            "a browser with wasm shows it in the form"
        );
    });
}

#[test]
fn a_password_was_sent_back_in_the_page_of_an_unsaved_form() {
    run(async |world| {
        let server = TestServer::new(&on_standby(world).await);
        let body = "login_name=karin.ek&password=violet+kettle+under+47+pines&next=/users";
        let answer = server
            .post(
                &path("session/api/sign_in"),
                &[("accept", "text/html"), ("accept-language", "sv")],
                body,
            )
            .await;
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(
            answer.body.contains("karin.ek") && answer.body.contains("Skicka igen"),
            "{}",
            answer.body
        );
        assert!(!answer.body.contains("violet"), "{}", answer.body);
    });
}

#[test]
fn a_form_sent_with_wasm_to_a_read_only_database_was_reported_as_broken() {
    run(async |world| {
        world.token("maria").await;
        let server = TestServer::new(&on_standby(world).await);
        let answer = posts(&server, world, &[("accept", "application/json")]).await;
        assert_eq!(
            (
                answer.status.as_u16(),
                answer.header("retry-after"),
                answer.body.as_str()
            ),
            (503, "5", "\"unavailable\"")
        );
    });
}

#[test]
fn a_server_whose_database_became_read_only_was_ready_and_needed_a_restart() {
    run(async |world| {
        world.token("maria").await;
        let server = TestServer::new(&on_standby(world).await);
        assert_eq!(server.get("/readyz").await.status, 503);
        assert_eq!(
            server.get("/healthz").await.status,
            200,
            "it is no reason to restart it"
        );
        assert_unsaved(&posts(&server, world, &[("accept", "text/html")]).await);
        read_only(world, false).await;
        // the connections in the pool are still read-only
        assert_eq!(server.get("/readyz").await.status, 200);
        let answer = posts(&server, world, &[("accept", "text/html")]).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
        let people: i64 = world
            .one("SELECT count(*) FROM users WHERE login_name = 'torbjorn.vik'")
            .await;
        assert_eq!(people, 1);
    });
}
