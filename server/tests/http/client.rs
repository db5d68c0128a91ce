//! Sends requests to the router as a browser would, without a network.

use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use tower::ServiceExt;
use usher_domain::Db;
use usher_domain::sealing::Token;
use usher_server::config::{Config, Flags};
use usher_server::router::router;
use usher_server::site::Site;
use usher_server::state::Server;

/// A file name as `tools/bundle` creates it.
pub const STYLE: &str = "/pkg/usher.4OtFUrpvdJYjkxvbGr-_Cg.css";

/// A server, and the folder of its files.
pub struct TestServer {
    router: Router,
    _site: tempfile::TempDir,
}

/// An HTTP response.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// The text of a header; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// All cookies that the response sets.
    pub fn cookies(&self) -> Vec<&str> {
        self.headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect()
    }
}

impl TestServer {
    /// A server on plain http on this machine.
    pub fn new(db: &Db) -> Self {
        Self::with(db, &[])
    }

    /// A server with these settings.
    pub fn with(db: &Db, settings: &[(&str, &str)]) -> Self {
        let settings = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = Config::from_sources(&Flags::default(), settings).expect("good settings");
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), STYLE, b"body{margin:0}");
        write(folder.path(), &format!("{STYLE}.br"), b"compressed");
        write(folder.path(), "/pkg/usher.css", b"body{margin:1px}");
        write(
            folder.path(),
            "/favicon.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        );
        let site = Site::new(folder.path().to_owned(), false, false);
        Self {
            router: router(Server::new(db.clone(), site, &config)).expect("a router"),
            _site: folder,
        }
    }

    /// Sends a request from 192.0.2.1.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4))));
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path, &[], "")).await
    }

    /// Opens a page with headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(request(Method::GET, path, headers, "")).await
    }

    /// Opens a page with a session.
    pub async fn get_as(&self, token: &Token, path: &str) -> Answer {
        self.get_with(path, &[(COOKIE.as_str(), &session(token))])
            .await
    }

    /// Posts a form as wasm does.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send(request(Method::POST, path, headers, body)).await
    }
}

/// The cookie of a session on plain http.
pub fn session(token: &Token) -> String {
    format!("session={}", token.expose())
}

/// A request.
pub fn request(method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::new(Body::from(body.to_owned()));
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().expect("an address");
    request.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    for (name, value) in headers {
        let name: HeaderName = name.parse().expect("a header's name");
        request
            .headers_mut()
            .insert(name, value.parse().expect("a header's value"));
    }
    request
}

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path.trim_start_matches('/'));
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}
