//! The app: its server-rendered pages and its server functions.

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

use crate::state::Server;
use crate::{headers, refused};

/// The framework's own error for arguments that do not parse (`AppError(Refusal::Stale)`).
const STALE: &[u8] = b"\"stale\"";
/// A Referer for the framework that belongs to no site (RFC 2606).
const PLACEHOLDER_REFERER: &str = "http://nowhere.invalid/";
/// More than the size of any error of the framework.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// Renders a page.
pub async fn page(
    State(server): State<Server>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let is_watched = server.site.is_watched;
    let context = move || {
        provide_context(caller.clone());
        headers::page_policy(is_watched);
    };
    usher_app::render(server.site.options.clone(), Arc::new(context), request).await
}

/// Renders the page for unknown addresses.
pub async fn unknown(
    server: State<Server>,
    caller: Extension<Caller>,
    request: Request,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return refused::method_not_allowed();
    }
    let mut response = page(server, caller, request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Runs a server function.
pub async fn call(Extension(caller): Extension<Caller>, mut request: Request) -> Response {
    let path = request.uri().path();
    if get_server_fn_service(path, request.method().clone()).is_none() {
        let is_known = server_fn_paths().any(|(known, _)| known == path);
        return if is_known {
            refused::method_not_allowed()
        } else {
            refused::not_found()
        };
    }
    if request.method() == Method::POST && !is_form(request.headers()) {
        return refused::unsupported_media_type();
    }
    if caller.me.as_ref().is_some_and(|me| me.must_change_password)
        && !works_with_temporary_password(path)
    {
        return refused::forbidden();
    }
    request
        .headers_mut()
        .insert(REFERER, HeaderValue::from_static(PLACEHOLDER_REFERER));
    let without_wasm = is_plain_form_post(request.headers());
    let response = handle_server_fns_with_context(move || provide_context(caller.clone()), request)
        .await
        .into_response();
    correct_status(remove_referer_redirect(response), without_wasm).await
}

/// Removes a redirect to the Referer, which the framework adds to the answer to a posted form if
/// the function itself did not redirect: a stranger may have chosen that address (ASVS 3.7.2). The
/// answer is shown instead.
fn remove_referer_redirect(mut response: Response) -> Response {
    let is_placeholder = |to: &HeaderValue| {
        to.as_bytes()
            .strip_prefix(PLACEHOLDER_REFERER.as_bytes())
            .is_some_and(|rest| rest.is_empty() || rest == b"?")
    };
    if response.headers().get(LOCATION).is_some_and(is_placeholder) {
        response.headers_mut().remove(LOCATION);
        *response.status_mut() = StatusCode::OK;
    }
    response
}

/// Corrects the status of errors. The framework answers 500, or redirects to an address with the
/// error, if it cannot parse a request. That is the sender's error: 400. Server errors get their
/// status from the app, and are never a redirect.
async fn correct_status(response: Response, without_wasm: bool) -> Response {
    match response.status() {
        StatusCode::SERVICE_UNAVAILABLE if without_wasm => return refused::unavailable(),
        status
            if without_wasm
                && status.is_server_error()
                && response.headers().contains_key(LOCATION) =>
        {
            return refused::server_error(status);
        }
        _ => {}
    }
    let contains_error = response
        .headers()
        .get(LOCATION)
        .is_some_and(|to| to.as_bytes().windows(6).any(|part| part == b"__err="));
    if contains_error {
        return refused::stale_form();
    }
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_ERROR_BYTES).await else {
        return refused::server_error(StatusCode::INTERNAL_SERVER_ERROR);
    };
    if bytes.as_ref() == STALE {
        if without_wasm {
            return refused::stale_form();
        }
        parts.status = StatusCode::BAD_REQUEST;
    }
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(bytes))
}

/// Whether a server function works with a temporary password, which only allows replacing it, as
/// for pages (`authenticate::redirect_target`; ASVS 6.4.1).
fn works_with_temporary_password(path: &str) -> bool {
    path.starts_with("/api/usher_app/session/api/")
        || path == "/api/usher_app/profile/api/change_password"
}

/// Whether a request has the content type of the product's forms. Pages of other sites can send
/// some other types without a preflight (ASVS 3.5.2).
fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| {
        kind.trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

/// Whether a form was posted without wasm, so that the answer is a page.
pub fn is_plain_form_post(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}
