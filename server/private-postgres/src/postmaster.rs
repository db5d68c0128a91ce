//! The main process of Postgres: its socket, its log, and its start.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use tokio::process::Child;
use tokio::time::{sleep, timeout};

use crate::account::Account;
use crate::error::{Error, failed};
use crate::files::set_owner;
use crate::folder::DataFolder;
use crate::processes::{PidFile, end_sessions};
use crate::programs::{Programs, last_error};

/// The maximum number of connections.
const MAX_CONNECTIONS: u16 = 60;
const SOCKET: &str = ".s.PGSQL.5432";
/// The maximum length of a Unix socket's address, without the final NUL.
const MAX_SOCKET_PATH: usize = if cfg!(target_os = "macos") { 103 } else { 107 };
/// The size at which the log is renamed at the next start.
const MAX_LOG: u64 = 10 * 1024 * 1024;

/// The main process of Postgres. If a start fails or is cancelled, dropping this stops the process.
#[derive(Debug)]
pub struct Postmaster(Child);

impl Postmaster {
    /// Stops it: open transactions are rolled back, and all committed data is on the disk.
    pub async fn stop(&mut self) {
        for (signal, seconds) in [
            (Signal::SIGINT, 20),
            (Signal::SIGQUIT, 6),
            (Signal::SIGKILL, 6),
        ] {
            self.signal(signal);
            let ended = timeout(Duration::from_secs(seconds), self.0.wait()).await;
            if ended.is_ok() {
                break;
            }
            tracing::warn!(%signal, "Postgres does not stop");
        }
    }

    /// Resolves when it exits.
    pub async fn exited(&mut self) -> ExitStatus {
        match self.0.wait().await {
            Ok(status) => status,
            Err(error) => {
                tracing::error!(%error, "cannot watch Postgres");
                ExitStatus::from_raw(255 << 8)
            }
        }
    }

    fn pid(&self) -> Option<i32> {
        self.0.id().and_then(|pid| i32::try_from(pid).ok())
    }

    fn signal(&self, signal: Signal) {
        // Without an id the process has ended and was waited for: another process may have the id
        // by now.
        if let Some(pid) = self.pid() {
            kill(Pid::from_raw(pid), signal).ok();
        }
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        self.signal(Signal::SIGINT);
    }
}

/// A folder for the socket that only this process and Postgres can enter. Its path is short and
/// needs no escaping.
pub fn socket_folder(folder: &DataFolder, account: Option<&Account>) -> Result<PathBuf, Error> {
    let usual = folder.path.join("run");
    let is_plain = usual
        .as_os_str()
        .as_bytes()
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte));
    let path = if is_plain && usual.as_os_str().len() + 1 + SOCKET.len() <= MAX_SOCKET_PATH {
        usual
    } else {
        let mut hasher = DefaultHasher::new();
        folder.path.hash(&mut hasher);
        PathBuf::from(format!("/tmp/usher-{:016x}", hasher.finish()))
    };
    match DirBuilder::new().mode(0o700).create(&path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(failed("create", &path)(error));
        }
        _ => {}
    }
    // In /tmp another account may have created it first.
    let metadata = fs::symlink_metadata(&path).map_err(failed("read", &path))?;
    let is_ours = metadata.uid() == geteuid().as_raw()
        || account.is_some_and(|account| account.uid.as_raw() == metadata.uid());
    if !metadata.is_dir() || !is_ours {
        return Err(Error::OtherOwner { folder: path });
    }
    set_owner(&path, account)?;
    fs::set_permissions(&path, Permissions::from_mode(0o700)).map_err(failed("protect", &path))?;
    // Left behind by a crash; the caller has made sure that no process uses them any more.
    for stale in [SOCKET.to_owned(), format!("{SOCKET}.lock")] {
        fs::remove_file(path.join(stale)).ok();
    }
    Ok(path)
}

/// Starts Postgres, and waits until it accepts connections.
pub async fn start(
    folder: &DataFolder,
    programs: &Programs,
    sockets: &Path,
) -> Result<Postmaster, Error> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let log = open_log(folder, programs.account.as_ref())?;
        let log_start = log.metadata().map_or(0, |metadata| metadata.len());
        let mut postmaster = spawn(folder, programs, sockets, log)?;
        let start = Instant::now();
        let mut reported = 0;
        // No time limit: after a crash the recovery may take long, and a cancelled start would
        // begin it again.
        let status = loop {
            if let Ok(Some(status)) = postmaster.0.try_wait() {
                break status;
            }
            if PidFile::read(folder)?
                .is_some_and(|pid_file| pid_file.is_ready && Some(pid_file.pid) == postmaster.pid())
            {
                return Ok(postmaster);
            }
            let waited = start.elapsed().as_secs() / 10;
            if waited > reported {
                reported = waited;
                tracing::info!(log = %folder.log().display(), "still waiting for Postgres to recover");
            }
            sleep(Duration::from_millis(20)).await;
        };
        let text = fs::read(folder.log()).unwrap_or_default();
        let new_lines = text
            .get(usize::try_from(log_start).unwrap_or(0)..)
            .unwrap_or_default();
        let output = last_error(new_lines);
        // Sessions of a killed Postgres take a moment to notice, and a busy session ends only after
        // its query.
        if String::from_utf8_lossy(new_lines).contains("shared memory block") && attempts < 20 {
            end_sessions(folder);
            sleep(Duration::from_millis(500)).await;
            continue;
        }
        let output = if output.is_empty() {
            status.to_string()
        } else {
            output
        };
        return Err(Error::Start {
            output,
            log: folder.log(),
        });
    }
}

fn spawn(
    folder: &DataFolder,
    programs: &Programs,
    sockets: &Path,
    log: File,
) -> Result<Postmaster, Error> {
    let mut settings: Vec<OsString> = vec![
        "port=5432".into(),
        "listen_addresses=".into(),
        "unix_socket_permissions=0700".into(),
        format!("max_connections={}", MAX_CONNECTIONS).into(),
    ];
    let mut directories = OsString::from("unix_socket_directories=");
    directories.push(sockets);
    settings.push(directories);
    let errors = log.try_clone().map_err(failed("write", &folder.log()))?;
    let child = programs
        .command("postgres", &folder.path)
        .arg("-D")
        .arg(folder.cluster())
        .args(
            settings
                .iter()
                .flat_map(|setting| [OsStr::new("-c"), setting]),
        )
        .stdout(log)
        .stderr(errors)
        // Ctrl-C signals the whole process group, and requests in progress need their database.
        .process_group(0)
        .kill_on_drop(false)
        .spawn()
        .map_err(failed("run", &programs.bin.join("postgres")))?;
    Ok(Postmaster(child))
}

fn open_log(folder: &DataFolder, account: Option<&Account>) -> Result<File, Error> {
    let path = folder.log();
    if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > MAX_LOG) {
        fs::rename(&path, folder.path.join("postgres.log.1")).map_err(failed("rename", &path))?;
    }
    let mut options = OpenOptions::new();
    let log = options
        .append(true)
        .create(true)
        .mode(0o600)
        .open(&path)
        .map_err(failed("open", &path))?;
    set_owner(&path, account)?;
    Ok(log)
}
