//! `usher serve`: starts everything, and stops it in order. Requests in progress are completed
//! during a shutdown.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use color_eyre::eyre::{Result, WrapErr, bail, eyre};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;

use crate::config::Config;
use crate::database::{Database, Opener};
use crate::mailer::Mailer;
use crate::router::router;
use crate::site::Site;
use crate::state::Server;
use crate::{first_run, listening, shutdown, worker};

/// The time limit for requests in progress during a shutdown.
const GRACE_PERIOD: Duration = Duration::from_secs(20);

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
        ErrorKind::PermissionDenied => eyre!("not permitted to listen at {address}: choose a port above 1023 with USHER_LISTEN"),
        _ => eyre!("cannot listen at {address}: {error}"),
    })
}

async fn serve_with(
    config: &Config,
    listener: tokio::net::TcpListener,
    database: &mut Database,
) -> Result<()> {
    // first, so that a signal during the start also stops in order
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let site = Site::find();
    if !site.root.join("pkg").is_dir() {
        tracing::warn!(site = %site.root.display(), "the built site is missing, so pages have no styles and scripts; `make build` creates it");
    }
    let mailer = Mailer::new(config)?;
    let (trigger, shutdown) = shutdown::channel();
    first_run::offer(&database.db, config).await?;
    let first = tokio::spawn(first_run::withdraw(
        database.db.clone(),
        config.clone(),
        shutdown.clone(),
    ));
    let mails = tokio::spawn(worker::send_mails(
        database.db.clone(),
        mailer,
        config.public_url.origin.clone(),
        shutdown.clone(),
    ));
    let seals = tokio::spawn(worker::seal_audit(database.db.clone(), shutdown.clone()));
    let crossings = tokio::spawn(worker::deliver_referrals(
        database.db.clone(),
        shutdown.clone(),
    ));
    let sweeps = tokio::spawn(worker::sweep_expired(database.db.clone(), shutdown.clone()));
    raise_open_files();
    let router = router(Server::new(database.db.clone(), site, config))?;
    let mut server = tokio::spawn(listening::serve(
        listener,
        router,
        listening::Limits::default(),
        async move { shutdown.begun().await },
    ));
    tracing::info!(listen = %config.listen, open = config.public_url.origin, "serving");

    let outcome = tokio::select! {
        _ = terminate.recv() => Ok("SIGTERM"),
        _ = interrupt.recv() => Ok("SIGINT"),
        status = database.died() => Err(eyre!("the private Postgres exited ({status}): its log is in the data folder, and the next start recovers")),
        ended = &mut server => Err(eyre!("the server stopped unexpectedly: {ended:?}")),
    };
    if let Ok(signal) = &outcome {
        tracing::info!(signal, "stopping: completing the requests in progress");
    }
    drop(trigger);
    if outcome.is_ok() {
        match timeout(GRACE_PERIOD, &mut server).await {
            Ok(ended) => ended.wrap_err("the server failed")?,
            Err(_) => {
                tracing::warn!(
                    seconds = GRACE_PERIOD.as_secs(),
                    "some requests did not end and are aborted"
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
    outcome.map(|_| tracing::info!("stopped"))
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
