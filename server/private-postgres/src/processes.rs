//! Processes that an earlier Usher may have left behind.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::sleep;

use crate::error::{Error, failed};
use crate::folder::DataFolder;

/// The contents of Postgres's `postmaster.pid`.
pub struct PidFile {
    /// The id of the main process.
    pub pid: i32,
    /// The folder of the socket.
    pub sockets: PathBuf,
    /// Whether it accepts connections.
    pub is_ready: bool,
}

impl PidFile {
    fn path(folder: &DataFolder) -> PathBuf {
        folder.cluster().join("postmaster.pid")
    }

    /// Reads the file, if it exists and is complete enough.
    pub fn read(folder: &DataFolder) -> Result<Option<PidFile>, Error> {
        let path = Self::path(folder);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(failed("read", &path)(source)),
        };
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let Some(pid) = lines.first().and_then(|line| line.parse().ok()) else {
            return Ok(None);
        };
        Ok(Some(PidFile {
            pid,
            sockets: lines.get(4).map(PathBuf::from).unwrap_or_default(),
            is_ready: lines.get(7) == Some(&"ready"),
        }))
    }
}

/// Whether the process `pid` is a Postgres on this folder, and not another process that got the
/// same id.
pub fn is_postmaster(pid: i32, folder: &DataFolder) -> bool {
    let cluster = folder.cluster();
    let cluster = cluster.as_os_str().as_bytes();
    if let Ok(line) = fs::read(format!("/proc/{pid}/cmdline")) {
        return line
            .split(|byte| *byte == 0)
            .any(|argument| argument == cluster);
    }
    let ps = Command::new("ps")
        .args(["-ww", "-o", "command=", "-p", &pid.to_string()])
        .output();
    ps.is_ok_and(|output| {
        output
            .stdout
            .windows(cluster.len())
            .any(|window| window == cluster)
    })
}

/// Stops a Postgres whose Usher was killed, and makes sure that its pid file does not block the
/// next start.
pub async fn end_orphan(folder: &DataFolder) -> Result<(), Error> {
    let Some(pid_file) = PidFile::read(folder)? else {
        return Ok(());
    };
    let pid = Pid::from_raw(pid_file.pid);
    for (signal, timeout) in [
        (Signal::SIGINT, Duration::from_secs(20)),
        (Signal::SIGQUIT, Duration::from_secs(10)),
    ] {
        if !is_postmaster(pid_file.pid, folder) {
            break;
        }
        tracing::warn!(pid = pid_file.pid, %signal, "stopping the Postgres that an earlier Usher left behind");
        kill(pid, signal).ok();
        let start = Instant::now();
        while is_postmaster(pid_file.pid, folder) && start.elapsed() < timeout {
            sleep(Duration::from_millis(50)).await;
        }
    }
    if is_postmaster(pid_file.pid, folder) {
        return Err(Error::Orphan { pid: pid_file.pid });
    }
    // Postgres refuses to start while a process of its account has the id in the pid file, which is
    // common after a reboot or in a container. It ignores the id of its parent, which this process
    // is going to be, so that id is written. It needs the rest of the file to check whether parts
    // of the old server still use the shared memory.
    let path = PidFile::path(folder);
    if kill(pid, None).is_ok()
        && let Ok(text) = fs::read_to_string(&path)
        && let Some((_, rest)) = text.split_once('\n')
    {
        fs::write(&path, format!("{}\n{rest}", std::process::id()))
            .map_err(failed("write", &path))?;
    }
    Ok(())
}

/// Ends the sessions that a killed Postgres left running, as Postgres itself would do. Without
/// /proc, they end when their queries do.
pub fn end_sessions(folder: &DataFolder) {
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = process
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let path = process.path();
        if fs::read(path.join("cmdline")).is_ok_and(|line| line.starts_with(b"postgres: "))
            && fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd == folder.cluster())
        {
            kill(Pid::from_raw(pid), Signal::SIGQUIT).ok();
        }
    }
}
