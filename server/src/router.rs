//! The routes and their middleware. From the outside in: headers and the request's id, panics,
//! methods, timeouts, cross-site requests, files, then links and probes, and finally authentication
//! and the pages.

use std::sync::{Arc, Once};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{ConfigError, CsrfLayer, ProtectionError};
use tower_http::timeout::TimeoutLayer;
use usher_domain::Db;

use crate::config::{self, Config};
use crate::reports::{self, Told};
use crate::site::Site;
use crate::{authenticate, database, files, headers, links, pages, refused, statics};

/// The maximum size of a request body (decision 0026).
pub const LARGEST_BODY: usize = 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(30);

/// The state of every handler.
#[derive(Clone)]
pub struct Server {
    /// The database.
    pub db: Db,
    /// The built site.
    pub site: Arc<Site>,
    /// Whether cookies have `Secure` and `__Host-`: always, except for plain http on this machine.
    pub is_secure: bool,
    /// The number of trusted proxies in front.
    pub trusted_proxies: usize,
    /// The reports of browsers that were logged recently.
    pub told: Arc<Told>,
    origin: Arc<str>,
    is_loopback: bool,
    warn_of_host: Arc<Once>,
    warn_of_forwarded: Arc<Once>,
}

impl Server {
    /// Creates the state from the settings.
    pub fn new(db: Db, site: Site, config: &Config) -> Self {
        Self {
            db,
            site: Arc::new(site),
            is_secure: config.public_url.is_https,
            trusted_proxies: config.trusted_proxies,
            told: Arc::default(),
            origin: config.public_url.origin.as_str().into(),
            is_loopback: config.public_url.is_loopback,
            warn_of_host: Arc::new(Once::new()),
            warn_of_forwarded: Arc::new(Once::new()),
        }
    }

    /// Logs once that a proxy sends the client's address but is not trusted.
    pub fn warn_of_untrusted_proxy(&self) {
        self.warn_of_forwarded.call_once(|| {
            tracing::warn!(
                "X-Forwarded-For came with trusted_proxies = 0, so everybody behind the proxy shares its limits; set trusted_proxies to the \
                 number of your proxies, or have them remove the header"
            );
        });
    }

    /// Whether a Host header names this installation. On a loopback address, each name of this
    /// machine does.
    fn is_own_host(&self, host: &str) -> bool {
        let own = self
            .origin
            .split_once("://")
            .map_or(&*self.origin, |(_, authority)| authority);
        host.eq_ignore_ascii_case(own)
            || (self.is_loopback
                && host
                    .parse::<Authority>()
                    .is_ok_and(|host| config::is_loopback(host.host())))
    }
}

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
        .layer(from_fn(bounded))
        .layer(from_fn_with_state(server.clone(), own_host))
        .layer(csrf)
        .layer(from_fn_with_state(
            server.clone(),
            authenticate::record_cross_site,
        ))
        // outside the CSRF layer: reports change nothing, and some browsers send them with a null
        // origin
        .route(reports::PATH, post(reports::take))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            LONGEST,
        ))
        .layer(from_fn(known_method))
        .layer(CatchPanicLayer::custom(refused::panicked))
        .layer(from_fn(authenticate::identify))
        .layer(from_fn_with_state(server.is_secure, headers::add));
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
    server.warn_of_host.call_once(|| {
        tracing::warn!("refused a request whose Host header is not that of public_url; a proxy in front must pass the Host header on");
    });
    refused::misdirected()
}

async fn known_method(request: Request, next: Next) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD | Method::POST => next.run(request).await,
        _ => refused::method(),
    }
}

/// Reads the request body up to the size limit, because its handlers need all of it.
async fn bounded(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, LARGEST_BODY).await {
        Ok(bytes) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Err(_) => refused::too_large(),
    }
}
