//! What all answers have in common, and which requests are refused before they reach a handler.

use axum::http::Method;

use crate::client::{Answer, STYLE, TestServer, request, session};
use crate::support::{run, run_bare};

const SIGN_IN: &str = "/api/usher_app/session/api/sign_in";
/// The settings behind a proxy that terminates TLS.
pub const HTTPS: &[(&str, &str)] = &[
    ("USHER_PUBLIC_URL", "https://usher.example.org"),
    ("USHER_TRUSTED_PROXIES", "1"),
];
const FORM: &str = "login_name=somebody&password=something";

/// Answers of every kind, by name.
async fn every_kind(server: &TestServer) -> Vec<(&'static str, u16, Answer)> {
    let large = "x".repeat(1024 * 1024 + 1);
    vec![
        ("page", 200, server.get("/sign-in").await),
        ("redirect", 303, server.get("/users").await),
        ("link", 303, server.get("/link/setup/abc").await),
        ("file", 200, server.get(STYLE).await),
        ("icon", 200, server.get("/favicon.svg").await),
        ("missing file", 404, server.get("/pkg/missing.js").await),
        ("probe", 200, server.get("/healthz").await),
        ("ready", 200, server.get("/readyz").await),
        (
            "method",
            405,
            server
                .send(request(Method::TRACE, "/sign-in", &[], ""))
                .await,
        ),
        (
            "posted to a page",
            405,
            server.post("/sign-in", &[], "").await,
        ),
        ("wrong login", 401, server.post(SIGN_IN, &[], FORM).await),
        (
            "no such function",
            404,
            server.post("/api/nothing", &[], "").await,
        ),
        (
            "unreadable",
            400,
            server
                .post("/api/usher_app/users/api/user_page", &[], "")
                .await,
        ),
        ("too large", 413, server.post(SIGN_IN, &[], &large).await),
        (
            "cross-site",
            403,
            server
                .post(SIGN_IN, &[("origin", "https://evil.example")], FORM)
                .await,
        ),
    ]
}

#[test]
fn every_answer_has_the_headers() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        for (kind, status, answer) in every_kind(&server).await {
            assert_eq!(answer.status.as_u16(), status, "{kind}: {}", answer.body);
            for (name, expected) in [
                ("x-content-type-options", "nosniff"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), expected, "{kind}: {name}");
            }
            let policy = answer.header("content-security-policy");
            for part in ["base-uri 'none'", "frame-ancestors 'none'"] {
                assert!(policy.contains(part), "{kind}: {policy}");
            }
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
                "{kind}: {policy}"
            );
            assert!(
                answer.header("permissions-policy").contains("camera=()"),
                "{kind}"
            );
            assert_eq!(
                answer.header("referrer-policy"),
                if kind == "link" {
                    "no-referrer"
                } else {
                    "same-origin"
                },
                "{kind}"
            );
            assert_eq!(answer.header("x-request-id").len(), 36, "{kind}");
            assert_eq!(
                answer.header("strict-transport-security"),
                "",
                "{kind}: on plain http"
            );
            let caching = answer.header("cache-control");
            match kind {
                "file" => assert_eq!(caching, "public, max-age=31536000, immutable"),
                "icon" => assert_eq!(caching, "public, no-cache"),
                _ => assert_eq!(caching, "no-store", "{kind}"),
            }
        }
    });
}

#[test]
fn every_https_answer_asks_for_https_from_then_on() {
    run_bare(async |database| {
        let server = TestServer::with(&database.db, HTTPS);
        for (kind, _, answer) in every_kind(&server).await {
            assert_eq!(
                answer.header("strict-transport-security"),
                "max-age=63072000; includeSubDomains",
                "{kind}"
            );
        }
        let answer = server.get("/link/invitation/abc").await;
        assert_eq!(
            answer.cookies(),
            ["__Host-link=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=1800; Secure"]
        );
    });
}

#[test]
fn each_page_has_its_own_nonce() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        let nonce = |answer: &Answer| {
            let policy = answer.header("content-security-policy").to_owned();
            let nonce = policy
                .split("'nonce-")
                .nth(1)
                .and_then(|rest| rest.split('\'').next())
                .unwrap_or_default()
                .to_owned();
            assert_eq!(nonce.len(), 22, "{policy}");
            assert!(
                policy.contains("object-src 'none'")
                    && policy.contains("'strict-dynamic' 'wasm-unsafe-eval'"),
                "{policy}"
            );
            nonce
        };
        let (first, second) = (
            server.get("/set-password").await,
            server.get("/set-password").await,
        );
        assert_ne!(nonce(&first), nonce(&second));
        assert!(
            first.body.contains(&format!("nonce=\"{}\"", nonce(&first))),
            "{}",
            first.body
        );
    });
}

#[test]
fn only_get_head_and_post_are_accepted() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        for method in [
            Method::TRACE,
            Method::OPTIONS,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::CONNECT,
        ] {
            for path in ["/sign-in", SIGN_IN, STYLE, "/nowhere"] {
                let answer = server.send(request(method.clone(), path, &[], "")).await;
                assert_eq!(answer.status, 405, "{method} {path}");
                assert_eq!(answer.header("allow"), "GET, HEAD, POST");
            }
        }
        let answer = server
            .send(request(Method::HEAD, "/sign-in", &[], ""))
            .await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
        assert_eq!(
            server.get(SIGN_IN).await.status,
            405,
            "a change is never a GET"
        );
    });
}

#[test]
fn a_page_of_another_site_changes_nothing() {
    run_bare(async |database| {
        let server = TestServer::with(&database.db, HTTPS);
        for kind in [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "text/plain",
            "application/json",
        ] {
            for headers in [
                [
                    ("origin", "https://evil.example"),
                    ("sec-fetch-site", "cross-site"),
                ],
                [
                    ("origin", "https://other.example.org"),
                    ("sec-fetch-site", "same-site"),
                ],
                [("origin", "null"), ("host", "usher.example.org")],
                [("origin", "http://usher.example.org"), ("host", "inside")],
            ] {
                let answer = server
                    .post(
                        SIGN_IN,
                        &[headers[0], headers[1], ("content-type", kind)],
                        FORM,
                    )
                    .await;
                assert_eq!(answer.status, 403, "{kind} {headers:?}");
            }
        }
        for own in [
            ("origin", "https://usher.example.org"),
            ("sec-fetch-site", "same-origin"),
        ] {
            assert_eq!(
                server
                    .post(SIGN_IN, &[own, ("host", "usher.example.org")], FORM)
                    .await
                    .status,
                401,
                "{own:?}"
            );
            assert_eq!(
                server
                    .post(SIGN_IN, &[own, ("host", "inside")], FORM)
                    .await
                    .status,
                421,
                "{own:?}"
            );
        }
        let rebound = [("origin", "http://evil.example"), ("host", "evil.example")];
        assert_eq!(
            server.post(SIGN_IN, &rebound, FORM).await.status,
            421,
            "a name of another site that leads here"
        );
    });
}

#[test]
fn attempts_of_another_sites_page_are_recorded_without_filling_the_table() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        for _ in 0..30 {
            let answer = server
                .post(
                    &format!("{SIGN_IN}?secret"),
                    &[("origin", "https://evil.example")],
                    FORM,
                )
                .await;
            assert_eq!(answer.status, 403);
        }
        let kept: Vec<String> = database
            .all("SELECT concat_ws(' ', kind, subject, address) FROM security_events")
            .await;
        assert_eq!(kept.len(), 20);
        assert_eq!(kept[0], format!("cross_site {SIGN_IN} 192.0.2.1"));
    });
}

#[test]
fn files_are_compressed_and_pages_are_never_files() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        let answer = server
            .get_with(STYLE, &[("accept-encoding", "gzip, br")])
            .await;
        assert_eq!(
            (answer.header("content-encoding"), answer.body.as_str()),
            ("br", "compressed")
        );
        assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
        let answer = server.get("/pkg/usher.css").await;
        assert_eq!(
            (
                answer.header("content-encoding"),
                answer.header("cache-control")
            ),
            ("", "public, no-cache")
        );
        let page = server
            .get_with("/sign-in", &[("accept-encoding", "br")])
            .await;
        assert_eq!(page.header("content-encoding"), "br");
        for path in [
            "/users/secret.css",
            "/..%2f..%2fetc/passwd.txt",
            "/pkg/",
            "/pkg/../../Cargo.toml",
        ] {
            let answer = server.get(path).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("cache-control")),
                (404, "no-store"),
                "{path}"
            );
        }
    });
}

#[test]
fn an_unreadable_request_is_a_client_error() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        let path = "/api/usher_app/users/api/user_page";
        let answer = server.post(path, &[], "nothing=here").await;
        assert_eq!(
            (answer.status.as_u16(), answer.body.as_str()),
            (400, "\"stale\"")
        );
        let from = [
            ("accept", "text/html"),
            ("referer", "https://evil.example/page"),
        ];
        let answer = server.post(path, &from, "nothing=here").await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (400, "")
        );
        assert!(answer.body.contains("out of date"));
    });
}

#[test]
fn a_page_function_posted_as_a_form_led_to_the_referer() {
    run(async |world| {
        let server = TestServer::new(&world.db);
        let cookie = session(&world.token("maria").await);
        let from = [
            ("accept", "text/html"),
            ("referer", "https://evil.example/page"),
            ("cookie", &cookie),
        ];
        let answer = server
            .post("/api/usher_app/users/api/user_list", &from, "query[q]=")
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (200, ""),
            "{}",
            answer.body
        );
    });
}

#[test]
fn any_content_type_was_read_as_a_form() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        for kind in [
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/json",
            "",
        ] {
            let answer = server
                .post(
                    SIGN_IN,
                    &[("content-type", kind)],
                    "login_name=a&password=b",
                )
                .await;
            assert_eq!(answer.status, 415, "{kind}");
        }
        for kind in [
            "application/x-www-form-urlencoded",
            "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
        ] {
            let answer = server
                .post(
                    SIGN_IN,
                    &[("content-type", kind)],
                    "login_name=a&password=b",
                )
                .await;
            assert_eq!(answer.status, 401, "{kind}");
        }
    });
}

#[test]
fn a_request_for_another_host_was_served() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        for host in [
            "evil.example",
            "127.0.0.1.evil.example:3000",
            "usher.example.org",
            "",
        ] {
            assert_eq!(
                server.get_with("/sign-in", &[("host", host)]).await.status,
                421,
                "{host}"
            );
            assert_eq!(
                server.get_with("/healthz", &[("host", host)]).await.status,
                200,
                "{host}"
            );
        }
        for host in ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"] {
            assert_eq!(
                server.get_with("/sign-in", &[("host", host)]).await.status,
                200,
                "{host}"
            );
        }
        let public = TestServer::with(&database.db, HTTPS);
        assert_eq!(
            public
                .get_with("/sign-in", &[("host", "Usher.example.org")])
                .await
                .status,
            200
        );
        for host in ["localhost", "usher.example.org:8443"] {
            assert_eq!(
                public.get_with("/sign-in", &[("host", host)]).await.status,
                421,
                "{host}"
            );
        }
    });
}

#[test]
fn a_body_without_a_length_is_limited_too() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        let at_most = format!("login_name=a&password={}", "x".repeat(1024 * 1024 - 22));
        assert_eq!(at_most.len(), 1024 * 1024);
        assert_eq!(server.post(SIGN_IN, &[], &at_most).await.status, 401);
        assert_eq!(
            server
                .post(SIGN_IN, &[], &format!("{at_most}x"))
                .await
                .status,
            413
        );
    });
}
