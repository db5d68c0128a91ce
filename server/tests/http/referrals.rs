//! Creating a referral in a browser without scripting, and escaping of its texts on both
//! organisations' pages.

use usher_domain::sealing::Token;
use usher_domain::{referrals, settings};
use usher_types::settings::EditSettings;

use crate::client::{Answer, TestServer, session};
use crate::server_functions::{client, path};
use crate::support::{World, run};

/// The input of an attacker.
const WHY: &str = "</textarea><script>alert(1)</script>";
const TOLD: &str = "&lt;script&gt;alert(1)&lt;/script&gt;";

fn encoded(text: &str) -> String {
    usher_types::url::encode(text)
}

/// The hidden fields of the page's form that posts to `call`, as a browser sends them.
fn hidden(page: &str, call: &str) -> String {
    let form = page
        .split("<form")
        .find(|form| form.contains(&format!("/{call}\"")))
        .expect("the form is there");
    let fields = form
        .split("<input")
        .filter(|input| input.contains("type=\"hidden\""))
        .map(|input| {
            let attribute = |name: &str| {
                input
                    .split(&format!("{name}=\""))
                    .nth(1)
                    .and_then(|rest| rest.split('"').next())
                    .unwrap_or_default()
            };
            let value = attribute("value")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
            format!("{}={}", attribute("name"), encoded(&value))
        });
    fields.collect::<Vec<_>>().join("&")
}

struct Browser<'s> {
    server: &'s TestServer,
    cookies: String,
}

impl Browser<'_> {
    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.cookies() {
            let pair = cookie.split(';').next().unwrap_or_default();
            if pair.starts_with("browser=") {
                self.cookies.push_str(&format!("; {pair}"));
            }
        }
    }

    async fn opens(&self, at: &str) -> String {
        let answer = self.server.get_with(at, &[("cookie", &self.cookies)]).await;
        assert_eq!(answer.status, 200, "{at}");
        answer.body
    }

    /// Posts as a browser does; returns where the answer leads.
    async fn posts(&mut self, call: &str, body: &str) -> String {
        let headers = [
            ("cookie", self.cookies.as_str()),
            ("accept", "text/html"),
            ("sec-fetch-site", "same-origin"),
        ];
        let answer = self
            .server
            .post(&path(&format!("referrals/api/{call}")), &headers, body)
            .await;
        assert_eq!(answer.status, 302, "{call}: {}", answer.body);
        self.keep(&answer);
        answer.header("location").to_owned()
    }
}

async fn takes(world: &World<'_>) {
    let birgit = world.as_("birgit").await;
    let form = settings::page(&birgit, None)
        .await
        .expect("the settings")
        .form;
    settings::edit(
        &birgit,
        &EditSettings {
            takes_referrals: "on".to_owned(),
            ..form
        },
    )
    .await
    .expect("settled");
}

fn browser<'s>(server: &'s TestServer, token: &Token) -> Browser<'s> {
    Browser {
        server,
        cookies: session(token),
    }
}

#[test]
fn a_referral_is_shown_before_it_is_sent_and_its_text_is_escaped_on_both_sides() {
    run(async |world| {
        takes(world).await;
        let (maria, server) = (world.as_("maria").await, TestServer::new(&world.db));
        let elsa = client(world, &maria, world.id("karin")).await;
        world
            .owner_runs("UPDATE clients SET email = 'elsa@example.org'")
            .await;
        let mut karin = browser(&server, &world.token("karin").await);
        let page = karin.opens("/referrals/new").await;
        assert!(page.contains("Elsa"), "one's own client is offered");
        let page = karin.opens(&format!("/referrals/new?client={elsa}")).await;
        let to = format!("/referrals/new?client={elsa}&at={}", world.sodra);
        assert!(
            page.contains(&to.replace('&', "&amp;")) || page.contains(&to),
            "the other organisation is offered"
        );
        let page = karin.opens(&to).await;
        let said = format!(
            "{}&with_contact=on&why={}",
            hidden(&page, "review_referral"),
            encoded(WHY)
        );
        let empty = karin
            .posts(
                "review_referral",
                &format!("{}&why=", hidden(&page, "review_referral")),
            )
            .await;
        assert!(
            empty.starts_with(&to) && empty.contains("draft="),
            "{empty}"
        );
        assert!(
            karin
                .opens(&empty)
                .await
                .contains("Enter a reason for the referral")
        );
        let review = karin.posts("review_referral", &said).await;
        assert!(review.starts_with("/referrals/review?draft="), "{review}");
        let page = karin.opens(&review).await;
        for shown in [
            "Elsa",
            "elsa@example.org",
            "Karin Ek, Northfield Care",
            "Södra Omsorg",
            TOLD,
        ] {
            assert!(page.contains(shown), "{shown} goes, and is shown");
        }
        assert!(!page.contains("<script>alert"));
        let back = page
            .split("href=\"")
            .find(|link| link.starts_with("/referrals/new?client="))
            .and_then(|link| link.split('"').next());
        let again = karin
            .opens(&back.expect("a way back").replace("&amp;", "&"))
            .await;
        assert!(
            again.contains("&lt;/textarea>&lt;script>alert(1)&lt;/script>"),
            "what was typed is in the form, as text"
        );
        assert!(!again.contains("<script>alert"));
        let made = karin
            .posts("create_referral", &hidden(&page, "create_referral"))
            .await;
        let page = karin.opens(&made).await;
        assert!(
            page.contains(TOLD) && !page.contains("<script>alert"),
            "{made}"
        );
        referrals::cross(&world.db, 20).await.expect("it crosses");
        let birgit = browser(&server, &world.token("birgit").await);
        let page = birgit.opens(&made).await;
        assert!(
            page.contains(TOLD)
                && page.contains("elsa@example.org")
                && !page.contains("<script>alert")
        );
        assert!(!page.contains(&elsa), "the client's id stays");
        assert_eq!(
            server
                .get_with(&made, &[("cookie", &session(&world.token("bea").await))])
                .await
                .status,
            404
        );
    });
}

#[test]
fn a_closed_destination_is_chosen_again_and_the_form_keeps_its_values() {
    run(async |world| {
        takes(world).await;
        let (maria, server) = (world.as_("maria").await, TestServer::new(&world.db));
        let elsa = client(world, &maria, world.id("karin")).await;
        let mut karin = browser(&server, &world.token("karin").await);
        let to = format!("/referrals/new?client={elsa}&at={}", world.sodra);
        let page = karin.opens(&to).await;
        let said = format!("{}&why=Needs+company", hidden(&page, "review_referral"));
        world
            .owner_runs("UPDATE organisations SET takes_referrals = false")
            .await;
        let again = karin.posts("review_referral", &said).await;
        let page = karin.opens(&again).await;
        assert!(
            page.contains("The recipient you chose no longer takes referrals"),
            "{again}"
        );
        world
            .owner_runs("UPDATE organisations SET takes_referrals = true")
            .await;
        let page = karin.opens(&again).await;
        assert!(page.contains("Needs company"));
    });
}
