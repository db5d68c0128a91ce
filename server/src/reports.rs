//! What browsers say the policy of a page kept from happening (ASVS 3.4.7): a line in the log, which an operator may watch.
//!
//! Anybody can post here, so it is little, seldom, and made harmless: of an address only what cannot hold a secret is kept.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::refused;
use crate::router::Server;

/// Where they are posted.
pub const PATH: &str = "/csp-report";
const LARGEST: usize = 16 * 1024;
/// Lines in the log for each minute: a broken page is reported by everybody who opens it, and told by one as well.
const MOST: u32 = 20;
const WINDOW: Duration = Duration::from_secs(60);
/// Characters of one value.
const LONGEST: usize = 200;

/// How many were told lately, by this server.
#[derive(Default)]
pub struct Told(Mutex<Option<(Instant, u32)>>);

impl Told {
    /// Counts one; whether it may still be told.
    fn one_more(&self) -> bool {
        let Ok(mut lately) = self.0.lock() else { return false };
        let (since, count) = lately.filter(|(since, _)| since.elapsed() < WINDOW).unwrap_or_else(|| (Instant::now(), 0));
        *lately = Some((since, count.saturating_add(1)));
        count < MOST
    }
}

/// What one report says, made harmless.
#[derive(Debug, PartialEq, Eq)]
struct Report {
    directive: String,
    blocked: String,
    page: String,
}

/// Takes a report, in the old form or the new.
pub async fn take(State(server): State<Server>, body: Body) -> Response {
    let Ok(bytes) = to_bytes(body, LARGEST).await else { return refused::too_large() };
    let Ok(posted) = serde_json::from_slice::<Value>(&bytes) else { return StatusCode::BAD_REQUEST.into_response() };
    for report in read(&posted) {
        if !server.told.one_more() {
            break;
        }
        tracing::warn!(
            directive = report.directive,
            blocked = report.blocked,
            page = report.page,
            "a page's policy kept something from happening"
        );
    }
    StatusCode::NO_CONTENT.into_response()
}

fn read(posted: &Value) -> Vec<Report> {
    let new = posted.as_array().into_iter().flatten().filter(|report| report["type"] == "csp-violation").map(|report| &report["body"]);
    let new = new.map(|body| report(body, ["effectiveDirective", "blockedURL", "documentURL"]));
    let old = posted.get("csp-report").map(|body| report(body, ["effective-directive", "blocked-uri", "document-uri"]));
    new.chain(old).collect()
}

fn report(body: &Value, [directive, blocked, page]: [&str; 3]) -> Report {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    // the script's own text, which a report may hold, is left out: it may be somebody's data
    Report { directive: harmless(text(directive)), blocked: harmless(origin(text(blocked))), page: harmless(path(text(page))) }
}

/// Of another site its origin; a word such as `inline` as it is.
fn origin(address: &str) -> &str {
    let Some(begin) = address.find("://").map(|at| at + 3) else { return address.split(':').next().unwrap_or_default() };
    let end = address[begin..].find(['/', '?', '#']).map_or(address.len(), |at| begin + at);
    // a name and a password may stand before the host
    if address[begin..end].contains('@') { &address[..begin] } else { &address[..end] }
}

/// Of our own page its path, never its query, and never a link's token.
fn path(address: &str) -> &str {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let path = address.find("://").and_then(|at| address[at + 3..].find('/').map(|slash| &address[at + 3 + slash..])).unwrap_or("/");
    if path.starts_with("/link/") { "/link/…" } else { path }
}

/// One short line: nobody writes into the log what looks like another line of it (ASVS 16.4.1).
fn harmless(text: &str) -> String {
    text.chars().filter(|char| char.is_ascii_graphic() || *char == '…').take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_is_told_without_what_could_be_secret() {
        let expected = |blocked: &str, page: &str| Report {
            directive: "script-src-elem".to_owned(),
            blocked: blocked.to_owned(),
            page: page.to_owned(),
        };
        let old = json!({"csp-report": {
            "effective-directive": "script-src-elem", "blocked-uri": "https://user:secret@evil.example/secret?secret#secret",
            "document-uri": "https://usher.example.org/link/invitation/secret", "script-sample": "secret",
        }});
        assert_eq!(read(&old), [expected("https://", "/link/…")]);
        let new = json!([
            {"type": "csp-violation", "body": {"effectiveDirective": "script-src-elem", "blockedURL": "https://evil.example/secret", "documentURL": "https://usher.example.org/users?q=secret", "sample": "secret"}},
            {"type": "deprecation", "body": {"message": "secret"}},
            {"type": "csp-violation", "body": {"effectiveDirective": "script-src-elem\n\u{1b}[31mforged", "blockedURL": "inline"}},
        ]);
        let read = read(&new);
        assert_eq!(read[0], expected("https://evil.example", "/users"));
        assert_eq!(
            (read[1].directive.as_str(), read[1].blocked.as_str(), read[1].page.as_str()),
            ("script-src-elem[31mforged", "inline", "/")
        );
        assert_eq!(read.len(), 2);
        assert!(super::read(&json!("nothing")).is_empty() && super::read(&json!([1, null])).is_empty());
    }

    #[test]
    fn reports_do_not_fill_the_log() {
        let told = Told::default();
        assert_eq!((0..1_000).filter(|_| told.one_more()).count(), MOST as usize);
    }
}
