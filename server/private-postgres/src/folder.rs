//! The data folder, and the lock on it.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::unistd::geteuid;
use tokio::time::sleep;

use crate::account::Account;
use crate::error::{Error, failed};

/// An existing data folder.
pub struct DataFolder {
    /// Its absolute path.
    pub path: PathBuf,
}

impl DataFolder {
    /// Creates the folder if it is missing, and locks it. Waits briefly for another holder of the
    /// lock: a forked child still holds a released lock until it has executed another program.
    pub async fn lock(data: &Path) -> Result<(DataFolder, File), Error> {
        for _ in 0..20 {
            match Self::try_lock(data) {
                Err(Error::InUse { .. }) => sleep(Duration::from_millis(50)).await,
                result => return result,
            }
        }
        Self::try_lock(data)
    }

    fn try_lock(data: &Path) -> Result<(DataFolder, File), Error> {
        // Parent folders that are created here must allow the account of Postgres to enter.
        let mode = if geteuid().is_root() { 0o755 } else { 0o700 };
        let parent = data
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        parent
            .map_or(Ok(()), |parent| {
                DirBuilder::new().recursive(true).mode(mode).create(parent)
            })
            .and_then(|()| DirBuilder::new().recursive(true).mode(0o700).create(data))
            .map_err(failed("create the data folder", data))?;
        let path = fs::canonicalize(data).map_err(failed("find", data))?;
        let lock_path = path.join("usher.lock");
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .open(&lock_path)
            .map_err(|error| match error.kind() {
                ErrorKind::PermissionDenied => Error::OtherOwner {
                    folder: path.clone(),
                },
                _ => failed("open", &lock_path)(error),
            })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                lock.read_to_string(&mut pid).ok();
                let pid = if pid.trim().is_empty() {
                    "unknown".to_owned()
                } else {
                    pid.trim().to_owned()
                };
                return Err(Error::InUse { data: path, pid });
            }
            Err(TryLockError::Error(source)) => return Err(failed("lock", &lock_path)(source)),
        }
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| writeln!(lock, "{}", std::process::id()))
            .map_err(failed("write", &lock_path))?;
        Ok((DataFolder { path }, lock))
    }

    /// The folder of the cluster.
    pub fn cluster(&self) -> PathBuf {
        self.path.join("postgres")
    }

    /// The log of Postgres.
    pub fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    /// The major version of the Postgres that created the cluster, if there is one.
    pub fn major(&self) -> Result<Option<u32>, Error> {
        let cluster = self.cluster();
        let version = cluster.join("PG_VERSION");
        match fs::read_to_string(&version) {
            Ok(text) => text
                .trim()
                .parse()
                .map(Some)
                .map_err(|_| Error::NotACluster { folder: cluster }),
            Err(error) if error.kind() == ErrorKind::NotFound => match fs::remove_dir(&cluster) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    Err(Error::NotACluster { folder: cluster })
                }
                _ => Ok(None),
            },
            Err(source) => Err(failed("read", &version)(source)),
        }
    }

    /// The account for initdb and Postgres, which refuse to run as root, if the process is root.
    pub fn account(&self) -> Result<Option<Account>, Error> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        Account::for_data(&self.path)
            .map(Some)
            .ok_or(Error::NoAccount)
    }
}
