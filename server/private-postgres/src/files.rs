//! Files that belong to the account of Postgres.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, lchown};
use std::path::Path;

use crate::account::Account;
use crate::error::{Error, failed};

/// Writes a file that only its owner can read: the account, or else this process's account.
pub fn write_secret(path: &Path, text: &str, account: Option<&Account>) -> Result<(), Error> {
    fs::remove_file(path).ok();
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(failed("create", path))?;
    set_owner(path, account)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(failed("write", path))
}

/// Gives a file to the account, if this process is root.
pub fn set_owner(path: &Path, account: Option<&Account>) -> Result<(), Error> {
    match account {
        Some(account) => lchown(path, Some(account.uid.as_raw()), Some(account.gid.as_raw())),
        None => Ok(()),
    }
    .map_err(failed("change the owner of", path))
}

/// Removes a folder with its contents, if it exists.
pub fn remove_tree(path: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}
