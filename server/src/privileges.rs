//! A server that is started as root does not stay root: before anything is opened it becomes an unprivileged account that owns the data
//! folder (least privilege, ASVS 13.2.1). The private Postgres, which refuses to run as root, runs as the same.

use std::fs::{self, DirBuilder, Metadata};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, lchown};
use std::path::Path;

use color_eyre::eyre::{Result, WrapErr};
use nix::unistd::{Gid, Uid, User, geteuid, setgid, setgroups, setuid};

/// Whom to become, best first: an account made for Usher, else what Postgres runs as anyway.
const ACCOUNTS: [&str; 3] = ["usher", "postgres", "nobody"];

/// An unprivileged account of the system.
#[derive(Clone)]
pub struct Account {
    /// Its name, or its number where it has none.
    pub name: String,
    /// Its user.
    pub uid: Uid,
    /// Its group.
    pub gid: Gid,
}

impl Account {
    /// Whom the data folder is for. A cluster stays with its owner, also when somebody's own data folder is used through sudo.
    pub fn of(data: &Path) -> Option<Self> {
        if let Ok(cluster) = fs::metadata(data.join("postgres"))
            && cluster.uid() != 0
        {
            let uid = Uid::from_raw(cluster.uid());
            let name = User::from_uid(uid).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name);
            return Some(Self { name, uid, gid: Gid::from_raw(cluster.gid()) });
        }
        let found = ACCOUNTS.into_iter().find_map(|name| User::from_name(name).ok().flatten());
        found.map(|user| Self { name: user.name, uid: user.uid, gid: user.gid })
    }

    /// Whether it may enter a folder (or run a program).
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

    /// The first folder on the way to `path` that it may not enter.
    fn barred<'a>(&self, path: &'a Path) -> Option<&'a Path> {
        path.ancestors().skip(1).find(|folder| !fs::metadata(folder).is_ok_and(|folder| self.may_enter(&folder)))
    }
}

/// Goes on as an unprivileged account, where this is root; before any thread is started. `files` is what the server reads beside its
/// data. A server that could not reach its own files as that account stays root, and says so.
///
/// # Errors
/// The data folder cannot be handed over, or the system refuses.
pub fn drop_root(data: &Path, files: &Path) -> Result<()> {
    if !geteuid().is_root() {
        return Ok(());
    }
    let Some(account) = Account::of(data) else {
        tracing::warn!("running as root: there is no unprivileged account; add one with `useradd --system usher`");
        return Ok(());
    };
    if let Some(parent) = data.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).wrap_err_with(|| format!("cannot make {}", parent.display()))?;
    }
    DirBuilder::new().recursive(true).mode(0o700).create(data).wrap_err_with(|| format!("cannot make {}", data.display()))?;
    let data = fs::canonicalize(data).wrap_err_with(|| format!("cannot find {}", data.display()))?;
    let files = fs::canonicalize(files).unwrap_or_else(|_| files.to_path_buf());
    let site = files.join("pkg");
    let reached = fs::metadata(&site).map_or(true, |site| account.may(&site, 0o5));
    // the folder of the site counts, too, where there is one
    let innermost = if site.exists() { &site } else { &files };
    if let Some(barred) = account.barred(&data).or_else(|| account.barred(innermost)).or((!reached).then_some(&site)) {
        tracing::warn!(
            account = account.name, folder = %barred.display(),
            "running as root: the unprivileged account may not enter this folder; put Usher and its data outside it, or open it with chmod o+x"
        );
        return Ok(());
    }
    hand_over(&data, &account).wrap_err_with(|| format!("cannot hand {} over to {}", data.display(), account.name))?;
    setgroups(&[account.gid]).and_then(|()| setgid(account.gid)).and_then(|()| setuid(account.uid))?;
    tracing::info!(account = account.name, "started as root, goes on as an unprivileged account");
    Ok(())
}

/// Gives the data folder and what is in it to the account.
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
