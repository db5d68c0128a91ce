//! The server of `dist/`, as a child process.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, bail, eyre};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::sleep;

use crate::http::{Answer, Client};
use crate::postgres::Postgres;

const PATIENCE: Duration = Duration::from_secs(60);
/// A byte of the key in hexadecimal, which is repeated 32 times.
const KEY: &str = "07";

/// The release to measure, and a folder for its data.
pub struct Release {
    dist: PathBuf,
    folder: PathBuf,
}

impl Release {
    /// The release in `dist`, which writes into `folder`.
    pub fn new(dist: &Path, folder: &Path) -> Result<Self> {
        let dist = dist.canonicalize().unwrap_or_else(|_| dist.to_owned());
        if !dist.join("usher").is_file() {
            bail!("{} holds no release: run tools/build", dist.display());
        }
        Ok(Self {
            dist,
            folder: folder.canonicalize()?,
        })
    }

    /// Migrates the schema to the release's version.
    pub fn migrate(&self, postgres: &Postgres) -> Result<()> {
        let mut command = self.command("migrate", "data")?;
        command
            .env("DATABASE_URL", &postgres.app_url)
            .env("USHER_OWNER_DATABASE_URL", &postgres.owner_url);
        let status = command.status()?;
        if status.success() {
            Ok(())
        } else {
            Err(eyre!(
                "usher migrate ended with {status}; the end of its log:\n{}",
                self.log()
            ))
        }
    }

    /// Starts the server, on a database or with its private Postgres, and waits for its first page.
    pub async fn start(&self, postgres: Option<&Postgres>) -> Result<Usher> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let mut command = self.command(
            "serve",
            if postgres.is_some() {
                "data"
            } else {
                "private"
            },
        )?;
        // the server trusts one proxy, so that clients can send many addresses
        command
            .env("USHER_LISTEN", address.to_string())
            .env("USHER_TRUSTED_PROXIES", "1");
        if let Some(postgres) = postgres {
            command.env("DATABASE_URL", &postgres.app_url);
        }
        let start = Instant::now();
        let mut usher = Usher {
            address,
            child: command.spawn()?,
            started_in: Duration::ZERO,
        };
        while usher.first_page().await.is_none() {
            if let Some(status) = usher.child.try_wait()? {
                bail!(
                    "usher serve ended with {status}; the end of its log:\n{}",
                    self.log()
                );
            }
            if start.elapsed() > PATIENCE {
                bail!(
                    "usher serve showed no page within {} s; the end of its log:\n{}",
                    PATIENCE.as_secs(),
                    self.log()
                );
            }
            sleep(Duration::from_millis(1)).await;
        }
        usher.started_in = start.elapsed();
        Ok(usher)
    }

    /// A command without the developer's own settings in its environment.
    fn command(&self, what: &str, data: &str) -> Result<Command> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))?;
        let mut command = Command::new(self.dist.join("usher"));
        for (name, _) in std::env::vars_os() {
            if name == "DATABASE_URL" || name.to_string_lossy().starts_with("USHER_") {
                command.env_remove(name);
            }
        }
        command
            .arg(what)
            .env("USHER_DATA", self.folder.join(data))
            .env("USHER_KEY", KEY.repeat(32))
            .current_dir(&self.folder);
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        Ok(command)
    }

    fn log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        log.lines()
            .rev()
            .take(5)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// A running server. Dropping it asks the server to stop, and waits.
pub struct Usher {
    /// The address at which it listens.
    pub address: SocketAddr,
    /// The time from the start of the process to the last byte of the first page.
    pub started_in: Duration,
    child: Child,
}

impl Usher {
    async fn first_page(&self) -> Option<Answer> {
        let mut client = Client::connect(self.address).await.ok()?;
        client
            .get("/sign-in")
            .await
            .ok()
            .filter(|answer| answer.status == 200)
    }

    /// The resident memory in bytes; `None` if the system does not report it.
    pub fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace()
            .next()?
            .parse::<f64>()
            .ok()
            .map(|kib| kib * 1_024.0)
    }

    /// The CPU time it has used, in seconds.
    pub fn used(&self) -> Option<f64> {
        used(&self.child.id().to_string())
    }
}

impl Drop for Usher {
    fn drop(&mut self) {
        if let Ok(pid) = i32::try_from(self.child.id()) {
            kill(Pid::from_raw(pid), Signal::SIGTERM).ok();
        }
        self.child.wait().ok();
    }
}

/// The CPU time of a process, or of `self`, in seconds.
pub fn used(process: &str) -> Option<f64> {
    // after the name, which may contain any character; the unit is 1/100 s on every Linux
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
    Some((ticks(11)? + ticks(12)?) / 100.0)
}
