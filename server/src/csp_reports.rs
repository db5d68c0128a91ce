//! Browsers' reports about violations of the content security policy (ASVS 3.4.7), written to the
//! log, which an operator may monitor.
//!
//! Anybody can post reports, so they are limited in size and rate, and sanitised: addresses lose
//! every part that may be secret.

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::refused;
use crate::state::Server;

/// The address to which browsers post reports.
pub const PATH: &str = "/csp-report";
const MAX_BYTES: usize = 16 * 1024;
/// The maximum number of characters of a value.
const MAX_LENGTH: usize = 200;

/// A sanitised report.
#[derive(Debug, PartialEq, Eq)]
struct Report {
    directive: String,
    blocked: String,
    page: String,
}

/// Receives a report, in the old or the new format.
pub async fn receive(State(server): State<Server>, body: Body) -> Response {
    let Ok(bytes) = to_bytes(body, MAX_BYTES).await else {
        return refused::too_large();
    };
    let Ok(posted) = serde_json::from_slice::<Value>(&bytes) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    for report in parse(&posted) {
        if !server.csp_reports.allows() {
            break;
        }
        tracing::warn!(
            directive = report.directive,
            blocked = report.blocked,
            page = report.page,
            "the content security policy of a page blocked something"
        );
    }
    StatusCode::NO_CONTENT.into_response()
}

fn parse(posted: &Value) -> Vec<Report> {
    let new = posted
        .as_array()
        .into_iter()
        .flatten()
        .filter(|report| report["type"] == "csp-violation")
        .map(|report| &report["body"]);
    let new = new.map(|body| report(body, ["effectiveDirective", "blockedURL", "documentURL"]));
    let old = posted
        .get("csp-report")
        .map(|body| report(body, ["effective-directive", "blocked-uri", "document-uri"]));
    new.chain(old).collect()
}

fn report(body: &Value, [directive, blocked, page]: [&str; 3]) -> Report {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    // the sample of the script in the report is left out, because it may be personal data
    Report {
        directive: sanitise(text(directive)),
        blocked: sanitise(origin(text(blocked))),
        page: sanitise(path(text(page))),
    }
}

/// The origin of another site's address; a keyword such as `inline` unchanged.
fn origin(address: &str) -> &str {
    let Some(begin) = address.find("://").map(|at| at + 3) else {
        return address.split(':').next().unwrap_or_default();
    };
    let end = address[begin..]
        .find(['/', '?', '#'])
        .map_or(address.len(), |at| begin + at);
    // a user name and a password may precede the host
    if address[begin..end].contains('@') {
        &address[..begin]
    } else {
        &address[..end]
    }
}

/// The path of one of our own pages, without the query and without a link's token.
fn path(address: &str) -> &str {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let path = address
        .find("://")
        .and_then(|at| {
            address[at + 3..]
                .find('/')
                .map(|slash| &address[at + 3 + slash..])
        })
        .unwrap_or("/");
    if path.starts_with("/link/") {
        "/link/…"
    } else {
        path
    }
}

/// Shortens a text to one short line, so that a report cannot forge log lines (ASVS 16.4.1).
fn sanitise(text: &str) -> String {
    text.chars()
        .filter(|char| char.is_ascii_graphic() || *char == '…')
        .take(MAX_LENGTH)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_logged_report_contains_nothing_that_may_be_secret() {
        let expected = |blocked: &str, page: &str| Report {
            directive: "script-src-elem".to_owned(),
            blocked: blocked.to_owned(),
            page: page.to_owned(),
        };
        let old = json!({"csp-report": {
            "effective-directive": "script-src-elem", "blocked-uri": "https://user:secret@evil.example/secret?secret#secret",
            "document-uri": "https://usher.example.org/link/invitation/secret", "script-sample": "secret",
        }});
        assert_eq!(parse(&old), [expected("https://", "/link/…")]);
        let new = json!([
            {"type": "csp-violation", "body": {"effectiveDirective": "script-src-elem", "blockedURL": "https://evil.example/secret", "documentURL": "https://usher.example.org/users?q=secret", "sample": "secret"}},
            {"type": "deprecation", "body": {"message": "secret"}},
            {"type": "csp-violation", "body": {"effectiveDirective": "script-src-elem\n\u{1b}[31mforged", "blockedURL": "inline"}},
        ]);
        let reports = parse(&new);
        assert_eq!(reports[0], expected("https://evil.example", "/users"));
        assert_eq!(
            (
                reports[1].directive.as_str(),
                reports[1].blocked.as_str(),
                reports[1].page.as_str()
            ),
            ("script-src-elem[31mforged", "inline", "/")
        );
        assert_eq!(reports.len(), 2);
        assert!(parse(&json!("nothing")).is_empty() && parse(&json!([1, null])).is_empty());
    }
}
