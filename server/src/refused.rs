//! Answers that are not pages of the product: for requests that no person makes, and for errors
//! that prevent rendering a page.

use std::any::Any;

use axum::Json;
use axum::http::header::{ALLOW, CONTENT_SECURITY_POLICY, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use usher_app::request::RETRY_AFTER_SECONDS;
use usher_app::{AppError, unsaved};
use usher_types::{Language, Refusal};

/// Unknown file or server function.
pub fn not_found() -> Response {
    plain(StatusCode::NOT_FOUND, "not found")
}

/// A server function that the caller may not call now, in the format of server functions.
pub fn forbidden() -> Response {
    plain(StatusCode::FORBIDDEN, "\"forbidden\"")
}

/// A method that no address accepts.
pub fn method_not_allowed() -> Response {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed");
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    response
}

/// A body above the size limit.
pub fn too_large() -> Response {
    plain(StatusCode::PAYLOAD_TOO_LARGE, "too large")
}

/// A body without the content type of a form.
pub fn unsupported_media_type() -> Response {
    plain(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported media type: send a form, application/x-www-form-urlencoded",
    )
}

/// A request for a host other than this installation's.
pub fn misdirected() -> Response {
    plain(
        StatusCode::MISDIRECTED_REQUEST,
        "misdirected: this is not the host of public_url",
    )
}

/// Marks the answer to a change that a page of another site requested.
#[derive(Clone, Copy)]
pub struct CrossSite;

/// A change that a page of another site requested.
pub fn cross_site() -> Response {
    let mut response = plain(
        StatusCode::FORBIDDEN,
        "refused: this request came from another site",
    );
    response.extensions_mut().insert(CrossSite);
    response
}

/// A plain-text answer of one line.
pub fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

/// A form that this version does not know, because it was typed into the page of an older version.
pub fn stale_form() -> Response {
    page(
        StatusCode::BAD_REQUEST,
        "This page is out of date",
        "We couldn’t read what you sent, so nothing was changed. Go back, reload the page and try again.",
        "Sidan är inaktuell. Vi kunde inte läsa det du skickade, så inget har ändrats. Gå tillbaka, ladda om sidan och försök igen.",
    )
}

/// A server error.
pub fn server_error(status: StatusCode) -> Response {
    page(
        status,
        "Something went wrong",
        "Something went wrong on our side. Wait a moment and try again.",
        "Något gick fel hos oss. Vänta en stund och försök igen.",
    )
}

/// A static page in both languages, because the caller and their language are unknown.
fn page(status: StatusCode, title: &str, en: &str, sv: &str) -> Response {
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
        <title>{title} · Usher</title></head><body><main><h1>{title}</h1><p>{en}</p><p lang=\"sv\">{sv}</p>\
        <p><a href=\"/\">Go to the home page · Gå till startsidan</a></p></main></body></html>"
    );
    (status, Html(page)).into_response()
}

/// The database does not answer, or is read-only.
pub fn unavailable() -> Response {
    with_retry_after(server_error(StatusCode::SERVICE_UNAVAILABLE))
}

/// Like [`unavailable`], in the format of server functions, for callers that do not display pages.
pub fn unavailable_function() -> Response {
    with_retry_after(
        (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(AppError(Refusal::Unavailable)),
        )
            .into_response(),
    )
}

/// Like [`unavailable`], for a plainly posted form: a page that contains the typed values and can
/// send them again.
pub fn unsaved(
    status: StatusCode,
    language: Language,
    action: &str,
    posted: Vec<(String, String)>,
) -> Response {
    let Ok(page) = unsaved::page(language, action, posted) else {
        return server_error(status);
    };
    let policy = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    let response = (status, [(CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        with_retry_after(response)
    } else {
        response
    }
}

fn with_retry_after(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
    response
}

/// The answer after a panic, which the log already contains.
pub fn panicked(_: Box<dyn Any + Send>) -> Response {
    server_error(StatusCode::INTERNAL_SERVER_ERROR)
}
