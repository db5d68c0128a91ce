//! The cluster: created with initdb, and given its roles and its database.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
};
use tokio::io::AsyncWriteExt;

use crate::error::{Error, failed};
use crate::files::{remove_tree, set_owner, write_secret};
use crate::folder::DataFolder;
use crate::passwords::{APP, DATABASE, OWNER, Passwords, SUPERUSER, url};
use crate::programs::{Programs, last_error};

/// Creates the cluster.
pub async fn create(
    folder: &DataFolder,
    programs: &Programs,
    passwords: &Passwords,
) -> Result<(), Error> {
    let cluster = folder.cluster();
    // After a crash in the middle, only this folder is left behind.
    let temporary = folder.path.join("postgres.new");
    let mut message = String::new();
    for locale in ["C.UTF-8", "C"] {
        remove_tree(&temporary)?;
        DirBuilder::new()
            .mode(0o700)
            .create(&temporary)
            .map_err(failed("create", &temporary))?;
        set_owner(&temporary, programs.account.as_ref())?;
        let secret = folder.path.join("postgres.password.initdb");
        write_secret(&secret, &passwords.superuser, programs.account.as_ref())?;
        let output = programs
            .command("initdb", &folder.path)
            .arg("--pgdata")
            .arg(&temporary)
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
            .output()
            .await;
        fs::remove_file(&secret).ok();
        let output = output.map_err(failed("run", &programs.bin.join("initdb")))?;
        if output.status.success() {
            let configuration = temporary.join("postgresql.conf");
            let text = "\n# Settings of Usher. Times do not depend on the machine's time zone, and the log contains no values of statements.\n\
                timezone = 'UTC'\nlog_timezone = 'UTC'\nlog_checkpoints = off\nlog_error_verbosity = terse\nlog_min_error_statement = panic\n";
            OpenOptions::new()
                .append(true)
                .open(&configuration)
                .and_then(|mut file| {
                    file.write_all(text.as_bytes())
                        .and_then(|()| file.sync_all())
                })
                .map_err(failed("write", &configuration))?;
            fs::rename(&temporary, &cluster).map_err(failed("create", &cluster))?;
            return File::open(&folder.path)
                .and_then(|file| file.sync_all())
                .map_err(failed("write", &folder.path));
        }
        message = last_error(&output.stderr);
        if !message.contains("locale") {
            break;
        }
    }
    remove_tree(&temporary)?;
    Err(Error::Initdb {
        cluster,
        output: message,
    })
}

/// Sets the superuser's password in single-user mode, which does not ask for a password, for a
/// cluster whose password file is lost.
pub async fn set_superuser_password(
    folder: &DataFolder,
    programs: &Programs,
    passwords: &Passwords,
) -> Result<(), Error> {
    let failed = |output: String| Error::Start {
        output,
        log: folder.log(),
    };
    let mut child = programs
        .command("postgres", &folder.path)
        .args(["--single", "-D"])
        .arg(folder.cluster())
        .args(["-c", "log_min_error_statement=panic", "postgres"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
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
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(last_error(&output.stderr)))
    }
}

/// Creates the roles and the database, unless they exist.
pub async fn create_database(
    folder: &DataFolder,
    passwords: &Passwords,
    sockets: &Path,
) -> Result<(), Error> {
    let roles = format!(
        "SET client_min_messages = warning;
        DO $$ BEGIN CREATE ROLE {OWNER}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        DO $$ BEGIN CREATE ROLE {APP}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        DO $$ BEGIN CREATE ROLE usher_search; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        ALTER ROLE {OWNER} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS NOCREATEDB PASSWORD '{}';
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
    let failed = |action| move |source| Error::Database { action, source };
    let superuser = |database| url(SUPERUSER, &passwords.superuser, sockets, database);

    let maintenance = match connect(&superuser("postgres")).await {
        Err(error) if error.to_string().contains("password authentication failed") => {
            return Err(Error::Passwords {
                file: Passwords::file(folder),
            });
        }
        connection => connection.map_err(failed("connect"))?,
    };
    maintenance
        .execute_unprepared(&roles)
        .await
        .map_err(failed("create the roles"))?;
    let select = format!("SELECT 1 AS one FROM pg_database WHERE datname = '{DATABASE}'");
    let existing = maintenance
        .query_one_raw(Statement::from_string(DbBackend::Postgres, select))
        .await;
    if existing.map_err(failed("search the database"))?.is_none() {
        let create = format!("CREATE DATABASE {DATABASE} OWNER {OWNER}");
        maintenance
            .execute_unprepared(&create)
            .await
            .map_err(failed("create the database"))?;
    }
    maintenance.close().await.ok();

    let database = connect(&superuser(DATABASE))
        .await
        .map_err(failed("connect"))?;
    database.execute_unprepared(extensions).await.map_err(failed(
        "create the extensions pg_trgm, btree_gin and unaccent, which some systems have in a package postgresql-contrib,",
    ))?;
    database.close().await.ok();
    Ok(())
}

/// A connection to a database.
pub async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(1)
        .connect_timeout(Duration::from_secs(20))
        .sqlx_logging(false);
    Database::connect(options).await
}
