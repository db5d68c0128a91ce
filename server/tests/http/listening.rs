//! Limits on connections.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use usher_server::listening::{Limits, serve};

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(10);

struct Serving {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

async fn serving() -> Serving {
    serving_within(Limits {
        headers: SHORT,
        writes: SHORT,
        ..Limits::default()
    })
    .await
}

async fn serving_within(limits: Limits) -> Serving {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let address = listener.local_addr().expect("an address");
    let slow = async || {
        sleep(SHORT).await;
        "slow"
    };
    let router = Router::new()
        .route("/slow", get(slow))
        .route("/large", get(async || "x".repeat(64 << 20)))
        .route(
            "/peer",
            get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string()),
        );
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        serve(listener, router, limits, async {
            let _ = stopped.await;
        })
        .await;
    });
    Serving {
        address,
        stop,
        server,
    }
}

async fn says(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.expect("sent");
}

/// Reads until the server closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    // a reset also counts as closed
    let _ = timeout(LONG, stream.read_to_end(&mut text))
        .await
        .expect("the server closes the connection");
    String::from_utf8_lossy(&text).into_owned()
}

fn run(body: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(body);
}

#[test]
fn a_connection_that_never_ends_its_headers_is_closed() {
    run(async {
        let serving = serving().await;
        for begun in [
            "",
            "G",
            "GET /peer HTTP/1.1\r\nhost: a\r\n",
            "PRI * HTTP/2.0",
        ] {
            let mut stream = TcpStream::connect(serving.address).await.expect("connects");
            says(&mut stream, begun).await;
            let asked = Instant::now();
            assert!(!rest(&mut stream).await.contains("200 OK"), "{begun:?}");
            assert!(asked.elapsed() < LONG, "{begun:?}");
        }
    });
}

#[test]
fn a_connection_serves_several_requests_with_the_address_of_its_peer() {
    run(async {
        let serving = serving().await;
        let mut stream = TcpStream::connect(serving.address).await.expect("connects");
        says(&mut stream, "GET /peer HTTP/1.1\r\nhost: a\r\n\r\n").await;
        says(
            &mut stream,
            "GET /peer HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        )
        .await;
        let (said, peer) = (
            rest(&mut stream).await,
            stream.local_addr().expect("an address").to_string(),
        );
        assert_eq!(said.matches(&peer).count(), 2, "{said}");
    });
}

#[test]
fn a_request_in_progress_is_answered_before_the_server_stops() {
    run(async {
        let Serving {
            address,
            stop,
            server,
        } = serving().await;
        let mut idle = TcpStream::connect(address).await.expect("connects");
        let mut stream = TcpStream::connect(address).await.expect("connects");
        says(&mut stream, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
        sleep(SHORT / 3).await;
        stop.send(()).expect("it listens");
        assert!(rest(&mut stream).await.ends_with("slow"));
        assert_eq!(rest(&mut idle).await, "");
        timeout(LONG, server)
            .await
            .expect("ends")
            .expect("without a fault");
        TcpStream::connect(address)
            .await
            .expect_err("nobody listens any more");
    });
}

#[test]
fn a_client_that_never_read_held_its_connection() {
    run(async {
        let serving = serving_within(Limits {
            headers: LONG * 10,
            writes: SHORT,
            ..Limits::default()
        })
        .await;
        let mut stream = TcpStream::connect(serving.address).await.expect("connects");
        says(&mut stream, "GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await;
        sleep(SHORT * 4).await;
        assert!(
            rest(&mut stream).await.len() < 64 << 20,
            "cut off before the end"
        );
    });
}

#[test]
fn the_number_of_connections_was_not_limited() {
    run(async {
        let serving = serving_within(Limits {
            headers: LONG * 10,
            writes: LONG,
            connections: 2,
        })
        .await;
        let mut held = Vec::new();
        for _ in 0..2 {
            let mut stream = TcpStream::connect(serving.address).await.expect("connects");
            says(&mut stream, "GET /peer HTTP/1.1\r\n").await;
            held.push(stream);
        }
        let mut third = TcpStream::connect(serving.address)
            .await
            .expect("waits in the listener's queue");
        says(
            &mut third,
            "GET /peer HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        )
        .await;
        let mut first_byte = [0];
        timeout(SHORT, third.read(&mut first_byte))
            .await
            .expect_err("nobody answers while the others are held");
        held.pop();
        assert!(rest(&mut third).await.contains("200 OK"));
    });
}
