//! Browsers' reports about violations of the content security policy (ASVS 3.4.7).

use crate::client::TestServer;
use crate::support::run_bare;

const REPORT: &str =
    r#"{"csp-report": {"effective-directive": "script-src", "blocked-uri": "inline"}}"#;

#[test]
fn a_page_names_the_address_of_reports_which_accepts_them() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        let page = server.get("/sign-in").await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.ends_with("report-uri /csp-report; report-to csp"),
            "{policy}"
        );
        assert_eq!(page.header("reporting-endpoints"), "csp=\"/csp-report\"");
        // as browsers send them, including those that send a null origin
        for (kind, origin) in [
            ("application/csp-report", "null"),
            ("application/reports+json", "http://127.0.0.1:3000"),
        ] {
            let answer = server
                .post(
                    "/csp-report",
                    &[("content-type", kind), ("origin", origin)],
                    REPORT,
                )
                .await;
            assert_eq!(
                (
                    answer.status.as_u16(),
                    answer.body.as_str(),
                    answer.cookies().len()
                ),
                (204, "", 0),
                "{kind}"
            );
        }
        assert_eq!(server.get("/csp-report").await.status, 405);
    });
}

#[test]
fn a_malformed_or_too_large_report_is_refused() {
    run_bare(async |database| {
        let server = TestServer::new(&database.db);
        assert_eq!(
            server.post("/csp-report", &[], "nothing=here").await.status,
            400
        );
        let large = format!("[\"{}\"]", "x".repeat(16 * 1024));
        assert_eq!(server.post("/csp-report", &[], &large).await.status, 413);
        assert_eq!(
            server
                .post("/csp-report", &[], &"[".repeat(10_000))
                .await
                .status,
            400,
            "nested without end"
        );
    });
}
