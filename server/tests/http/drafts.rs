//! Drafts as browsers see them: whose they are, and how long they are kept.

use chrono::TimeDelta;
use usher_domain::sealing::Token;
use usher_domain::{delivery, users};
use usher_types::users::NewUser;

use crate::client::{Answer, TestServer};
use crate::support::{World, new_user, run};

const CREATE: &str = "users/api/create_user";
const TYPED: &str = "first_name=Vilma&identity_number=19850709-9805&way_in=only_add";

/// The cookies that a browser keeps between requests.
#[derive(Default)]
struct Cookies(Vec<(String, String)>);

impl Cookies {
    fn take(&mut self, answer: &Answer) {
        for cookie in answer.cookies() {
            let (name, value) = cookie
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
                .expect("a cookie");
            self.0.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.0.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    fn header(&self) -> String {
        self.0
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    async fn posts(&mut self, server: &TestServer, call: &str, body: &str) -> String {
        let headers = [
            ("cookie", self.header()),
            ("accept", "text/html".to_owned()),
        ];
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = server
            .post(&format!("/api/usher_app/{call}"), &headers, body)
            .await;
        assert_eq!(answer.status, 302, "{call}: {}", answer.body);
        self.take(&answer);
        answer.header("location").to_owned()
    }

    async fn signs_in(&mut self, server: &TestServer, login_name: &str) {
        let body = format!("login_name={login_name}&password=violet+kettle+under+47+pines");
        assert_eq!(self.posts(server, "session/api/sign_in", &body).await, "/");
    }

    async fn shows(&self, server: &TestServer, path: &str) -> bool {
        server
            .get_with(path, &[("cookie", &self.header())])
            .await
            .body
            .contains("Vilma")
    }
}

async fn drafts(world: &World<'_>) -> i64 {
    world.one("SELECT count(*) FROM drafts").await
}

#[test]
fn a_visitor_filled_the_disk_with_forms_of_pages_they_may_not_open() {
    run(async |world| {
        let (server, mut visitor) = (TestServer::new(&world.db), Cookies::default());
        for _ in 0..3 {
            assert_eq!(
                visitor.posts(&server, CREATE, TYPED).await,
                "/sign-in?next=/users/new"
            );
        }
        assert_eq!((drafts(world).await, visitor.has("browser")), (0, false));
        let to = visitor
            .posts(
                &server,
                "session/api/sign_in",
                "login_name=nobody&password=wrong",
            )
            .await;
        assert!(
            to.starts_with("/sign-in?draft="),
            "a form that needs no session is: {to}"
        );
        assert_eq!(drafts(world).await, 1);
    });
}

#[test]
fn the_next_user_of_a_browser_read_the_previous_ones_form() {
    run(async |world| {
        world.token("maria").await;
        let (server, mut browser) = (TestServer::new(&world.db), Cookies::default());
        browser.signs_in(&server, "maria.berg").await;
        let again = browser.posts(&server, CREATE, TYPED).await;
        assert!(browser.shows(&server, &again).await, "{again}");
        let before = Cookies(
            browser
                .0
                .iter()
                .filter(|(name, _)| name == "browser")
                .cloned()
                .collect(),
        );
        assert_eq!(
            browser.posts(&server, "session/api/sign_out_now", "").await,
            "/sign-in"
        );
        assert_eq!(
            (
                drafts(world).await,
                browser.has("browser"),
                browser.has("session")
            ),
            (0, false, false)
        );
        // a user does not sign out, and another user signs in over the session
        browser.signs_in(&server, "maria.berg").await;
        let again = browser.posts(&server, CREATE, TYPED).await;
        browser.signs_in(&server, "sofia.lind").await;
        assert!(!browser.shows(&server, &again).await);
        assert_eq!(drafts(world).await, 0);
        assert!(!before.shows(&server, &again).await);
    });
}

#[test]
fn a_form_sent_after_the_session_ended_is_shown_to_its_author_again() {
    run(async |world| {
        world.token("maria").await;
        let (server, mut browser) = (TestServer::new(&world.db), Cookies::default());
        browser.signs_in(&server, "maria.berg").await;
        let evening = world.later(TimeDelta::hours(3));
        let server = TestServer::new(&evening);
        let to = browser.posts(&server, CREATE, TYPED).await;
        let again = to
            .strip_prefix("/sign-in?next=")
            .expect("by way of sign-in")
            .replace("%3F", "?")
            .replace("%3D", "=");
        assert!(again.starts_with("/users/new?draft="), "{again}");
        browser.signs_in(&server, "maria.berg").await;
        assert!(
            browser.shows(&server, &again).await,
            "nothing typed is lost"
        );
    });
}

#[test]
fn a_form_that_could_not_be_saved_as_a_draft_says_so() {
    run(async |world| {
        let (server, mut visitor) = (TestServer::new(&world.db), Cookies::default());
        let key = usher_domain::limits::Limit::DraftsOfVisitors.key("192.0.2.1");
        world
            .owner_runs(&format!(
                "INSERT INTO throttles VALUES ('{key}', 60, '2026-11-23T09:00:00Z')"
            ))
            .await;
        assert_eq!(
            visitor
                .posts(
                    &server,
                    "session/api/sign_in",
                    "login_name=nobody&password=wrong"
                )
                .await,
            "/sign-in"
        );
        let page = server
            .get_with("/sign-in", &[("cookie", &visitor.header())])
            .await;
        assert!(page.body.contains("could not be kept"), "{}", page.body);
    });
}

#[test]
fn signing_in_or_accepting_an_invitation_left_the_previous_session_alive() {
    run(async |world| {
        world.token("maria").await;
        let (server, mut browser) = (TestServer::new(&world.db), Cookies::default());
        let session = |browser: &Cookies| {
            browser
                .0
                .iter()
                .find(|(name, _)| name == "session")
                .expect("signed in")
                .1
                .clone()
        };
        browser.signs_in(&server, "maria.berg").await;
        let before = session(&browser);
        browser.signs_in(&server, "sofia.lind").await;
        let page = server
            .get_with("/profile", &[("cookie", &format!("session={before}"))])
            .await;
        assert_eq!(page.status, 303, "maria's session is over");
        let sofias = session(&browser);
        let link = invited(world).await;
        browser
            .0
            .push(("link".to_owned(), link.expose().to_owned()));
        let to = browser
            .posts(
                &server,
                "session/api/set_password",
                "new_password=violet+kettle+under+47+pines",
            )
            .await;
        assert_eq!((to.as_str(), browser.has("session")), ("/sign-in", false));
        let page = server
            .get_with("/profile", &[("cookie", &format!("session={sofias}"))])
            .await;
        assert_eq!(page.status, 303, "and so is sofia's");
    });
}

/// The link of a user's invitation.
async fn invited(world: &World<'_>) -> Token {
    let maria = world.as_("maria").await;
    let form = NewUser {
        email: "anna@example.org".to_owned(),
        way_in: "invitation".to_owned(),
        ..new_user(&maria, "Anna", "Ahl").await
    };
    users::create(&maria, form).await.expect("created");
    let mail = delivery::claim(&world.db, 1)
        .await
        .expect("claims")
        .pop()
        .expect("a mail waits");
    delivery::finish(&world.db, &mail, Ok(()))
        .await
        .expect("sent");
    mail.token.expect("a link")
}
