//! The app: its pages, rendered whole, and its server functions.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, REFERER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use leptos::prelude::provide_context;
use leptos::server_fn::axum::{get_server_fn_service, server_fn_paths};
use leptos_axum::handle_server_fns_with_context;
use usher_app::request::Caller;

use crate::router::Server;
use crate::{headers, refused};

/// How the framework writes a refusal of its own: arguments that do not parse (`AppError(Refusal::Stale)`).
const STALE: &[u8] = b"\"stale\"";
/// What the framework is told as the Referer: no address of anybody (RFC 2606).
const NOWHERE: &str = "http://nowhere.invalid/";
/// More than any refusal of the framework.
const LARGEST_REFUSAL: usize = 64 * 1024;

/// A page.
pub async fn page(State(server): State<Server>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let is_watched = server.site.is_watched;
    let context = move || {
        provide_context(caller.clone());
        headers::page_policy(is_watched);
    };
    usher_app::render(server.site.options.clone(), Arc::new(context), request).await
}

/// The page that says there is none.
pub async fn unknown(server: State<Server>, caller: Extension<Caller>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return refused::method();
    }
    let mut response = page(server, caller, request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// A server function.
pub async fn call(Extension(caller): Extension<Caller>, mut request: Request) -> Response {
    let path = request.uri().path();
    if get_server_fn_service(path, request.method().clone()).is_none() {
        let is_known = server_fn_paths().any(|(known, _)| known == path);
        return if is_known { refused::method() } else { refused::not_found() };
    }
    if request.method() == Method::POST && !is_form(request.headers()) {
        return refused::media_type();
    }
    if caller.me.as_ref().is_some_and(|me| me.must_change_password) && !works_with_temporary_password(path) {
        return refused::forbidden();
    }
    request.headers_mut().insert(REFERER, HeaderValue::from_static(NOWHERE));
    let without_wasm = posts_plainly(request.headers());
    let response = handle_server_fns_with_context(move || provide_context(caller.clone()), request).await.into_response();
    name_fault(stay(response), without_wasm).await
}

/// The framework redirects a posted form to the Referer where the function itself led nowhere: an address that a stranger may have chosen
/// (ASVS 3.7.2). Here the answer is shown in its place.
fn stay(mut response: Response) -> Response {
    let leads_nowhere =
        |to: &HeaderValue| to.as_bytes().strip_prefix(NOWHERE.as_bytes()).is_some_and(|rest| rest.is_empty() || rest == b"?");
    if response.headers().get(LOCATION).is_some_and(leads_nowhere) {
        response.headers_mut().remove(LOCATION);
        *response.status_mut() = StatusCode::OK;
    }
    response
}

/// The framework answers 500, or an address that holds the error, to what it cannot read. It is the sender's fault: 400. What is our
/// fault has its status from the app, and is no redirect, whatever the framework made of it.
async fn name_fault(response: Response, without_wasm: bool) -> Response {
    match response.status() {
        StatusCode::SERVICE_UNAVAILABLE if without_wasm => return refused::unavailable(),
        status if without_wasm && status.is_server_error() && response.headers().contains_key(LOCATION) => return refused::broke(status),
        _ => {}
    }
    let leads_to_error = response.headers().get(LOCATION).is_some_and(|to| to.as_bytes().windows(6).any(|part| part == b"__err="));
    if leads_to_error {
        return refused::unreadable();
    }
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_REFUSAL).await else { return refused::broke(StatusCode::INTERNAL_SERVER_ERROR) };
    if bytes.as_ref() == STALE {
        if without_wasm {
            return refused::unreadable();
        }
        parts.status = StatusCode::BAD_REQUEST;
    }
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(bytes))
}

/// A temporary password opens nothing but the page that replaces it, as for pages (`authenticate::redirect_target`; ASVS 6.4.1).
fn works_with_temporary_password(path: &str) -> bool {
    path.starts_with("/api/usher_app/session/api/") || path == "/api/usher_app/profile/api/change_password"
}

/// What every form of the product is sent as. A page of another site can send other types without asking first (ASVS 3.5.2).
fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// Whether a form was posted without wasm: the answer is shown as a page.
pub fn posts_plainly(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}
