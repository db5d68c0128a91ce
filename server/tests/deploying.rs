//! What an operator does with the program: README's recipe for deploying, and a start as root.
//!
//! If you're here because README's section on deploying changed: this test runs the commands of its
//! `sh` block, and what the systemd unit would start. It does not run systemd and Caddy; it checks
//! that their files agree with the settings and with the program.

use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use tempfile::TempDir;

/// The hosts of the recipe.
const HOST: &str = "usher.example.org";
const DATABASE: &str = "db.example.org/usher?sslmode=verify-full";
const PASSWORD: &str = "violet kettle under 47 pines";
/// The languages of the section's code blocks, in their order.
const LANGUAGES: [&str; 3] = ["sh", "ini", "caddyfile"];
const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn the_recipe_for_deploying_ends_with_a_first_sign_in() {
    let [commands, unit, proxy] = code_blocks();
    let postgres = EmptyPostgres::start();
    let installed = Installed::new(&postgres);

    let commands = substitute(&commands, DATABASE, &postgres.database("usher"));
    // in place of the prompt, which needs a terminal
    let commands = substitute(&commands, "admin create", "admin create --password-stdin");
    installed.run(&commands, PASSWORD);

    let server = installed.serve(&service_command(&unit));
    let page = server.request(&format!("GET /sign-in HTTP/1.1\r\n{}\r\n", proxied()));
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains(r#"name="login_name""#), "{page}");
    let form = format!(
        "login_name=ada&password={}&next=",
        PASSWORD.replace(' ', "+")
    );
    let signed_in = server.request(&format!(
        "POST /api/usher_app/session/api/sign_in HTTP/1.1\r\n{}Origin: https://{HOST}\r\nAccept: text/html\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        proxied(),
        form.len()
    ));
    assert!(signed_in.contains("__Host-session="), "{signed_in}");
    server.stop();

    let log = installed.log();
    assert!(!log.contains("WARN"), "a server of the recipe warns: {log}");
    assert!(commands.contains(&format!(r#"public_url = "https://{HOST}""#)));
    check_proxy(&proxy, &installed.output(&["serve", "--help"]));
    println!("not run: systemd with the unit, Caddy with its file, TLS");
}

#[test]
fn a_server_that_was_started_as_root_stayed_root() {
    if !geteuid().is_root() {
        return;
    }
    let installed = Installed::for_account(0, 0);
    let server = installed.serve("usher serve");
    let data = installed.data();
    assert!(data.join("setup-link").exists(), "{}", installed.log());
    let uid = |pid: &str| {
        fs::metadata(format!("/proc/{pid}"))
            .expect("a process")
            .uid()
    };
    let of_server = uid(&server.child.id().to_string());
    let postmaster = fs::read_to_string(data.join("postgres/postmaster.pid")).expect("a Postgres");
    let of_postgres = uid(postmaster.lines().next().unwrap_or_default());
    let owners: Vec<_> = fs::read_dir(&data)
        .expect("the data folder")
        .map(|entry| {
            entry
                .and_then(|entry| entry.metadata())
                .expect("a file")
                .uid()
        })
        .collect();
    server.stop();
    assert_ne!(of_server, 0, "the server");
    assert_eq!(of_postgres, of_server, "its Postgres");
    assert!(
        owners.iter().all(|owner| *owner == of_server),
        "the files of the data folder: {owners:?}"
    );
}

/// The code blocks of README's section on deploying.
fn code_blocks() -> [String; 3] {
    let readme = fs::read_to_string(format!("{REPOSITORY}/README.md")).expect("README.md");
    let section = readme
        .split("\n## ")
        .find(|part| part.starts_with("Deploying\n"));
    let fenced = section
        .expect("README has a section on deploying")
        .split("\n```");
    // the text outside the blocks alternates with the blocks
    let blocks = fenced.skip(1).step_by(2).map(|block| {
        block
            .split_once('\n')
            .expect("a block begins with its language")
    });
    let (languages, texts): (Vec<_>, Vec<_>) = blocks
        .map(|(language, text)| (language, text.to_owned()))
        .unzip();
    assert_eq!(
        languages, LANGUAGES,
        "If you're here because README got another block: say here how to run or check it"
    );
    texts.try_into().expect("as many texts as languages")
}

fn substitute(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the recipe has no `{from}`: {text}");
    text.replace(from, to)
}

/// The command of the systemd unit, as run in its folder.
fn service_command(unit: &str) -> String {
    let settings = unit_settings(unit);
    let value = |section: &str, name: &str| {
        let found = settings
            .iter()
            .find(|setting| (setting.0, setting.1) == (section, name));
        found
            .unwrap_or_else(|| panic!("the unit has no {name} in {section}"))
            .2
    };
    value("[Install]", "WantedBy");
    let program =
        value("[Service]", "ExecStart").strip_prefix(value("[Service]", "WorkingDirectory"));
    let program = program.and_then(|rest| rest.strip_prefix('/'));
    program
        .expect("the program is in the unit's folder")
        .to_owned()
}

/// The settings of a systemd unit: section, name and value.
fn unit_settings(unit: &str) -> Vec<(&str, &str, &str)> {
    let mut section = "";
    let mut settings = Vec::new();
    for line in unit
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if line.starts_with('[') && line.ends_with(']') {
            section = line;
        } else if let Some((name, value)) = line.split_once('=') {
            settings.push((section, name, value));
        } else {
            panic!("not a line of a unit: {line}");
        }
    }
    settings
}

/// Checks that the Caddyfile serves the public address, and passes it on to where the program
/// listens by default.
fn check_proxy(caddyfile: &str, help: &str) {
    assert!(
        caddyfile.lines().any(|line| line == format!("{HOST} {{")),
        "{caddyfile}"
    );
    let mut targets = caddyfile
        .lines()
        .filter_map(|line| line.trim().strip_prefix("reverse_proxy "));
    let target = targets.next().expect("Caddy passes requests on");
    assert!(
        help.contains(&format!("[default: {target}]")),
        "{target}: {help}"
    );
}

/// The headers that Caddy adds to each request.
fn proxied() -> String {
    format!("Host: {HOST}\r\nX-Forwarded-For: 192.0.2.7\r\nConnection: close\r\n")
}

/// A Postgres server that asks for passwords, and has no role and no database of Usher yet.
struct EmptyPostgres {
    sockets: PathBuf,
}

impl EmptyPostgres {
    fn start() -> Self {
        let urls = Self::tool("start");
        let (_, host) = urls
            .rsplit_once("?host=")
            .expect("the address has a folder");
        let postgres = Self {
            sockets: host
                .trim_end()
                .trim_end_matches('\'')
                .replace("%2F", "/")
                .into(),
        };
        postgres.psql("DROP ROLE usher_app; DROP ROLE usher_search; DROP ROLE usher_owner");
        let rules = postgres.psql("SHOW hba_file");
        let text = "local all postgres trust\nlocal all all scram-sha-256\n";
        fs::write(rules.trim(), text).expect("the rules of access");
        postgres.psql("SELECT pg_reload_conf()");
        postgres
    }

    /// The address of a database, without the role.
    fn database(&self, name: &str) -> String {
        let sockets = self.sockets.display().to_string();
        format!("localhost/{name}?host={}", sockets.replace('/', "%2F"))
    }

    fn psql(&self, sql: &str) -> String {
        let mut psql = Command::new("psql");
        psql.args(["-XAt", "-U", "postgres", "-p", "5432", "-h"]);
        successful(
            psql.arg(&self.sockets)
                .args(["-c", sql])
                .env("PATH", path()),
        )
    }

    fn tool(command: &str) -> String {
        let mut tool = Command::new(format!("{REPOSITORY}/tools/test-postgres"));
        successful(
            tool.arg(command)
                .env("USHER_TEST_POSTGRES", "deploying-postgres"),
        )
    }
}

impl Drop for EmptyPostgres {
    fn drop(&mut self) {
        Self::tool("stop");
    }
}

/// A copy of the program in a folder, as an operator installs it.
struct Installed {
    folder: TempDir,
    environment: Vec<(&'static str, String)>,
    uid: u32,
    gid: u32,
}

impl Installed {
    /// For the account of Postgres, because only it may use the sockets of the test's Postgres.
    fn new(postgres: &EmptyPostgres) -> Self {
        let owner = fs::metadata(&postgres.sockets).expect("the folder of sockets");
        let mut installed = Self::for_account(owner.uid(), owner.gid());
        installed.environment.extend([
            ("PGHOST", postgres.sockets.display().to_string()),
            ("PGUSER", "postgres".to_owned()),
        ]);
        installed
    }

    fn for_account(uid: u32, gid: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("may open it");
        fs::copy(env!("CARGO_BIN_EXE_usher"), folder.path().join("usher")).expect("a copy");
        fs::create_dir_all(folder.path().join("site/pkg")).expect("a site");
        chown(folder.path(), Some(uid), Some(gid)).expect("may give it");
        let data = folder.path().join("data").display().to_string();
        Self {
            folder,
            environment: vec![("PATH", path()), ("USHER_DATA", data)],
            uid,
            gid,
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).expect("a log")
    }

    /// A command in the folder, by the folder's owner.
    fn command(&self, program: &str) -> Command {
        let own = self.folder.path().join(program);
        let mut command = Command::new(if own.exists() {
            own.as_path()
        } else {
            Path::new(program)
        });
        command
            .env_clear()
            .envs(self.environment.iter().cloned())
            .current_dir(self.folder.path())
            .uid(self.uid)
            .gid(self.gid);
        command
    }

    /// Runs a script, which may read one line.
    fn run(&self, script: &str, line: &str) {
        let mut shell = self.command("bash");
        let input = self.folder.path().join("input");
        fs::write(&input, format!("{line}\n")).expect("the input");
        let input = File::open(input).expect("the input");
        successful(shell.args(["-euo", "pipefail", "-c", script]).stdin(input));
    }

    fn output(&self, arguments: &[&str]) -> String {
        successful(self.command("usher").args(arguments))
    }

    /// Starts the server and waits until it is ready.
    fn serve(&self, command: &str) -> Server {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        let address = free.expect("a free port");
        let log = File::create(self.folder.path().join("log")).expect("a log");
        let words: Vec<_> = command.split(' ').collect();
        let mut command = self.command(words[0]);
        command
            .args(&words[1..])
            .env("USHER_LISTEN", address.to_string())
            .stderr(log);
        let mut server = Server::spawn(&mut command, address);
        wait_until("the server is ready", || {
            assert!(!server.has_ended(), "it ended: {}", self.log());
            let probe = format!("GET /readyz HTTP/1.1\r\n{}\r\n", proxied());
            TcpStream::connect(address).is_ok()
                && server.request(&probe).starts_with("HTTP/1.1 200")
        });
        server
    }
}

/// A running server, which is killed if the test fails.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn spawn(command: &mut Command, address: SocketAddr) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        Self {
            child: child.expect("the server starts"),
            address,
        }
    }

    fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("its state").is_some()
    }

    /// Sends a request, and returns the whole answer.
    fn request(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// Stops the server as systemd does.
    fn stop(mut self) {
        let pid = self.child.id().try_into().expect("a process id");
        kill(Pid::from_raw(pid), Signal::SIGTERM).expect("it runs");
        wait_until("the server ends", || self.has_ended());
        let status = self.child.wait().expect("its status");
        assert!(status.success(), "it stops in order: {status}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // fails if it has ended
        self.child.kill().ok();
    }
}

/// The folders of programs, with those of a Postgres that is named in `PG_BINDIR` first.
fn path() -> String {
    let of_postgres = std::env::var("PG_BINDIR").map(|folder| format!("{folder}:"));
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{}{path}", of_postgres.unwrap_or_default())
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "waited for a minute until {what}"
        );
        sleep(Duration::from_millis(50));
    }
}

/// Runs a command to its successful end, and returns what it printed.
fn successful(command: &mut Command) -> String {
    let output = command.output();
    let Output {
        status,
        stdout,
        stderr,
    } = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let printed = String::from_utf8_lossy(&stdout).into_owned();
    let errors = String::from_utf8_lossy(&stderr);
    assert!(
        status.success(),
        "{command:?} ended with {status}:\n{printed}\n{errors}"
    );
    printed
}
