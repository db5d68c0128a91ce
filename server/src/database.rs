//! The database: the private Postgres, or the database in the settings. It is ready when it is
//! reachable, new enough, migrated, and connected as a role with only the privileges that the
//! server needs (decision 0002).

use std::time::Duration;

use color_eyre::eyre::{Result, WrapErr, bail, eyre};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, Connection, Row};
use sea_orm::{ConnectOptions, Database as SeaDatabase};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;
use usher_domain::Db;
use usher_migration::{Migrator, MigratorTrait};
use usher_private_postgres::{Error as PrivateError, PrivatePostgres};

use crate::config::Config;
use crate::keys;

const OLDEST: i32 = 15;
const PATIENCE: Duration = Duration::from_secs(10);
/// The advisory lock of migrations, so that two servers that start at the same time migrate one
/// after the other. The number spells "usher".
const MIGRATING: i64 = 0x75_73_68_65_72;

/// A database that is ready, and the private Postgres that runs it, if any.
pub struct Database {
    /// The connection pool.
    pub db: Db,
    private: Option<PrivatePostgres>,
}

/// Which process opens the database.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Opener {
    /// The server, which must be the only user of the data folder.
    Server,
    /// A command, which may run beside a server.
    Command,
}

struct Urls {
    app: SecretString,
    owner: Option<SecretString>,
}

impl Database {
    /// Opens the database, and migrates it if the owner's URL is known.
    ///
    /// # Errors
    /// A one-line message that says what to do.
    pub async fn open(config: &Config, opener: Opener) -> Result<Self> {
        let (urls, private) = find(config, opener).await?;
        match Self::connect(config, &urls).await {
            Ok(db) => Ok(Self { db, private }),
            Err(error) => {
                stop(private).await;
                Err(error)
            }
        }
    }

    async fn connect(config: &Config, urls: &Urls) -> Result<Db> {
        if let Some(owner) = &urls.owner {
            migrate(config, owner).await?;
        }
        let mut connection = probe("DATABASE_URL", &urls.app).await?;
        ensure_migrations_are_known(config, &mut connection).await?;
        connection.close().await.ok();
        let keys = keys::load(config)?;
        let db = Db::connect(urls.app.expose_secret(), keys, config.connections).await?;
        if let Some(what) = db.privileges_beyond_need().await? {
            bail!(
                "DATABASE_URL: the role {what}, but the server's must not, or row-level security would not hold it: use the role usher_app there, and the owner in USHER_OWNER_DATABASE_URL"
            );
        }
        if !is_migrated(&db).await {
            bail!(
                "the database lacks migrations of this version, or is read-only: run `usher migrate` with USHER_OWNER_DATABASE_URL set, or set it for `usher serve`; DATABASE_URL must lead to the primary"
            );
        }
        if config.database_url.is_some() && config.key.is_none() {
            let file = config.data.join("keys");
            tracing::warn!(file = %file.display(), "USHER_KEY is not set: every server on this database needs the key of this file");
        }
        Ok(db)
    }

    /// Resolves when the private Postgres exits; never without a private Postgres.
    pub async fn died(&mut self) -> std::process::ExitStatus {
        match &mut self.private {
            Some(postgres) => postgres.exited().await,
            None => std::future::pending().await,
        }
    }

    /// Closes the pool, then stops the private Postgres.
    pub async fn close(self) {
        self.db.close().await;
        stop(self.private).await;
    }
}

/// Migrates the schema to this version, for `usher migrate`. Needs only the owner's URL.
///
/// # Errors
/// A one-line message that says what to do.
pub async fn migrate_only(config: &Config) -> Result<()> {
    if let (None, Some(owner)) = (&config.database_url, &config.owner_database_url) {
        return migrate(config, owner).await;
    }
    let (urls, private) = find(config, Opener::Command).await?;
    let result = match &urls.owner {
        Some(owner) => migrate(config, owner).await,
        None => Err(eyre!(
            "USHER_OWNER_DATABASE_URL is not set: migrations need the role that owns the tables"
        )),
    };
    stop(private).await;
    result
}

/// Whether the newest migration is applied and the database is writable, for the readiness probe of
/// a load balancer.
pub async fn is_migrated(db: &Db) -> bool {
    let migrations = Migrator::migrations();
    let Some(newest) = migrations.last() else {
        return true;
    };
    db.is_ready(newest.name()).await.unwrap_or_else(|error| {
        tracing::debug!(%error, "not ready");
        false
    })
}

async fn find(config: &Config, opener: Opener) -> Result<(Urls, Option<PrivatePostgres>)> {
    if config.database_url.is_none() && config.owner_database_url.is_some() {
        bail!(
            "USHER_OWNER_DATABASE_URL is set, but DATABASE_URL is not: set both, or neither to use the private Postgres of the data folder"
        );
    }
    if let Some(app) = &config.database_url {
        std::fs::create_dir_all(&config.data)
            .wrap_err_with(|| format!("cannot make the data folder {}", config.data.display()))?;
        return Ok((
            Urls {
                app: app.clone(),
                owner: config.owner_database_url.clone(),
            },
            None,
        ));
    }
    let (urls, private) = match PrivatePostgres::start(&config.data).await {
        Ok(postgres) => (postgres.urls().clone(), Some(postgres)),
        Err(PrivateError::InUse { .. }) if opener == Opener::Command => {
            (PrivatePostgres::join(&config.data).await?, None)
        }
        Err(error) => return Err(error.into()),
    };
    Ok((
        Urls {
            app: urls.app.into(),
            owner: Some(urls.owner.into()),
        },
        private,
    ))
}

async fn stop(private: Option<PrivatePostgres>) {
    if let Some(postgres) = private {
        postgres.stop().await;
    }
}

async fn migrate(config: &Config, owner: &SecretString) -> Result<()> {
    let mut guard = probe("USHER_OWNER_DATABASE_URL", owner).await?;
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(MIGRATING)
        .execute(&mut guard)
        .await
        .wrap_err("cannot wait for other migrations")?;
    ensure_migrations_are_known(config, &mut guard).await?;
    let mut options = ConnectOptions::new(owner.expose_secret());
    options
        .max_connections(1)
        .connect_timeout(PATIENCE)
        .sqlx_logging(false);
    let connection = SeaDatabase::connect(options)
        .await
        .wrap_err("cannot reach the database as its owner")?;
    let pending = Migrator::get_pending_migrations(&connection)
        .await
        .map(|pending| pending.len());
    let result = Migrator::up(&connection, None).await;
    connection.close().await.ok();
    guard.close().await.ok();
    result.wrap_err("a migration failed, and nothing of it was kept")?;
    match pending {
        Ok(0) => tracing::debug!("the schema is up to date"),
        Ok(applied) => tracing::info!(applied, "migrated the database"),
        Err(error) => tracing::warn!(%error, "cannot tell what was migrated"),
    }
    Ok(())
}

/// Refuses a database that this program cannot migrate or serve, because it has migrations that this
/// program does not know. Changes nothing in it.
async fn ensure_migrations_are_known(config: &Config, connection: &mut PgConnection) -> Result<()> {
    let is_empty: bool = sqlx::query_scalar("SELECT to_regclass('seaql_migrations') IS NULL")
        .fetch_one(&mut *connection)
        .await?;
    if is_empty {
        return Ok(());
    }
    let applied: Vec<String> =
        sqlx::query_scalar("SELECT version FROM seaql_migrations ORDER BY version")
            .fetch_all(connection)
            .await
            .wrap_err("cannot read which migrations the database has")?;
    let migrations = Migrator::migrations();
    let is_known = |name: &String| migrations.iter().any(|known| known.name() == name);
    let Some(unknown) = applied.iter().rfind(|name| !is_known(name)) else {
        return Ok(());
    };
    if applied.iter().any(is_known) {
        bail!(
            "a newer version of Usher migrated the database (it has {unknown}): start that version, or a newer one"
        );
    }
    let is_private = config.database_url.is_none() && config.owner_database_url.is_none();
    let instead = if is_private {
        let folder = config.data.display();
        format!("move the data folder {folder} away, or set USHER_DATA to another one")
    } else {
        "use an empty database".to_owned()
    };
    bail!(
        "the database was made by a development version of Usher (it has {unknown}), from before the schema began anew, and cannot be migrated: {instead}"
    )
}

/// Opens a first connection. Its error is one line without the URL's password.
async fn probe(variable: &str, url: &SecretString) -> Result<PgConnection> {
    let options: PgConnectOptions = url
        .expose_secret()
        .parse()
        .map_err(|_| eyre!("{variable} is not an address of Postgres"))?;
    let at = format!("{}:{}", options.get_host(), options.get_port());
    let (user, database) = (
        options.get_username().to_owned(),
        options.get_database().unwrap_or_default().to_owned(),
    );
    let connected = timeout(PATIENCE, PgConnection::connect_with(&options)).await;
    let mut connection = match connected {
        Ok(Ok(connection)) => connection,
        Ok(Err(sqlx::Error::Database(refused))) => {
            bail!(
                "{variable}: {}",
                refusal(
                    refused.code().as_deref(),
                    &user,
                    &database,
                    refused.message()
                )
            )
        }
        Ok(Err(sqlx::Error::Io(error))) => bail!(
            "{variable}: no Postgres answers at {at} ({error}): start it, or correct the address"
        ),
        Ok(Err(sqlx::Error::Tls(error))) => {
            bail!("{variable}: Postgres at {at} does not speak TLS as asked ({error})")
        }
        Ok(Err(error)) => bail!("{variable}: cannot connect to Postgres at {at}: {error}"),
        Err(_) => bail!(
            "{variable}: Postgres at {at} did not answer within {} seconds",
            PATIENCE.as_secs()
        ),
    };
    let row = sqlx::query("SELECT current_setting('server_version_num')::int / 10000")
        .fetch_one(&mut connection)
        .await?;
    let major: i32 = row.try_get(0)?;
    if major < OLDEST {
        bail!("{variable}: Postgres at {at} is version {major}, but Usher needs {OLDEST} or newer");
    }
    Ok(connection)
}

fn refusal(code: Option<&str>, user: &str, database: &str, message: &str) -> String {
    match code {
        Some("28P01") => {
            format!("Postgres refused the password of {user}: correct it in the address")
        }
        Some("28000") => format!(
            "Postgres does not let {user} in ({message}): create the role, or allow it in pg_hba.conf"
        ),
        Some("3D000") => format!(
            "there is no database {database}: create it with `createdb {database}`, or correct the address"
        ),
        Some("53300") => {
            "Postgres has no connection left: raise max_connections, or lower USHER_CONNECTIONS"
                .to_owned()
        }
        _ => format!("Postgres refused the connection: {message}"),
    }
}
