//! The first run: while no account exists, the person who started the server gets a one-time link,
//! on the terminal and in a file that only they can read, never in the log (decision 0027, ASVS
//! 6.3.2).

use std::fs;
use std::io::{ErrorKind, IsTerminal, stdout};
use std::path::{Path, PathBuf};
use std::time::Duration;

use color_eyre::eyre::{Result, WrapErr};
use tokio::time::Instant;
use usher_domain::{Db, links, organisations};
use usher_types::durations;

use crate::config::Config;
use crate::keys::write_secret;
use crate::shutdown::Shutdown;

/// The pause between checks for a first user.
const PAUSE: Duration = Duration::from_secs(2);
/// A little less than the lifetime of the link.
const RENEWAL: Duration = durations::SET_UP.saturating_sub(Duration::from_secs(60 * 60));

fn path(config: &Config) -> PathBuf {
    config.data.join("setup-link")
}

/// Creates a link if no user exists, which invalidates earlier links.
///
/// # Errors
/// If the database fails, or the file cannot be written.
pub async fn offer(db: &Db, config: &Config) -> Result<()> {
    let path = path(config);
    if organisations::somebody_exists(db).await? {
        return remove(&path);
    }
    let token = links::mint_set_up(&db.visitor(db.new_id())).await?;
    let link = format!("{}/link/setup/{}", config.public_url.origin, token.expose());
    let hours = durations::hours(durations::SET_UP);
    write_secret(&path, format!("{link}\n").as_bytes())?;
    // output that is not a terminal may be stored, as by the journal of a service manager (ASVS
    // 14.1.1)
    if stdout().is_terminal() {
        println!(
            "\n  No account exists yet. Open this link within {hours} hours to begin:\n\n    {link}\n\n  It is also in {}\n",
            path.display()
        );
    } else {
        println!(
            "\n  No account exists yet. Open the link in {} within {hours} hours to begin.\n",
            path.display()
        );
    }
    Ok(())
}

/// Removes the file once a user exists, and renews the link before it expires.
pub async fn withdraw(db: Db, config: Config, shutdown: Shutdown) {
    let path = path(&config);
    let mut offered = Instant::now();
    while path.exists() {
        if shutdown.interrupts(PAUSE).await {
            return;
        }
        let is_set_up = organisations::somebody_exists(&db).await.unwrap_or(false);
        let result = if is_set_up {
            remove(&path)
        } else if offered.elapsed() > RENEWAL {
            offered = Instant::now();
            offer(&db, &config).await
        } else {
            continue;
        };
        if let Err(error) = result {
            tracing::warn!(
                error = format!("{error:#}"),
                "cannot remove or renew the set-up link"
            );
        }
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).wrap_err_with(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
