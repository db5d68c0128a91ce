//! Authentication of requests, and redirects.

use axum::http::header::COOKIE;

use crate::client::{Answer, TestServer, session};
use crate::middleware::HTTPS;
use crate::support::{TEMPORARY, World, run, run_bare};
use usher_domain::limits::Limit;
use usher_types::Secret;
use usher_types::users::SetTemporaryPassword;

const SIGN_IN: &str = "/api/usher_app/session/api/sign_in";

#[test]
fn a_private_page_leads_to_sign_in_and_back() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        for (wanted, to) in [
            ("/", "/sign-in"),
            ("/users", "/sign-in?next=/users"),
            (
                "/users?q=%C3%A5sa&status=active",
                "/sign-in?next=/users%3Fq%3D%25C3%25A5sa%26status%3Dactive",
            ),
            ("/no-such-page", "/sign-in?next=/no-such-page"),
            ("//evil.example/", "/sign-in"),
        ] {
            let answer = server.get(wanted).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("location")),
                (303, to),
                "{wanted}"
            );
        }
        for page in usher_app::PUBLIC {
            assert!(server.get(page).await.status != 303, "{page}");
        }
    });
}

#[test]
fn a_valid_session_opens_pages_and_an_invalid_one_does_not() {
    run(async |world| {
        let server = TestServer::new(&world.db);
        let maria = world.token("maria").await;
        let answer = server.get_as(&maria, "/users").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains("Karin Ek"));
        assert_eq!(
            server.get_as(&maria, "/sign-in").await.header("location"),
            "/"
        );
        assert_eq!(server.get_as(&maria, "/no-such-page").await.status, 404);
        let answer = server
            .get_with("/users", &[(COOKIE.as_str(), "session=somebody")])
            .await;
        assert_eq!(answer.header("location"), "/sign-in?next=/users");
        // on https, a cookie without the `__Host-` prefix is not a session, because any page of the
        // domain could have set it
        let secure = TestServer::with(&world.db, HTTPS);
        assert_eq!(secure.get_as(&maria, "/users").await.status, 303);
        let host = format!("__Host-{}", session(&maria));
        assert_eq!(
            secure
                .get_with("/users", &[(COOKIE.as_str(), &host)])
                .await
                .status,
            200
        );
    });
}

#[test]
fn a_temporary_password_is_changed_before_anything_else() {
    run(async |world| {
        let server = TestServer::new(&world.db);
        let form = SetTemporaryPassword {
            user: world.id("karin").to_string(),
            temporary_password: Secret::new(TEMPORARY),
            ..Default::default()
        };
        usher_domain::users::set_temporary_password(&world.as_("maria").await, &form)
            .await
            .expect("set");
        let token = world.signs_in("karin.ek", TEMPORARY).await;
        for page in ["/", "/users", "/profile"] {
            assert_eq!(
                server.get_as(&token, page).await.header("location"),
                "/profile/password",
                "{page}"
            );
        }
        assert_eq!(server.get_as(&token, "/profile/password").await.status, 200);
    });
}

#[test]
fn signing_in_redirects_only_to_own_pages() {
    run(async |world| {
        let server = TestServer::new(&world.db);
        for (next, to) in [
            ("/users", "/users"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("", "/"),
        ] {
            let body =
                format!("login_name=sofia.lind&password=violet+kettle+under+47+pines&next={next}");
            let answer = server
                .post(SIGN_IN, &[("accept", "text/html")], &body)
                .await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("location")),
                (302, to),
                "{next}: {}",
                answer.body
            );
            let cookies = answer.cookies();
            assert!(
                cookies.iter().any(|cookie| cookie.starts_with("session=")
                    && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax")),
                "{cookies:?}"
            );
        }
    });
}

#[test]
fn a_known_browser_was_locked_out_by_the_guesses_of_others() {
    run(async |world| {
        world.token("karin").await;
        let server = TestServer::new(&world.db);
        let body =
            |who: &str| format!("login_name={who}&password=violet+kettle+under+47+pines&next=");
        let known = |answer: &Answer| {
            let cookie = answer
                .cookies()
                .into_iter()
                .find(|cookie| cookie.starts_with("known="))
                .expect("it is known from now on");
            assert!(
                cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000"),
                "{cookie}"
            );
            cookie.split(';').next().unwrap_or_default().to_owned()
        };
        let sofias = known(&server.post(SIGN_IN, &[], &body("sofia.lind")).await);
        // colleagues share the browser; values that are not tokens are dropped
        let both = known(
            &server
                .post(
                    SIGN_IN,
                    &[("cookie", &format!("{sofias}.%0d%0aX.b%3B"))],
                    &body("karin.ek"),
                )
                .await,
        );
        assert!(
            both.ends_with(sofias.trim_start_matches("known=")) && both.matches('.').count() == 1,
            "{both}"
        );
        let key = Limit::WrongPasswords.key("sofia.lind");
        world
            .owner_runs(&format!(
                "INSERT INTO throttles VALUES ('{key}', 17, '2026-11-23', '2027-01-01')"
            ))
            .await;
        for (cookie, status) in [
            ("", 429),
            ("known=made-up", 429),
            (sofias.as_str(), 200),
            (both.as_str(), 200),
        ] {
            assert_eq!(
                server
                    .post(SIGN_IN, &[("cookie", cookie)], &body("sofia.lind"))
                    .await
                    .status,
                status,
                "{cookie}"
            );
        }
        // signing out does not make the browser unknown
        let signed_in = format!("{}; {both}", session(&world.token("sofia").await));
        let left = server
            .post(
                "/api/usher_app/session/api/sign_out_now",
                &[("cookie", &signed_in)],
                "",
            )
            .await;
        assert!(
            left.status == 200
                && !left
                    .cookies()
                    .iter()
                    .any(|cookie| cookie.starts_with("known=")),
            "{:?}",
            left.cookies()
        );
        // changing the password makes all other browsers unknown
        let karin = format!("{}; {both}", session(&world.token("karin").await));
        let new = "current_password=violet+kettle+under+47+pines&new_password=seven+herons+waiting+at+noon+22";
        let changed = known(
            &server
                .post(
                    "/api/usher_app/profile/api/change_password",
                    &[("cookie", &karin)],
                    new,
                )
                .await,
        );
        assert_ne!(changed.split('.').next(), both.split('.').next());
        let secure = TestServer::with(&world.db, HTTPS);
        let cookies = secure
            .post(
                SIGN_IN,
                &[("cookie", &format!("__Host-{sofias}"))],
                &body("sofia.lind"),
            )
            .await;
        let named =
            |cookie: &&&str| cookie.starts_with("__Host-known=") && cookie.ends_with("; Secure");
        assert_eq!(
            cookies.cookies().iter().filter(named).count(),
            1,
            "{:?}",
            cookies.cookies()
        );
    });
}

#[test]
fn a_notice_is_shown_once() {
    run(async |world| {
        let server = TestServer::new(&world.db);
        let sofia = session(&world.token("sofia").await);
        let cookie = format!("{sofia}; notice=done_saved");
        let answer = server
            .get_with("/users", &[(COOKIE.as_str(), &cookie)])
            .await;
        assert_eq!(
            answer.cookies(),
            ["notice=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"]
        );
        // a redirect does not show the notice, so the cookie stays
        let answer = server
            .get_with("/sign-in", &[(COOKIE.as_str(), &cookie)])
            .await;
        assert!(answer.cookies().is_empty());
    });
}

#[test]
fn the_language_is_the_persons_or_else_the_cookies_or_else_the_browsers() {
    run(async |world| {
        let server = TestServer::new(&world.db);
        let swedish = |body: &str| body.contains("lang=\"sv\" translate");
        assert!(swedish(
            &server
                .get_with("/sign-in", &[("accept-language", "sv,en;q=0.5")])
                .await
                .body
        ));
        assert!(!swedish(
            &server
                .get_with(
                    "/sign-in",
                    &[("accept-language", "sv"), ("cookie", "language=en")]
                )
                .await
                .body
        ));
        let sofia = format!("{}; language=sv", session(&world.token("sofia").await));
        let answer = server
            .get_with("/users", &[("accept-language", "sv"), ("cookie", &sofia)])
            .await;
        assert!(!swedish(&answer.body), "her organisation's");
    });
}

#[test]
fn a_links_token_moves_into_a_cookie() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        for (kind, page) in [
            ("invitation", "/set-password"),
            ("email", "/confirm-email"),
            ("setup", "/setup"),
        ] {
            let answer = server.get(&format!("/link/{kind}/abc_DEF-123")).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("location")),
                (303, page)
            );
            assert_eq!(
                answer.cookies(),
                ["link=abc_DEF-123; Path=/; HttpOnly; SameSite=Lax; Max-Age=1800"]
            );
        }
        for bad in [
            "a%3B%20Domain=evil.example",
            "%0d%0aX:%20y",
            "a.b",
            &"a".repeat(200),
        ] {
            let answer = server.get(&format!("/link/invitation/{bad}")).await;
            assert_eq!(
                (answer.header("location"), answer.cookies().len()),
                ("/link-cannot-be-used", 0),
                "{bad}"
            );
        }
        assert_eq!(server.get("/link/other/abc").await.status, 404);
    });
}

/// Makes sign-ins with a wrong password from a forged address; returns the highest count of
/// failures of an address.
async fn guesses(
    world: &World<'_>,
    settings: &[(&str, &str)],
    forge: impl Fn(usize) -> String,
) -> i32 {
    let server = TestServer::with(&world.db, settings);
    for n in 0..12 {
        let body = format!("login_name=nobody{n}&password=wrong+wrong+wrong");
        assert_eq!(
            server
                .post(SIGN_IN, &[("x-forwarded-for", &forge(n))], &body)
                .await
                .status,
            401
        );
    }
    world.one("SELECT max(failures) FROM throttles").await
}

#[test]
fn a_forged_address_does_not_escape_the_limit() {
    run(async |world| {
        assert_eq!(guesses(world, &[], |n| format!("198.51.100.{n}")).await, 12);
    });
    run(async |world| {
        let behind = [("USHER_TRUSTED_PROXIES", "1")];
        assert_eq!(
            guesses(world, &behind, |n| format!("198.51.100.{n}, 203.0.113.9")).await,
            12
        );
        // clients behind the proxy are counted separately
        world.owner_runs("DELETE FROM throttles").await;
        assert_eq!(
            guesses(world, &behind, |n| format!("203.0.113.{}", n + 20)).await,
            1
        );
    });
}
