//! `usher serve`: starts everything, and stops it in order. Requests in progress are completed
//! during a shutdown.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use color_eyre::eyre::{Result, WrapErr, bail, eyre};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::config::Config;
use crate::database::{Database, Opener};
use crate::mailer::Mailer;
use crate::router::{Server, router};
use crate::site::Site;
use crate::{first_run, listening, worker};

/// The time limit for requests in progress during a shutdown.
const PATIENCE: Duration = Duration::from_secs(20);

/// Serves until the process is told to stop.
///
/// # Errors
/// A one-line message that says what to do.
pub async fn serve(config: &Config, listener: TcpListener) -> Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let mut database = Database::open(config, Opener::Server).await?;
    let result = serve_with(config, listener, &mut database).await;
    database.close().await;
    result
}

/// Binds the address before the database is opened, so that an address in use is reported early.
///
/// # Errors
/// A one-line message that says what to do.
pub fn listen(address: SocketAddr) -> Result<TcpListener> {
    let listener = TcpListener::bind(address)
        .and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
    listener.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => eyre!("{address} is in use by another program: stop that one, or choose another address with USHER_LISTEN"),
        ErrorKind::PermissionDenied => eyre!("may not listen at {address}: choose a port above 1023 with USHER_LISTEN"),
        _ => eyre!("cannot listen at {address}: {error}"),
    })
}

async fn serve_with(
    config: &Config,
    listener: tokio::net::TcpListener,
    database: &mut Database,
) -> Result<()> {
    let site = Site::find();
    if !site.root.join("pkg").is_dir() {
        tracing::warn!(site = %site.root.display(), "the built site is not there: pages come without style and script; `make build` makes it");
    }
    let mailer = Mailer::new(config)?;
    let (stop, stopped) = watch::channel(());
    first_run::offer(&database.db, config).await?;
    let first = tokio::spawn(first_run::withdraw(
        database.db.clone(),
        config.clone(),
        stopped.clone(),
    ));
    let mails = tokio::spawn(worker::run(
        database.db.clone(),
        mailer,
        config.public_url.origin.clone(),
        stopped.clone(),
    ));
    let seals = tokio::spawn(worker::seal(database.db.clone(), stopped.clone()));
    let crossings = tokio::spawn(worker::cross(database.db.clone(), stopped.clone()));
    let sweeps = tokio::spawn(worker::sweep(database.db.clone(), stopped.clone()));
    raise_open_files();
    let router = router(Server::new(database.db.clone(), site, config))?;
    let mut server = tokio::spawn(listening::serve(
        listener,
        router,
        listening::Limits::default(),
        until(stopped),
    ));
    tracing::info!(listen = %config.listen, open = config.public_url.origin, "serving");

    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let why = tokio::select! {
        _ = terminate.recv() => Ok("SIGTERM"),
        _ = interrupt.recv() => Ok("SIGINT"),
        status = database.died() => Err(eyre!("the private Postgres ended by itself ({status}): its log is in the data folder, and the next start recovers")),
        ended = &mut server => Err(eyre!("the server ended by itself: {ended:?}")),
    };
    if let Ok(signal) = &why {
        tracing::info!(signal, "stopping: requests under way are still answered");
    }
    drop(stop);
    if why.is_ok() {
        match timeout(PATIENCE, &mut server).await {
            Ok(ended) => ended.wrap_err("the server failed")?,
            Err(_) => {
                tracing::warn!(
                    seconds = PATIENCE.as_secs(),
                    "some requests did not end and are cut off"
                );
                server.abort();
            }
        }
    }
    for task in [first, mails, seals, crossings, sweeps] {
        if let Err(error) = task.await {
            bail!("a background task failed: {error}");
        }
    }
    why.map(|_| tracing::info!("stopped"))
}

/// Raises the limit of open files to the system's maximum: each connection is an open file, and the
/// usual limit of 1024 is below the number of accepted connections.
fn raise_open_files() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE).and_then(|(soft, hard)| {
        if soft < hard {
            setrlimit(Resource::RLIMIT_NOFILE, hard, hard)
        } else {
            Ok(())
        }
    });
    if let Err(error) = raised {
        tracing::warn!(%error, "cannot raise the limit of open files");
    }
}

/// Resolves when the sender is dropped, which signals the shutdown.
pub async fn until(mut stopped: watch::Receiver<()>) {
    while stopped.changed().await.is_ok() {}
}
