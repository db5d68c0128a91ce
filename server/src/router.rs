//! Every address, and what stands in front of it. From the outside in: headers and the request's id, panics, methods, time,
//! cross-site requests, files, then links and probes, and at last who is asking and the pages themselves.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{ConfigError, CsrfLayer, ProtectionError};
use tower_http::timeout::TimeoutLayer;
use usher_domain::Db;

use crate::config::Config;
use crate::reports::{self, Told};
use crate::site::Site;
use crate::{database, files, headers, links, pages, refused, statics, visit};

/// What may be posted at most (design §5).
pub const LARGEST_BODY: usize = 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(30);

/// What every handler knows.
#[derive(Clone)]
pub struct Server {
    /// The database.
    pub db: Db,
    /// The built site.
    pub site: Arc<Site>,
    /// Whether cookies say `Secure` and `__Host-`: everywhere but on plain http of this machine.
    pub is_secure: bool,
    /// How many proxies in front are trusted.
    pub trusted_proxies: usize,
    /// Reports of browsers that were told in the log lately.
    pub told: Arc<Told>,
    origin: Arc<str>,
}

impl Server {
    /// What the settings say.
    pub fn new(db: Db, site: Site, config: &Config) -> Self {
        Self {
            db,
            site: Arc::new(site),
            is_secure: config.public_url.is_https,
            trusted_proxies: config.trusted_proxies,
            told: Arc::default(),
            origin: config.public_url.origin.as_str().into(),
        }
    }
}

/// The whole server. Serve it with connection info of type [`SocketAddr`](std::net::SocketAddr).
///
/// # Errors
/// When the public address is no origin.
pub fn router(server: Server) -> Result<Router, ConfigError> {
    let csrf = CsrfLayer::new().add_trusted_origin(&*server.origin)?.with_rejection_response(|_: ProtectionError| refused::cross_site());
    let mut product = Router::new().route("/api/{*function}", any(pages::call));
    for path in pages::paths() {
        product = product.route(&path, get(pages::page));
    }
    let product = product.route(files::REPORT, get(files::report));
    let product = product.fallback(pages::unknown).layer(CompressionLayer::new()).layer(from_fn_with_state(server.clone(), visit::visit));
    let router = Router::new()
        .route("/healthz", get(healthy))
        .route("/readyz", get(ready))
        .route("/link/{kind}/{token}", get(links::follow))
        .fallback_service(product.with_state(server.clone()))
        .layer(from_fn_with_state(server.clone(), statics::serve))
        .layer(from_fn_with_state(server.clone(), visit::keep_typed))
        .layer(from_fn(bounded))
        .layer(csrf)
        .layer(from_fn_with_state(server.clone(), visit::keep_cross_site))
        // not behind the layer before: it changes nothing, and some browsers send it as if from nowhere
        .route(reports::PATH, post(reports::take))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST))
        .layer(from_fn(known_method))
        .layer(CatchPanicLayer::custom(refused::panicked))
        .layer(from_fn(visit::identify))
        .layer(from_fn_with_state(server.is_secure, headers::add));
    Ok(router.with_state(server))
}

/// Serving at all.
async fn healthy() -> &'static str {
    "ok"
}

/// Serving, with a database that this version can use.
async fn ready(State(server): State<Server>) -> Response {
    if database::is_migrated(&server.db).await {
        "ready".into_response()
    } else {
        refused::plain(StatusCode::SERVICE_UNAVAILABLE, "not ready")
    }
}

async fn known_method(request: Request, next: Next) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD | Method::POST => next.run(request).await,
        _ => refused::method(),
    }
}

/// Reads what is posted, as far as it may go. All of it, because what takes it needs it whole.
async fn bounded(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, LARGEST_BODY).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => refused::too_large(),
    }
}
