//! Authentication: creates a [`Caller`] from each request's cookies and passes it to every page and
//! server function.
//!
//! Invariant: a page that is not in [`PUBLIC`](usher_app::PUBLIC) is rendered only for a signed-in
//! user. For a user with a temporary password, only the page that changes it is rendered.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderName, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use axum_extra::extract::CookieJar;
use usher_app::request::{Caller, Cookie, loggable_path, parse_known_browsers};
use usher_app::{Notice, PUBLIC};
use usher_domain::audit;
use usher_domain::drafts::Browser;
use usher_domain::sealing::Token;
use usher_types::url::{encode, own_path};
use usher_types::{Language, Theme};
use uuid::Uuid;

use crate::state::Server;
use crate::{body, pages, refused};

const SIGN_IN: &str = "/sign-in";
const CHANGE_PASSWORD: &str = "/profile/password";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED: &str = "x-forwarded-for";
const FORM: &str = "application/x-www-form-urlencoded";

/// The request's id, which the log and the error page show.
#[derive(Clone, Copy)]
pub struct RequestId(pub Uuid);

/// Assigns the request its id, and writes a log line for it. The line never contains the query or a
/// link's token, which may be secret.
pub async fn assign_request_id(mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    #[expect(
        clippy::disallowed_methods,
        reason = "the request's id is created before there is a scope"
    )]
    let id = Uuid::now_v7();
    request.extensions_mut().insert(RequestId(id));
    let method = request.method().clone();
    let path = loggable_path(request.uri().path());
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let (status, ms) = (
        response.status().as_u16(),
        start.elapsed().as_millis() as u64,
    );
    tracing::info!(request = %id, %method, path, status, ms, "answered");
    response
}

/// Creates the [`Caller`], and redirects users who may not see the page to a page that they may
/// see.
pub async fn authenticate(
    State(server): State<Server>,
    Extension(RequestId(id)): Extension<RequestId>,
    mut request: Request,
    next: Next,
) -> Response {
    if server.trusted_proxies == 0 && request.headers().contains_key(FORWARDED) {
        server.warn_of_untrusted_proxy();
    }
    let is_page = is_page(&request);
    let (visitor, session) = visitor(&server, id, &request, is_page);
    let caller = match sign_in(visitor, session).await {
        Ok(caller) => caller,
        Err(error) => {
            tracing::error!(%error, request = %id, "cannot authenticate the request");
            return if is_page || pages::is_plain_form_post(request.headers()) {
                refused::unavailable()
            } else {
                refused::unavailable_function()
            };
        }
    };
    if is_page && let Some(to) = redirect_target(&caller, &request) {
        return see_other(&to);
    }
    let has_notice = caller.notice.is_some();
    request.extensions_mut().insert(caller);
    let mut response = next.run(request).await;
    if has_notice && !response.status().is_redirection() {
        response
            .headers_mut()
            .append(SET_COOKIE, Cookie::Notice.header("", server.is_secure));
    }
    response
}

/// Shows the typed values of a plainly posted form that a server error prevented from being saved
/// as a draft, because the database is read-only or does not answer. The user may be unknown then,
/// so the language is the browser's.
pub async fn save_typed(State(server): State<Server>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !pages::is_plain_form_post(request.headers()) {
        return next.run(request).await;
    }
    let Some((parts, bytes)) = body::read(request).await else {
        return refused::too_large();
    };
    let (path, language) = (
        parts.uri.path().to_owned(),
        language(&server, &parts.headers),
    );
    let again = Request::from_parts(parts, Body::from(bytes.clone()));
    let response = next.run(again).await;
    if !response.status().is_server_error() {
        return response;
    }
    let posted = axum::http::Request::builder()
        .method(Method::POST)
        .header(CONTENT_TYPE, FORM)
        .body(Body::from(bytes))
        .ok();
    let Some(posted) = posted else {
        return response;
    };
    match Form::<Vec<(String, String)>>::from_request(posted, &()).await {
        Ok(Form(posted)) => refused::unsaved(response.status(), language, &path, posted),
        Err(_) => response,
    }
}

/// Records that a page of another site requested a change, which was refused (ASVS 16.3.3). The
/// session is not read, because a browser sends none of our cookies with such a request.
pub async fn record_cross_site(
    State(server): State<Server>,
    Extension(RequestId(id)): Extension<RequestId>,
    request: Request,
    next: Next,
) -> Response {
    let address = address(&request, server.trusted_proxies);
    let path = loggable_path(request.uri().path());
    let response = next.run(request).await;
    if response.extensions().get::<refused::CrossSite>().is_some() {
        tracing::warn!(request = %id, path, "refused a request from a page of another site");
        if let Err(error) = audit::cross_site(&server.db.visitor(id), &path, &address).await {
            tracing::error!(%error, request = %id, "cannot record a refusal");
        }
    }
    response
}

fn is_page(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
        && !request.uri().path().starts_with("/api/")
}

/// The caller as a visitor, from the request's headers, and the session token that the request
/// claims.
fn visitor(server: &Server, id: Uuid, request: &Request, is_page: bool) -> (Caller, Option<Token>) {
    let headers = request.headers();
    let cookies = CookieJar::from_headers(headers);
    let cookie = |kind: Cookie| {
        cookies
            .get(&kind.name(server.is_secure))
            .map(|cookie| cookie.value().to_owned())
            .filter(|value| !value.is_empty())
    };
    let token = |kind| cookie(kind).map(|value| Token::from_text(&value));
    let language = language(server, headers);
    let visitor = Caller {
        db: server.db.clone(),
        scope: server.db.visitor(id).with_language(language),
        me: None,
        language,
        theme: cookie(Cookie::Theme)
            .as_deref()
            .and_then(Theme::from_code)
            .unwrap_or_default(),
        session: None,
        link: token(Cookie::Link),
        browser: cookie(Cookie::Browser).map(|value| Browser::from_text(&value)),
        known_browsers: cookie(Cookie::Known)
            .map(|value| parse_known_browsers(&value))
            .unwrap_or_default(),
        address: address(request, server.trusted_proxies),
        request: id,
        secure: server.is_secure,
        notice: if is_page {
            cookie(Cookie::Notice).and_then(|code| Notice::from_code(&code))
        } else {
            None
        },
        flashed_password: None,
    };
    (visitor, token(Cookie::Session))
}

/// The signed-in caller, if the session is valid.
async fn sign_in(visitor: Caller, session: Option<Token>) -> usher_domain::Result<Caller> {
    let Some(session) = session else {
        return Ok(visitor);
    };
    let Some(found) = visitor.db.authenticate(&session, visitor.request).await? else {
        return Ok(visitor);
    };
    let mut caller = visitor.signed_in(found, session);
    caller.take_flashed_password().await?;
    Ok(caller)
}

/// Where to redirect the caller instead of the requested page.
fn redirect_target(caller: &Caller, request: &Request) -> Option<String> {
    let path = request.uri().path();
    let wanted = request
        .uri()
        .path_and_query()
        .map_or(path, |wanted| wanted.as_str());
    let is_public = PUBLIC.contains(&path);
    match &caller.me {
        None if is_public => None,
        None if wanted == "/" => Some(SIGN_IN.to_owned()),
        None => Some(own_path(wanted).map_or_else(
            || SIGN_IN.to_owned(),
            |wanted| format!("{SIGN_IN}?next={}", encode(wanted)),
        )),
        Some(_) if path == SIGN_IN => Some("/".to_owned()),
        Some(me) if me.must_change_password && path != CHANGE_PASSWORD && !is_public => {
            Some(CHANGE_PASSWORD.to_owned())
        }
        Some(_) => None,
    }
}

fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response(),
        Err(_) => refused::not_found(),
    }
}

/// A visitor's language: the language chosen in this browser, or else the best match of the
/// browser's languages.
fn language(server: &Server, headers: &HeaderMap) -> Language {
    let chosen = CookieJar::from_headers(headers)
        .get(&Cookie::Language.name(server.is_secure))
        .map(|cookie| cookie.value().to_owned());
    chosen
        .as_deref()
        .and_then(Language::from_code)
        .unwrap_or_else(|| preferred(headers))
}

/// The best supported language among those that the browser accepts.
fn preferred(headers: &HeaderMap) -> Language {
    let accepted = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|accepted| accepted.to_str().ok())
        .unwrap_or_default();
    let weighted = accepted.split(',').filter_map(|item| {
        let (code, rest) = item.split_once(';').unwrap_or((item, ""));
        let weight = rest
            .trim()
            .strip_prefix("q=")
            .map_or(Some(1.0), |weight| weight.parse::<f32>().ok())?;
        let language = Language::from_tag(code.trim())?;
        (weight > 0.0).then_some((language, weight))
    });
    // among equal weights, the first in the header wins
    let best = weighted.fold(None, |best: Option<(Language, f32)>, next| {
        if best.is_none_or(|best| next.1 > best.1) {
            Some(next)
        } else {
            best
        }
    });
    best.map(|(language, _)| language).unwrap_or_default()
}

/// The client's address, for the guessing limits. A client can send any X-Forwarded-For, but each
/// trusted proxy appends its entry at the right end: only those entries are used (ASVS 4.1.3).
fn address(request: &Request, trusted_proxies: usize) -> String {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip());
    let forwarded = trusted_proxies.checked_sub(1).and_then(|beyond| {
        let all: Vec<_> = request
            .headers()
            .get_all(FORWARDED)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .collect();
        all.iter()
            .rev()
            .nth(beyond)
            .and_then(|entry| ip(entry.trim()))
    });
    forwarded
        .or(peer)
        .map_or_else(|| "unknown".to_owned(), network)
}

fn ip(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .ok()
        .or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// The network of an address: a client with one IPv6 address can use all 2^64 addresses of its /64.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            if address.is_loopback() {
                address.to_string()
            } else {
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn from(forwarded: &[&str], trusted_proxies: usize) -> String {
        let mut request = Request::new(Body::empty());
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 5))));
        for line in forwarded {
            if let Ok(line) = HeaderValue::from_str(line) {
                request.headers_mut().append(FORWARDED, line);
            }
        }
        address(&request, trusted_proxies)
    }

    #[test]
    fn a_forged_address_is_not_believed() {
        assert_eq!(from(&["198.51.100.7"], 0), "192.0.2.1");
        assert_eq!(from(&["198.51.100.7, 203.0.113.9"], 1), "203.0.113.9");
        assert_eq!(from(&["198.51.100.7", "203.0.113.9"], 1), "203.0.113.9");
        assert_eq!(
            from(&["198.51.100.7, 203.0.113.9, 10.0.0.1"], 2),
            "203.0.113.9"
        );
        assert_eq!(from(&["no address"], 1), "192.0.2.1");
        assert_eq!(from(&[], 1), "192.0.2.1");
        assert_eq!(from(&["[2001:db8::1]:443"], 1), "2001:db8::/64");
        assert_eq!(from(&["2001:db8:0:1:2:3:4:5"], 1), "2001:db8:0:1::/64");
        assert_eq!(from(&["::ffff:203.0.113.9"], 1), "203.0.113.9");
    }

    #[test]
    fn the_language_is_the_best_of_those_asked_for() {
        let of = |asked: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(asked));
            preferred(&headers)
        };
        assert_eq!(of("sv-SE,sv;q=0.9,en;q=0.8"), Language::Sv);
        assert_eq!(of("de,en;q=0.5,sv;q=0.7"), Language::Sv);
        assert_eq!(of("de"), Language::En);
        assert_eq!(of("sv;q=0,en;q=0.1"), Language::En);
        assert_eq!(preferred(&HeaderMap::new()), Language::En);
    }
}
