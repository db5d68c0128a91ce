//! Links from mails or the terminal. The token moves from the address into a short-lived cookie,
//! and the page is opened without it. Only posting the page's form consumes the token (decision
//! 0007).

use axum::extract::{Path, State};
use axum::http::header::{LOCATION, REFERRER_POLICY, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use usher_app::request::Cookie;

use crate::state::Server;

/// The maximum length of a token.
const MAX_TOKEN: usize = 128;

/// Opens a link.
pub async fn follow(
    State(server): State<Server>,
    Path((kind, token)): Path<(String, String)>,
) -> Response {
    let page = match kind.as_str() {
        "invitation" => "/set-password",
        "email" => "/confirm-email",
        "setup" => "/setup",
        _ => return crate::refused::not_found(),
    };
    // tokens consist of these characters; other characters could change the cookie header
    let is_token = (1..=MAX_TOKEN).contains(&token.len())
        && token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let no_referrer = (REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if !is_token {
        return (
            StatusCode::SEE_OTHER,
            [
                no_referrer,
                (LOCATION, HeaderValue::from_static("/link-cannot-be-used")),
            ],
        )
            .into_response();
    }
    let cookie = Cookie::Link.header(&token, server.is_secure);
    (
        StatusCode::SEE_OTHER,
        [
            no_referrer,
            (LOCATION, HeaderValue::from_static(page)),
            (SET_COOKIE, cookie),
        ],
    )
        .into_response()
}
