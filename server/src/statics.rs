//! Static files: scripts, styles and icons, all compressed when the site was built. A path with a
//! dot is always a file and never a page, so that no cache stores personal data as a file (ASVS
//! 14.2.5).

use std::path::Path;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::refused;
use crate::state::Server;

/// For files whose name contains a hash of their content, so that they never change.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For other files: revalidated each time, and sent only after a change.
const REVALIDATE: HeaderValue = HeaderValue::from_static("public, no-cache");
/// The length of the hash that `tools/bundle` puts into names: 22 characters of base64url.
const HASH_LENGTH: usize = 22;

/// Serves files, and passes other requests on.
pub async fn serve(State(server): State<Server>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !is_file(path) {
        return next.run(request).await;
    }
    let caching = if is_hashed(path) {
        IMMUTABLE
    } else {
        REVALIDATE
    };
    let files = files(&server.site.root);
    match files.oneshot(request).await {
        Ok(response)
            if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED =>
        {
            let mut response = response.map(Body::new).into_response();
            response.headers_mut().insert(CACHE_CONTROL, caching);
            add_charset(&mut response);
            response
        }
        Ok(response) if response.status() == StatusCode::METHOD_NOT_ALLOWED => {
            refused::method_not_allowed()
        }
        Ok(_) => refused::not_found(),
        Err(error) => match error {},
    }
}

fn files(root: &Path) -> ServeDir {
    ServeDir::new(root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
}

/// Whether the path names a file.
pub fn is_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.starts_with("/pkg/")
        || (name.contains('.') && !path.starts_with("/api/") && !path.starts_with("/link/"))
}

fn is_hashed(path: &str) -> bool {
    let is_hash = |part: &str| {
        part.len() == HASH_LENGTH
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    path.starts_with("/pkg/") && name.split('.').any(is_hash)
}

fn add_charset(response: &mut Response) {
    let charset = match response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
    {
        Some("text/css") => "text/css; charset=utf-8",
        Some("text/javascript") => "text/javascript; charset=utf-8",
        Some("text/plain") => "text/plain; charset=utf-8",
        Some("text/html") => "text/html; charset=utf-8",
        _ => return,
    };
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(charset));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_with_a_hash_in_their_name_are_cached_forever() {
        assert!(is_hashed("/pkg/usher.4OtFUrpvdJYjkxvbGr-_Cg.css"));
        assert!(!is_hashed("/pkg/usher.css"));
        assert!(!is_hashed("/favicon.4OtFUrpvdJYjkxvbGr-_Cg.svg"));
    }

    #[test]
    fn pages_are_not_files() {
        for page in ["/", "/users", "/users/new", "/api/a.b", "/link/setup/a.b"] {
            assert!(!is_file(page), "{page}");
        }
        for file in ["/favicon.svg", "/pkg/usher", "/users/secret.css"] {
            assert!(is_file(file), "{file}");
        }
    }
}
