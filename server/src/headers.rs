//! The response headers of every answer: pages, files, refusals and errors (ASVS V3.4).

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::csp_reports;

/// The policy for answers that are not pages: no content is executed or framed.
const DENY_ALL: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Browsers use https only for two years, also for subdomains.
const HSTS: &str = "max-age=63072000; includeSubDomains";
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), \
    gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), usb=(), xr-spatial-tracking=(), \
    publickey-credentials-create=(self), publickey-credentials-get=(self), clipboard-write=(self)";

/// Where browsers report violations of the policy; `report-uri` is for browsers that do not support
/// this header (ASVS 3.4.7).
const REPORTING_ENDPOINTS: &str = "csp=\"/csp-report\"";

const DEFAULTS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, DENY_ALL),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    // "no-referrer" would remove the origin from forms posted from such a page, and the CSRF check
    // would refuse them
    (REFERRER_POLICY, "same-origin"),
];

/// Adds the headers that an answer does not have yet.
pub async fn add_defaults(State(is_https): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in DEFAULTS {
        set_default(headers, name, value);
    }
    set_default(headers, CACHE_CONTROL, "no-store");
    if is_https {
        set_default(headers, STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers
        .entry(name)
        .or_insert(HeaderValue::from_static(value));
}

/// Sets the policy of a page, with this answer's nonce. Must be called while the page is rendered,
/// because the nonce is known only then.
pub fn page_policy(is_watched: bool) {
    let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let reload = if is_watched {
        " ws://127.0.0.1:3001"
    } else {
        ""
    };
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'{reload}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; \
         report-uri {}; report-to csp",
        csp_reports::PATH
    );
    options.insert_header(
        HeaderName::from_static("reporting-endpoints"),
        HeaderValue::from_static(REPORTING_ENDPOINTS),
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        options.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}
