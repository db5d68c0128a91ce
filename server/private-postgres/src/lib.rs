//! Runs a private Postgres for a server that has no database configured; README.md describes it.
//!
//! Invariant: only the process that holds the lock on `<data>/usher.lock` starts, stops or changes
//! the cluster in `<data>/postgres`. The cluster can only be reached through a private Unix socket,
//! and only with a password from `<data>/postgres.passwords` (0600).
#![warn(missing_docs)]

mod account;
mod cluster;
mod error;
mod files;
mod folder;
mod passwords;
mod postmaster;
mod processes;
mod programs;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use tokio::time::sleep;

pub use crate::account::Account;
pub use crate::error::Error;
use crate::folder::DataFolder;
use crate::passwords::Passwords;
pub use crate::passwords::Urls;
use crate::postmaster::Postmaster;
use crate::processes::{PidFile, end_orphan, is_postmaster};
use crate::programs::Programs;

/// A running Postgres, which is a child process.
///
/// Dropping it asks Postgres to stop without waiting; [`PrivatePostgres::stop`] waits.
#[derive(Debug)]
pub struct PrivatePostgres {
    postmaster: Postmaster,
    urls: Urls,
    sockets: PathBuf,
    // The last field, so that the lock is released after all other fields are dropped.
    _lock: File,
}

impl PrivatePostgres {
    /// Starts Postgres on `data`, and creates the folder, the cluster, the roles and the database
    /// if they are missing.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process runs Postgres on `data`; otherwise the step that failed.
    pub async fn start(data: &Path) -> Result<PrivatePostgres, Error> {
        let (folder, lock) = DataFolder::lock(data).await?;
        let account = folder.account()?;
        let programs = Programs::find(&folder, account.as_ref()).await?;
        programs.ensure_access(&folder.path).await?;
        end_orphan(&folder).await?;

        let passwords = match Passwords::read(&folder)? {
            Some(passwords) => passwords,
            None => {
                let passwords = Passwords::random();
                if folder.cluster().exists() {
                    cluster::set_superuser_password(&folder, &programs, &passwords).await?;
                }
                passwords.write(&folder)?;
                passwords
            }
        };
        if !folder.cluster().exists() {
            cluster::create(&folder, &programs, &passwords).await?;
        }
        let sockets = postmaster::socket_folder(&folder, account.as_ref())?;
        let postmaster = postmaster::start(&folder, &programs, &sockets).await?;
        let started = PrivatePostgres {
            postmaster,
            urls: passwords.urls(&sockets),
            sockets,
            _lock: lock,
        };
        if let Err(error) = cluster::create_database(&folder, &passwords, &started.sockets).await {
            started.stop().await;
            return Err(error);
        }
        tracing::info!(major = programs.major, cluster = %folder.cluster().display(), "the private Postgres is ready");
        Ok(started)
    }

    /// The URLs of the Postgres that another Usher process runs on `data`, for a command beside a
    /// running server after [`PrivatePostgres::start`] returned [`Error::InUse`]. Waits briefly for
    /// a server that is just starting.
    ///
    /// # Errors
    /// [`Error::NotRunning`] if there is none.
    pub async fn join(data: &Path) -> Result<Urls, Error> {
        let not_running = || Error::NotRunning {
            data: data.to_owned(),
        };
        let folder = DataFolder {
            path: fs::canonicalize(data).map_err(|_| not_running())?,
        };
        for _ in 0..300 {
            if let Some(pid_file) = PidFile::read(&folder)?
                && pid_file.is_ready
                && is_postmaster(pid_file.pid, &folder)
                && let Some(passwords) = Passwords::read(&folder)?
            {
                let urls = passwords.urls(&pid_file.sockets);
                // During a first start Postgres accepts connections before the roles exist.
                if let Ok(connection) = cluster::connect(&urls.app).await {
                    connection.close().await.ok();
                    return Ok(urls);
                }
            }
            sleep(Duration::from_millis(100)).await;
        }
        Err(not_running())
    }

    /// The database's URLs.
    pub fn urls(&self) -> &Urls {
        &self.urls
    }

    /// Stops Postgres: open transactions are rolled back, and all committed data is on the disk.
    pub async fn stop(mut self) {
        self.postmaster.stop().await;
        fs::remove_dir(&self.sockets).ok();
    }

    /// Resolves when Postgres exits by itself. The server should then log that and exit, too: the
    /// next start recovers.
    pub async fn exited(&mut self) -> ExitStatus {
        self.postmaster.exited().await
    }
}
