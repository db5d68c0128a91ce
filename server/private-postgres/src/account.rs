use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::{Gid, Uid, User};

/// The names of accounts to use, the best first: an account for Usher, or else that of Postgres.
const NAMES: [&str; 3] = ["usher", "postgres", "nobody"];

/// An unprivileged account of the operating system.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name, or the number if it has no name.
    pub name: String,
    /// The user id.
    pub uid: Uid,
    /// The group id.
    pub gid: Gid,
}

impl Account {
    /// The account to use instead of root on a data folder, if there is one. An existing cluster
    /// keeps its owner, also if a user's own data folder is used through sudo.
    pub fn for_data(data: &Path) -> Option<Self> {
        if let Ok(cluster) = fs::metadata(data.join("postgres"))
            && cluster.uid() != 0
        {
            let uid = Uid::from_raw(cluster.uid());
            let user = User::from_uid(uid).ok().flatten();
            return Some(Self {
                name: user.map_or_else(|| uid.to_string(), |user| user.name),
                uid,
                gid: Gid::from_raw(cluster.gid()),
            });
        }
        let mut found = NAMES
            .into_iter()
            .filter_map(|name| User::from_name(name).ok().flatten());
        found.next().map(|user| Self {
            name: user.name,
            uid: user.uid,
            gid: user.gid,
        })
    }

    /// Whether the account may enter a folder, or run a program.
    pub fn may_enter(&self, file: &Metadata) -> bool {
        self.has_permissions(file, 0o1)
    }

    /// Whether the account may list a folder and enter it.
    pub fn may_list(&self, folder: &Metadata) -> bool {
        self.has_permissions(folder, 0o5)
    }

    fn has_permissions(&self, file: &Metadata, bits: u32) -> bool {
        let shift = if file.uid() == self.uid.as_raw() {
            6
        } else if file.gid() == self.gid.as_raw() {
            3
        } else {
            0
        };
        (file.mode() >> shift) & bits == bits
    }
}
