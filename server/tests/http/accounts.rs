//! Linked accounts of a person in several organisations, as their holders see them.

use usher_domain::accounts;
use usher_domain::delivery;
use usher_types::accounts::ProposeLink;
use usher_types::mail::Mail;

use crate::client::{Answer, TestServer, session};
use crate::support::{PASSWORD, World, run};

/// The value of a hidden field in a page's first form that posts to a call.
fn hidden(page: &Answer, call: &str, name: &str) -> String {
    let form = page
        .body
        .split("<form")
        .find(|form| form.contains(&format!("/{call}\"")))
        .expect("the form");
    let value = form
        .split(&format!("name=\"{name}\" value=\""))
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("the field");
    value.to_owned()
}

async fn proposed(world: &World<'_>) {
    world.owner_runs("UPDATE users SET email = login_name || '@example.org' WHERE login_name IN ('karin.ek', 'bea.noren')").await;
    for who in ["karin", "bea"] {
        world.token(who).await;
    }
    let these = ProposeLink {
        one: "karin.ek".to_owned(),
        other: "bea.noren".to_owned(),
        ..ProposeLink::default()
    };
    accounts::propose(&world.as_("sofia").await, &these)
        .await
        .expect("proposed");
}

#[test]
fn each_holder_answers_a_proposed_link_on_their_own_page_by_a_plain_form() {
    run(async |world| {
        proposed(world).await;
        let server = TestServer::new(&world.db);
        for (who, organisation) in [("karin", world.northfield), ("bea", world.sodra)] {
            let token = world.token(who).await;
            let profile = server.get_as(&token, "/profile").await;
            assert!(
                profile.body.contains("href=\"/profile/accounts\""),
                "the way there, also where nothing is linked"
            );
            let page = server.get_as(&token, "/profile/accounts").await;
            assert!(page.body.contains("Link your accounts?"), "{}", page.body);
            let other = if who == "karin" {
                ("bea.noren", "Bea Norén")
            } else {
                ("karin.ek", "Karin Ek")
            };
            assert!(page.body.contains(other.1), "the name");
            assert!(
                !page.body.contains(other.0),
                "and not what the other signs in with"
            );
            let body = format!(
                "organisation={organisation}&proposal={}",
                hidden(&page, "agree_to_link", "proposal")
            );
            let cookie = session(&token);
            let headers = [("cookie", cookie.as_str()), ("accept", "text/html")];
            let answer = server
                .post("/api/usher_app/accounts/api/agree_to_link", &headers, &body)
                .await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("location")),
                (302, "/profile/accounts"),
                "{}",
                answer.body
            );
        }
        let page = server
            .get_as(&world.token("karin").await, "/profile/accounts")
            .await;
        assert!(
            page.body.contains("Switch to Södra Omsorg")
                && !page.body.contains("Link your accounts?")
        );
        let token = world.signs_in("karin.ek", PASSWORD).await;
        let switch = format!(
            "organisation={}&to={}&next=/",
            world.northfield, world.sodra
        );
        let cookie = session(&token);
        let headers = [("cookie", cookie.as_str()), ("accept", "text/html")];
        let answer = server
            .post(
                "/api/usher_app/accounts/api/switch_account",
                &headers,
                &switch,
            )
            .await;
        assert_eq!(answer.status.as_u16(), 302);
        let there = server
            .get_as(
                &world.token("birgit").await,
                &format!("/users/{}/history", world.id("bea")),
            )
            .await;
        assert!(
            there
                .body
                .contains("Bea Norén, through Karin Ek of Northfield Care,"),
            "{}",
            there.body
        );
    });
}

#[test]
fn the_mail_of_a_proposal_names_the_page_and_carries_no_secret() {
    run(async |world| {
        proposed(world).await;
        let mails = delivery::claim(&world.db, 10).await.expect("claims");
        let mail = mails
            .iter()
            .find(|mail| {
                matches!(mail.mail, Mail::LinkProposed { .. }) && mail.user == world.id("bea")
            })
            .expect("one to bea");
        assert!(mail.token.is_none());
        let text = usher_app::mail::render(mail, "https://usher.example.org")
            .expect("renders")
            .text;
        assert!(
            text.contains("your account at Södra Omsorg to an account at Northfield Care"),
            "{text}"
        );
        assert!(
            text.contains("https://usher.example.org/profile/accounts"),
            "{text}"
        );
        assert!(!text.contains("karin"), "{text}");
    });
}

#[test]
fn proposing_to_link_the_own_account_is_refused_with_a_reason() {
    run(async |world| {
        world.token("bea").await;
        let (server, sofia) = (
            TestServer::new(&world.db),
            session(&world.token("sofia").await),
        );
        let headers = [("cookie", sofia.as_str())];
        let answer = server
            .post(
                "/api/usher_app/accounts/api/propose_link",
                &headers,
                "one=sofia.lind&other=bea.noren",
            )
            .await;
        assert_eq!(answer.status.as_u16(), 422);
        assert!(answer.body.contains("own_account"), "{}", answer.body);
    });
}
