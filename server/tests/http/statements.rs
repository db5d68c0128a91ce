//! A proxy between the server and Postgres that counts the executed statements.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use usher_domain::Db;
use usher_domain::sealing::Keys;

/// The name of Postgres's socket in its folder, as in tools/test-postgres.
const SOCKET: &str = ".s.PGSQL.5432";

/// The length of the TLS request that may precede the startup message; like it, it has no type
/// byte.
const ASKS_FOR_TLS: u32 = 8;

/// A database that is reached through the counting proxy.
pub struct Counted {
    /// A connection with the server's role.
    pub db: Db,
    executed: Arc<AtomicUsize>,
}

impl Counted {
    /// Starts to count the statements for the database at `app_url`; the proxy's socket is in
    /// `folder`.
    pub async fn begin(app_url: &str, folder: &Path) -> Self {
        let (address, real) = app_url.split_once("?host=").expect("a socket's address");
        let real = PathBuf::from(real.replace("%2F", "/")).join(SOCKET);
        let listener = UnixListener::bind(folder.join(SOCKET)).expect("listens");
        let executed = Arc::new(AtomicUsize::new(0));
        tokio::spawn(serve(listener, real, Arc::clone(&executed)));
        let here = folder.to_string_lossy().replace('/', "%2F");
        let url = format!("{address}?host={here}");
        // a single connection: each connection queries the types of parameters once, so the count
        // would depend on which connection a request gets
        let db = Db::connect(&url, Keys::from_master(&[7; 32]), 1)
            .await
            .expect("connects");
        Self { db, executed }
    }

    /// The number of statements that were executed since the last call.
    pub fn taken(&self) -> usize {
        self.executed.swap(0, Ordering::SeqCst)
    }
}

async fn serve(listener: UnixListener, real: impl AsRef<Path>, executed: Arc<AtomicUsize>) {
    while let Ok((client, _)) = listener.accept().await {
        let (from, mut to) = client.into_split();
        let (mut back, on) = UnixStream::connect(&real)
            .await
            .expect("the real one listens")
            .into_split();
        tokio::spawn(count(from, on, Arc::clone(&executed)));
        tokio::spawn(async move { copy(&mut back, &mut to).await });
    }
}

/// Forwards the server's messages one by one. Counts only `Execute`: a rollback is sent when the
/// connection is used next, and a prepared statement is not prepared again.
async fn count(
    mut from: OwnedReadHalf,
    mut on: OwnedWriteHalf,
    executed: Arc<AtomicUsize>,
) -> io::Result<()> {
    let mut has_begun = false;
    loop {
        let kind = if has_begun {
            Some(from.read_u8().await?)
        } else {
            None
        };
        let length = from.read_u32().await?;
        has_begun |= length != ASKS_FOR_TLS;
        let mut body = vec![0; length as usize - 4];
        from.read_exact(&mut body).await?;
        if kind == Some(b'E') {
            executed.fetch_add(1, Ordering::SeqCst);
        }
        let mut message: Vec<u8> = kind.into_iter().collect();
        message.extend(length.to_be_bytes());
        message.extend(body);
        on.write_all(&message).await?;
    }
}
