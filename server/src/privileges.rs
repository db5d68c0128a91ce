//! Drops root privileges: a server that is started as root becomes an unprivileged account that
//! owns the data folder before it opens anything (least privilege, ASVS 13.2.1). The private
//! Postgres, which refuses to run as root, uses the same account.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, lchown};
use std::path::Path;

use color_eyre::eyre::{Result, WrapErr};
use nix::unistd::{geteuid, setgid, setgroups, setuid};
use usher_private_postgres::Account;

/// Switches from root to an unprivileged account; must run before any thread is started. `files` is
/// what the server reads besides its data. A server that could not read its own files as that
/// account stays root, and logs that.
///
/// # Errors
/// If the data folder cannot be given to the account, or the system refuses.
pub fn drop_root(data: &Path, files: &Path) -> Result<()> {
    if !geteuid().is_root() {
        return Ok(());
    }
    let Some(account) = Account::for_data(data) else {
        tracing::warn!(
            "running as root: there is no unprivileged account; add one with `useradd --system usher`"
        );
        return Ok(());
    };
    if let Some(parent) = data
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        fs::create_dir_all(parent)
            .wrap_err_with(|| format!("cannot create {}", parent.display()))?;
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .wrap_err_with(|| format!("cannot create {}", data.display()))?;
    let data =
        fs::canonicalize(data).wrap_err_with(|| format!("cannot find {}", data.display()))?;
    let files = fs::canonicalize(files).unwrap_or_else(|_| files.to_path_buf());
    let site = files.join("pkg");
    let is_listed = fs::metadata(&site).map_or(true, |site| account.may_list(&site));
    // includes the folder of the site, if it exists
    let innermost = if site.exists() { &site } else { &files };
    if let Some(closed) = closed_parent(&account, &data)
        .or_else(|| closed_parent(&account, innermost))
        .or((!is_listed).then_some(&site))
    {
        tracing::warn!(
            account = account.name, folder = %closed.display(),
            "running as root: the unprivileged account may not enter this folder; put Usher and its data outside it, or open it with chmod o+x"
        );
        return Ok(());
    }
    change_owner(&data, &account)
        .wrap_err_with(|| format!("cannot make {} belong to {}", data.display(), account.name))?;
    setgroups(&[account.gid])
        .and_then(|()| setgid(account.gid))
        .and_then(|()| setuid(account.uid))?;
    tracing::info!(
        account = account.name,
        "started as root, continuing as an unprivileged account"
    );
    Ok(())
}

/// The first folder above `path` that the account may not enter.
fn closed_parent<'a>(account: &Account, path: &'a Path) -> Option<&'a Path> {
    path.ancestors()
        .skip(1)
        .find(|folder| !fs::metadata(folder).is_ok_and(|folder| account.may_enter(&folder)))
}

/// Makes the account the owner of the data folder and its contents.
fn change_owner(path: &Path, account: &Account) -> std::io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if (metadata.uid(), metadata.gid()) != (account.uid.as_raw(), account.gid.as_raw()) {
        lchown(path, Some(account.uid.as_raw()), Some(account.gid.as_raw()))?;
    }
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            change_owner(&entry?.path(), account)?;
        }
    }
    Ok(())
}
