//! Request bodies: read whole, up to a limit.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use crate::refused;

/// The maximum size of a request body (decision 0026).
const MAX_BYTES: usize = 1024 * 1024;

/// Refuses a posted form above the size limit before a handler sees it.
pub async fn limit(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    match read(request).await {
        Some((parts, bytes)) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        None => refused::too_large(),
    }
}

/// Reads the whole body; `None` if it is above the size limit.
pub async fn read(request: Request) -> Option<(Parts, Bytes)> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MAX_BYTES).await.ok()?;
    Some((parts, bytes))
}
