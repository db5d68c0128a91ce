//! The roles with their passwords, and the addresses that contain them.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rand::distr::{Alphanumeric, SampleString};

use crate::error::{Error, failed};
use crate::files::write_secret;
use crate::folder::DataFolder;

pub const SUPERUSER: &str = "postgres";
pub const OWNER: &str = "usher_owner";
pub const APP: &str = "usher_app";
pub const DATABASE: &str = "usher";

/// The database's URLs, for sqlx and SeaORM. Both contain a password.
#[derive(Clone)]
pub struct Urls {
    /// For `usher_app`, the role of the running server.
    pub app: String,
    /// For `usher_owner`, the role of migrations.
    pub owner: String,
}

impl fmt::Debug for Urls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Urls { .. }")
    }
}

/// The passwords of the three roles that can sign in. They consist of letters and digits, so that
/// they never need quoting.
pub struct Passwords {
    pub superuser: String,
    pub owner: String,
    pub app: String,
}

impl Passwords {
    /// The file of the passwords.
    pub fn file(folder: &DataFolder) -> PathBuf {
        folder.path.join("postgres.passwords")
    }

    /// New passwords.
    pub fn random() -> Passwords {
        let random = || Alphanumeric.sample_string(&mut rand::rng(), 32);
        Passwords {
            superuser: random(),
            owner: random(),
            app: random(),
        }
    }

    /// The passwords of the file; `None` if the file is missing or damaged.
    pub fn read(folder: &DataFolder) -> Result<Option<Passwords>, Error> {
        let path = Self::file(folder);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(failed("read", &path)(source)),
        };
        let password_of = |role: &str| {
            let password = text
                .lines()
                .find_map(|line| line.strip_prefix(role)?.strip_prefix(' '))?;
            let is_whole =
                password.len() == 32 && password.bytes().all(|byte| byte.is_ascii_alphanumeric());
            is_whole.then(|| password.to_owned())
        };
        Ok((|| {
            Some(Passwords {
                superuser: password_of(SUPERUSER)?,
                owner: password_of(OWNER)?,
                app: password_of(APP)?,
            })
        })())
    }

    /// Writes the file, atomically.
    pub fn write(&self, folder: &DataFolder) -> Result<(), Error> {
        let path = Self::file(folder);
        let temporary = folder.path.join("postgres.passwords.new");
        let text = format!(
            "{SUPERUSER} {}\n{OWNER} {}\n{APP} {}\n",
            self.superuser, self.owner, self.app
        );
        write_secret(&temporary, &text, None)?;
        fs::rename(&temporary, &path).map_err(failed("write", &path))
    }

    /// The addresses for the server and for migrations.
    pub fn urls(&self, sockets: &Path) -> Urls {
        Urls {
            app: url(APP, &self.app, sockets, DATABASE),
            owner: url(OWNER, &self.owner, sockets, DATABASE),
        }
    }
}

/// The address of a database for a role.
pub fn url(role: &str, password: &str, sockets: &Path, database: &str) -> String {
    // The port is explicit, because sqlx would otherwise read PGPORT from the environment. The
    // socket folder's path needs no escaping, see `socket_folder`.
    let host = sockets.display().to_string().replace('/', "%2F");
    format!("postgres://{role}:{password}@{host}:5432/{database}")
}
