//! The routes and their middleware. From the outside in: headers and the request's id, panics,
//! methods, timeouts, cross-site requests, files, then links and probes, and finally authentication
//! and the pages.

use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{ConfigError, CsrfLayer, ProtectionError};
use tower_http::timeout::TimeoutLayer;

use crate::state::Server;
use crate::{
    authenticate, body, csp_reports, database, files, headers, links, pages, refused, statics,
};

/// The maximum duration of a request.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The router of the whole server. Serve it with connection info of type
/// [`SocketAddr`](std::net::SocketAddr).
///
/// # Errors
/// If the public address is not a valid origin.
pub fn router(server: Server) -> Result<Router, ConfigError> {
    let csrf = CsrfLayer::new()
        .add_trusted_origin(&*server.origin)?
        .with_rejection_response(|_: ProtectionError| refused::cross_site());
    let mut product = Router::new().route("/api/{*function}", any(pages::call));
    for path in usher_app::paths() {
        product = product.route(&path, get(pages::page));
    }
    let product = product.route(files::REPORT, get(files::report));
    let product = product
        .fallback(pages::unknown)
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(
            server.clone(),
            authenticate::authenticate,
        ));
    let router = Router::new()
        .route("/healthz", get(healthy))
        .route("/readyz", get(ready))
        .route("/link/{kind}/{token}", get(links::follow))
        .fallback_service(product.with_state(server.clone()))
        .layer(from_fn_with_state(server.clone(), statics::serve))
        .layer(from_fn_with_state(server.clone(), authenticate::save_typed))
        .layer(from_fn(body::limit))
        .layer(from_fn_with_state(server.clone(), own_host))
        .layer(csrf)
        .layer(from_fn_with_state(
            server.clone(),
            authenticate::record_cross_site,
        ))
        // outside the CSRF layer: reports change nothing, and some browsers send them with a null
        // origin
        .route(csp_reports::PATH, post(csp_reports::receive))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            TIMEOUT,
        ))
        .layer(from_fn(known_method))
        .layer(CatchPanicLayer::custom(refused::panicked))
        .layer(from_fn(authenticate::assign_request_id))
        .layer(from_fn_with_state(server.is_secure, headers::add_defaults));
    Ok(router.with_state(server))
}

/// Liveness: the server answers.
async fn healthy() -> &'static str {
    "ok"
}

/// Readiness: the server answers, and its database is usable by this version.
async fn ready(State(server): State<Server>) -> Response {
    if database::is_migrated(&server.db).await {
        "ready".into_response()
    } else {
        refused::plain(StatusCode::SERVICE_UNAVAILABLE, "not ready")
    }
}

/// Refuses requests whose host differs from `public_url`: with DNS rebinding, a page of another
/// site can reach a server under its own name (ASVS 4.1.3). Health checks that name the machine's
/// address pass.
async fn own_host(State(server): State<Server>, request: Request, next: Next) -> Response {
    let is_probe = matches!(request.uri().path(), "/healthz" | "/readyz");
    let mut hosts = request.headers().get_all(HOST).iter();
    if is_probe || hosts.all(|host| host.to_str().is_ok_and(|host| server.is_own_host(host))) {
        return next.run(request).await;
    }
    server.warn_of_foreign_host();
    refused::misdirected()
}

async fn known_method(request: Request, next: Next) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD | Method::POST => next.run(request).await,
        _ => refused::method_not_allowed(),
    }
}
