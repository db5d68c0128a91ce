//! Drops root privileges: a server that is started as root becomes an unprivileged account that
//! owns the data folder before it opens anything (least privilege, ASVS 13.2.1). The private
//! Postgres, which refuses to run as root, uses the same account.

use std::fs::{self, DirBuilder, Metadata};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, lchown};
use std::path::Path;

use color_eyre::eyre::{Result, WrapErr};
use nix::unistd::{Gid, Uid, User, geteuid, setgid, setgroups, setuid};

/// The accounts to use, the best first: an account for Usher, or else the account of Postgres.
const ACCOUNTS: [&str; 3] = ["usher", "postgres", "nobody"];

/// An unprivileged account of the operating system.
#[derive(Clone)]
pub struct Account {
    /// The name, or the number if it has no name.
    pub name: String,
    /// The user id.
    pub uid: Uid,
    /// The group id.
    pub gid: Gid,
}

impl Account {
    /// The account for a data folder. An existing cluster keeps its owner, also if a user's own
    /// data folder is used through sudo.
    pub fn of(data: &Path) -> Option<Self> {
        if let Ok(cluster) = fs::metadata(data.join("postgres"))
            && cluster.uid() != 0
        {
            let uid = Uid::from_raw(cluster.uid());
            let name = User::from_uid(uid)
                .ok()
                .flatten()
                .map_or_else(|| uid.to_string(), |user| user.name);
            return Some(Self {
                name,
                uid,
                gid: Gid::from_raw(cluster.gid()),
            });
        }
        let found = ACCOUNTS
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten());
        found.map(|user| Self {
            name: user.name,
            uid: user.uid,
            gid: user.gid,
        })
    }

    /// Whether the account may enter a folder, or run a program.
    pub fn may_enter(&self, folder: &Metadata) -> bool {
        self.may(folder, 0o1)
    }

    fn may(&self, file: &Metadata, bit: u32) -> bool {
        let shift = if file.uid() == self.uid.as_raw() {
            6
        } else if file.gid() == self.gid.as_raw() {
            3
        } else {
            0
        };
        file.mode() >> shift & bit == bit
    }

    /// The first folder on the way to `path` that the account may not enter.
    fn barred<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        path.ancestors()
            .skip(1)
            .find(|folder| !fs::metadata(folder).is_ok_and(|folder| self.may_enter(&folder)))
    }
}

/// Switches from root to an unprivileged account; must run before any thread is started. `files` is
/// what the server reads besides its data. A server that could not read its own files as that
/// account stays root, and logs that.
///
/// # Errors
/// If the data folder cannot be handed over, or the system refuses.
pub fn drop_root(data: &Path, files: &Path) -> Result<()> {
    if !geteuid().is_root() {
        return Ok(());
    }
    let Some(account) = Account::of(data) else {
        tracing::warn!(
            "running as root: there is no unprivileged account; add one with `useradd --system usher`"
        );
        return Ok(());
    };
    if let Some(parent) = data
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        fs::create_dir_all(parent).wrap_err_with(|| format!("cannot make {}", parent.display()))?;
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .wrap_err_with(|| format!("cannot make {}", data.display()))?;
    let data =
        fs::canonicalize(data).wrap_err_with(|| format!("cannot find {}", data.display()))?;
    let files = fs::canonicalize(files).unwrap_or_else(|_| files.to_path_buf());
    let site = files.join("pkg");
    let reached = fs::metadata(&site).map_or(true, |site| account.may(&site, 0o5));
    // includes the folder of the site, if it exists
    let innermost = if site.exists() { &site } else { &files };
    if let Some(barred) = account
        .barred(&data)
        .or_else(|| account.barred(innermost))
        .or((!reached).then_some(&site))
    {
        tracing::warn!(
            account = account.name, folder = %barred.display(),
            "running as root: the unprivileged account may not enter this folder; put Usher and its data outside it, or open it with chmod o+x"
        );
        return Ok(());
    }
    hand_over(&data, &account)
        .wrap_err_with(|| format!("cannot hand {} over to {}", data.display(), account.name))?;
    setgroups(&[account.gid])
        .and_then(|()| setgid(account.gid))
        .and_then(|()| setuid(account.uid))?;
    tracing::info!(
        account = account.name,
        "started as root, goes on as an unprivileged account"
    );
    Ok(())
}

/// Makes the account the owner of the data folder and its contents.
fn hand_over(path: &Path, account: &Account) -> std::io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if (metadata.uid(), metadata.gid()) != (account.uid.as_raw(), account.gid.as_raw()) {
        lchown(path, Some(account.uid.as_raw()), Some(account.gid.as_raw()))?;
    }
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            hand_over(&entry?.path(), account)?;
        }
    }
    Ok(())
}
