//! The template database and its clones.

use std::fs::OpenOptions;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, TransactionTrait, TryGetable,
};
use usher_domain::Db;
use usher_domain::sealing::{self, Keys};
use usher_migration::{Migrator, MigratorTrait};
use uuid::Uuid;

/// Connections of a test's server, enough for concurrent calls to race.
const CONNECTIONS: u32 = 16;
/// The advisory lock under which the template is created.
const LOCK: i64 = 7_411_206;
/// The age at which databases that a killed run left behind are dropped.
const STALE_S: u64 = 3_600;

/// A test's database.
pub struct TestDatabase {
    /// A connection with the server's role.
    pub db: Db,
    /// A connection with the owner's role, which row-level security does not bind.
    pub owner: DatabaseConnection,
    /// The address for the server's role, for statements that bypass the domain.
    pub app_url: String,
}

impl TestDatabase {
    /// The first column of the first row, as the owner reads it.
    pub async fn one<T: TryGetable>(&self, sql: &str) -> T {
        let row = self
            .owner
            .query_one_raw(statement(sql))
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        let row = row.unwrap_or_else(|| panic!("{sql}: no row"));
        row.try_get_by_index(0)
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"))
    }

    /// The first column of every row, as the owner reads it.
    pub async fn all<T: TryGetable>(&self, sql: &str) -> Vec<T> {
        let rows = self
            .owner
            .query_all_raw(statement(sql))
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter()
            .map(|row| {
                row.try_get_by_index(0)
                    .unwrap_or_else(|error| panic!("{sql}: {error:?}"))
            })
            .collect()
    }

    /// Runs a statement that bypasses the domain.
    pub async fn owner_runs(&self, sql: &str) {
        self.owner
            .execute_unprepared(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Another transaction takes the lock `first`, waits until `act` waits for it, and takes the
    /// lock `second`. Returns the result of `act` after that transaction has ended. Panics if `act`
    /// holds `second`, because the two would deadlock.
    #[expect(clippy::disallowed_methods, reason = "stands for another server")]
    pub async fn in_the_way<T>(
        &self,
        first: &str,
        second: &str,
        act: impl Future<Output = T>,
    ) -> T {
        let other = self.owner.begin().await.expect("a transaction");
        other
            .execute_unprepared(&format!("SET LOCAL lock_timeout = '5s'; {first}"))
            .await
            .expect("the first lock");
        let goes_on = async {
            let waiting = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE datname = current_database() AND NOT granted";
            for _ in 0..500 {
                if self.one::<i64>(waiting).await > 0 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            assert_eq!(
                self.one::<i64>(waiting).await,
                1,
                "it waits for the first lock"
            );
            other
                .execute_unprepared(second)
                .await
                .expect("nobody holds the second lock");
            other.rollback().await.expect("it goes");
        };
        tokio::join!(act, goes_on).0
    }

    async fn close(&self) {
        self.db.clone().close().await;
        // the handles share a pool
        self.owner.clone().close().await.ok();
    }

    /// A connection with the server's role that bypasses the domain.
    pub async fn app(&self) -> DatabaseConnection {
        connect(&self.app_url, 1).await
    }
}

/// A statement without parameters.
pub fn statement(sql: &str) -> sea_orm::Statement {
    sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql)
}

/// Runs a test with a migrated database that has no users.
pub fn run_bare(body: impl AsyncFnOnce(&TestDatabase)) {
    let _timer = Timer::start();
    let runtime = runtime();
    let template = template(&runtime);
    run_clone(Clone::make(runtime, template), body);
}

/// A database that is seeded once for all tests of a run, and the result of seeding it.
pub struct Seeded<S> {
    database: String,
    data: S,
}

/// Runs a test with a clone of a database that `seed` filled once for all tests of this run.
pub fn run_seeded<S>(
    seeded: &OnceLock<Seeded<S>>,
    seed: impl AsyncFnOnce(&TestDatabase) -> S,
    body: impl AsyncFnOnce(&TestDatabase, &S),
) {
    let _timer = Timer::start();
    let seeded = seeded.get_or_init(|| {
        let runtime = runtime();
        let template = template(&runtime);
        let clone = Clone::make(runtime, template);
        let data = clone.runtime.block_on(async {
            let database = clone.open().await;
            let data = seed(&database).await;
            // Postgres does not clone a database that has open connections
            database.close().await;
            data
        });
        // dropped with the stale databases
        Seeded {
            database: clone.name,
            data,
        }
    });
    run_clone(Clone::make(runtime(), &seeded.database), async |database| {
        body(database, &seeded.data).await
    });
}

fn run_clone(clone: Clone, body: impl AsyncFnOnce(&TestDatabase)) {
    let database = clone.runtime.block_on(clone.open());
    let _closed = Closed {
        clone: &clone,
        database: &database,
    };
    clone.runtime.block_on(body(&database));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Appends the duration of a test to the file that `USHER_TEST_TIMES` names, for the table at the
/// end of `tools/test`.
struct Timer(Instant);

impl Timer {
    fn start() -> Self {
        Self(Instant::now())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        let Some(file) = std::env::var_os("USHER_TEST_TIMES") else {
            return;
        };
        let thread = std::thread::current();
        let line = format!(
            "{:.2}\t{}: {}\n",
            self.0.elapsed().as_secs_f64(),
            env!("CARGO_CRATE_NAME"),
            thread.name().unwrap_or("a test")
        );
        // a single write, because tests end at the same time
        let written = OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .and_then(|mut file| file.write_all(line.as_bytes()));
        if let Err(error) = written {
            eprintln!("USHER_TEST_TIMES: {error}");
        }
    }
}

struct Clone {
    runtime: tokio::runtime::Runtime,
    name: String,
}

impl Clone {
    fn make(runtime: tokio::runtime::Runtime, template: &str) -> Self {
        let id = Uuid::from_bytes(sealing::random().expect("randomness")).simple();
        let name = format!("t_{}_{id}", now());
        runtime.block_on(async {
            let maintenance = connect(&owner_url(), 1).await;
            // copying its 10 MB as files takes half as long as writing them through the log
            let copy = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY");
            maintenance
                .execute_unprepared(&copy)
                .await
                .expect("a clone of the template");
            maintenance.close().await.expect("closes");
        });
        Self { runtime, name }
    }

    async fn open(&self) -> TestDatabase {
        let app_url = to(&app_url(), &self.name);
        TestDatabase {
            db: Db::connect(&app_url, Keys::from_master(&[7; 32]), CONNECTIONS)
                .await
                .expect("the server's role connects"),
            owner: connect(&to(&owner_url(), &self.name), 2).await,
            app_url,
        }
    }
}

/// Closes the connections and drops the clone, also after a panic.
struct Closed<'a> {
    clone: &'a Clone,
    database: &'a TestDatabase,
}

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        self.clone.runtime.block_on(async {
            // a database with connections that a test left open is dropped with the stale databases
            if tokio::time::timeout(Duration::from_secs(3), self.database.close())
                .await
                .is_ok()
            {
                let maintenance = connect(&owner_url(), 1).await;
                let dropped = maintenance
                    .execute_unprepared(&format!("DROP DATABASE {}", self.clone.name))
                    .await;
                if let Err(error) = dropped {
                    eprintln!("{} stays for an hour: {error}", self.clone.name);
                }
            }
        });
    }
}

/// The name of the migrated template, which is created once for each state of the migrations.
fn template(runtime: &tokio::runtime::Runtime) -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| runtime.block_on(make_template()))
}

async fn make_template() -> String {
    let name = format!("usher_template_{:016x}", schema_version());
    let maintenance = connect(&owner_url(), 1).await;
    let run = async |sql: String| {
        maintenance
            .execute_unprepared(&sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    };
    run(format!("SELECT pg_advisory_lock({LOCK})")).await;
    drop_stale(&maintenance).await;
    let known = maintenance
        .query_one_raw(statement(&format!(
            "SELECT 1 FROM pg_database WHERE datname = '{name}'"
        )))
        .await;
    if known.expect("the catalogue").is_none() {
        let raw = format!("{name}_raw");
        run(format!("DROP DATABASE IF EXISTS {raw}")).await;
        run(format!("CREATE DATABASE {raw} TEMPLATE template0")).await;
        let owner = connect(&to(&owner_url(), &raw), 1).await;
        Migrator::up(&owner, None).await.expect(
            "If you're here because a migration failed: it is the newest file of migration/src",
        );
        owner.close().await.expect("closes");
        run(format!("ALTER DATABASE {raw} RENAME TO {name}")).await;
    }
    maintenance
        .close()
        .await
        .expect("closes, and lets go of the lock");
    name
}

async fn drop_stale(maintenance: &DatabaseConnection) {
    let sql = statement(
        "SELECT datname::text FROM pg_database d WHERE datname ~ '^t_[0-9]+_[0-9a-f]{32}$'
            AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)",
    );
    for row in maintenance.query_all_raw(sql).await.expect("the catalogue") {
        let name: String = row.try_get_by_index(0).expect("a name");
        let made: u64 = name
            .split('_')
            .nth(1)
            .and_then(|made| made.parse().ok())
            .unwrap_or_default();
        if made + STALE_S < now() {
            // another run may be faster
            let _ = maintenance
                .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}"))
                .await;
        }
    }
}

/// A hash over all sources of the schema.
fn schema_version() -> u64 {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../migration/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of migration/src") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        std::fs::read(&file)
            .expect("a source of the schema")
            .hash(&mut hasher);
    }
    hasher.finish()
}

async fn connect(url: &str, connections: u32) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).sqlx_logging(false);
    Database::connect(options).await.unwrap_or_else(|error| {
        panic!("{url} does not answer ({error}): run `eval \"$(tools/test-postgres start)\"`")
    })
}

fn owner_url() -> String {
    url("USHER_TEST_OWNER_URL")
}

fn app_url() -> String {
    url("USHER_TEST_APP_URL")
}

fn url(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run `make test`, or `eval \"$(tools/test-postgres start)\"` before `cargo test`")
    })
}

/// The same address with another database name.
fn to(url: &str, database: &str) -> String {
    let (address, options) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = address
        .rsplit_once('/')
        .expect("an address that ends in a database");
    format!("{server}/{database}?{options}")
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs()
}
