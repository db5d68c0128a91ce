//! Connections: accepted up to a limit, served, and closed in order. This replaces `axum::serve`,
//! which does not limit how long a client may take to send its headers or to read an answer, so
//! that a slow client could hold a connection forever. Only HTTP/1.1, which proxies speak with the
//! servers behind them: detecting the version would wait for the first bytes without a limit.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// Limits on a client's use of connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The time limit for the headers of a request, and for an idle connection between two
    /// requests.
    pub headers: Duration,
    /// The time limit for a client that reads nothing of an answer.
    pub writes: Duration,
    /// The maximum number of open connections. Further connections wait in the listener's queue.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(30),
            writes: Duration::from_secs(30),
            connections: 4_096,
        }
    }
}

/// Serves until `stop` resolves, then completes the requests in progress.
pub async fn serve(
    mut listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers);
    let permits = Arc::new(Semaphore::new(limits.connections));
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = async {
            let permit = permits.clone().acquire_owned().await;
            (permit, Listener::accept(&mut listener).await)
        };
        let (permit, (stream, peer)) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.writes));
        let router = router.clone();
        let service = service_fn(move |request| answer(router.clone(), peer, request));
        let connection =
            connections.watch(builder.serve_connection(TokioIo::new(Box::pin(stream)), service));
        tokio::spawn(async move {
            // a client disconnected or was too slow, which is not an error of the server
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
            drop(permit);
        });
    }
    drop(listener);
    connections.shutdown().await;
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}
