//! Runs the real initdb and Postgres of this machine in throwaway folders, through every kind of
//! start.
//!
//! If you're here because all of them fail with «found no Postgres»: install Debian's `postgresql`,
//! or run `tools/setup`.

use std::{
    error::Error as StdError, fs, os::unix::fs::PermissionsExt, path::Path, process::Stdio,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, geteuid},
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, Statement};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    time::timeout,
};
use usher_private_postgres::{Error, PrivatePostgres};

type Outcome = Result<(), Box<dyn StdError>>;

const DATA_OF_KILLED: &str = "USHER_TEST_DATA_OF_KILLED";

async fn query(url: &str, sql: &str) -> Result<String, Box<dyn StdError>> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await?;
    let row = connection
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    connection.close().await?;
    Ok(row.ok_or("no row")?.try_get_by_index::<String>(0)?)
}

async fn execute(url: &str, sql: &str) -> Result<(), sea_orm::DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await?;
    let result = connection.execute_unprepared(sql).await.map(drop);
    connection.close().await?;
    result
}

fn refusal(result: Result<PrivatePostgres, Error>) -> String {
    match result {
        Ok(_) => "it started".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn postmaster(data: &Path) -> Result<i32, Box<dyn StdError>> {
    let note = fs::read_to_string(data.join("postgres/postmaster.pid"))?;
    Ok(note.lines().next().ok_or("empty postmaster.pid")?.parse()?)
}

#[tokio::test]
async fn roles_and_database_are_created_once_and_their_contents_stay() -> Outcome {
    let data = tempfile::tempdir()?;
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o700))?;
    let postgres = PrivatePostgres::start(data.path()).await?;
    let urls = postgres.urls().clone();
    assert_eq!(
        query(&urls.app, "SELECT current_user::text").await?,
        "usher_app"
    );
    assert_eq!(
        query(&urls.owner, "SELECT current_user::text").await?,
        "usher_owner"
    );
    let rights =
        "SELECT string_agg(concat_ws(' ', rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin), ', ' ORDER BY rolname)
        FROM pg_roles WHERE rolname LIKE 'usher%'";
    assert_eq!(
        query(&urls.app, rights).await?,
        "usher_app f f f f t, usher_owner f f f f t, usher_search f f f f f"
    );
    assert_eq!(
        query(
            &urls.app,
            "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension"
        )
        .await?,
        "btree_gin pg_trgm plpgsql unaccent"
    );
    execute(
        &urls.owner,
        "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('still here'); GRANT SELECT ON kept TO usher_app;
         CREATE FUNCTION found() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT current_user::text';
         ALTER FUNCTION found() OWNER TO usher_search",
    )
    .await?;
    assert_eq!(query(&urls.app, "SELECT found()").await?, "usher_search");
    assert!(
        execute(&urls.app, "CREATE TABLE mine ()").await.is_err(),
        "usher_app must not create tables"
    );
    assert!(
        execute(&urls.owner, "CREATE DATABASE other").await.is_err(),
        "usher_owner must not create databases"
    );
    let wrong = urls.app.replacen("usher_app:", "usher_app:x", 1);
    assert!(
        query(&wrong, "SELECT 'in'").await.is_err(),
        "the socket must ask for a password"
    );
    assert_eq!(
        fs::metadata(data.path().join("postgres.passwords"))?
            .permissions()
            .mode()
            & 0o777,
        0o600
    );
    assert_eq!(format!("{urls:?}"), "Urls { .. }");
    postgres.stop().await;
    assert!(
        query(&urls.app, "SELECT 'in'").await.is_err(),
        "Postgres must be gone after stop"
    );

    let again = PrivatePostgres::start(data.path()).await?;
    assert_eq!(
        query(&again.urls().app, "SELECT word FROM kept").await?,
        "still here"
    );
    again.stop().await;

    fs::remove_file(data.path().join("postgres.passwords"))?;
    let renewed = PrivatePostgres::start(data.path()).await?;
    assert_ne!(renewed.urls().app, urls.app);
    assert_eq!(
        query(&renewed.urls().app, "SELECT word FROM kept").await?,
        "still here"
    );
    renewed.stop().await;

    fs::write(data.path().join("postgres/PG_VERSION"), "9\n")?;
    let message = refusal(PrivatePostgres::start(data.path()).await);
    assert!(
        message.contains("was created by Postgres 9, but this machine only has Postgres"),
        "{message}"
    );
    Ok(())
}

#[tokio::test]
async fn a_second_server_is_refused_and_a_command_may_join() -> Outcome {
    let data = tempfile::tempdir()?;
    let postgres = PrivatePostgres::start(data.path()).await?;
    let message = refusal(PrivatePostgres::start(data.path()).await);
    assert!(
        message.contains(&format!(
            "in use by another Usher (process {})",
            std::process::id()
        )),
        "{message}"
    );
    let joined = PrivatePostgres::join(data.path()).await?;
    assert_eq!(
        query(&joined.app, "SELECT current_user::text").await?,
        "usher_app"
    );
    postgres.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_killed_postgres_is_noticed_and_its_data_recovered() -> Outcome {
    let data = tempfile::tempdir()?;
    let mut postgres = PrivatePostgres::start(data.path()).await?;
    let urls = postgres.urls().clone();
    execute(
        &urls.owner,
        "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('still here')",
    )
    .await?;
    // A busy session outlives its postmaster and holds the shared memory.
    let busy = tokio::spawn({
        let owner = urls.owner.clone();
        async move {
            query(
                &owner,
                "SELECT count(*)::text FROM generate_series(1, 1000000000)",
            )
            .await
            .is_ok()
        }
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    kill(Pid::from_raw(postmaster(data.path())?), Signal::SIGKILL)?;
    let status = timeout(Duration::from_secs(5), postgres.exited()).await?;
    assert!(!status.success());
    drop(postgres);
    let again = PrivatePostgres::start(data.path()).await?;
    assert_eq!(
        query(&again.urls().owner, "SELECT word FROM kept").await?,
        "still here"
    );
    again.stop().await;
    assert!(!busy.await?);
    Ok(())
}

/// Not a test by itself: the next test starts it as another process, and kills it.
#[tokio::test]
async fn a_server_to_be_killed() -> Outcome {
    if let Some(data) = std::env::var_os(DATA_OF_KILLED) {
        let mut postgres = PrivatePostgres::start(Path::new(&data)).await?;
        println!("\nup");
        postgres.exited().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_server_starts_after_one_that_was_killed() -> Outcome {
    let data = tempfile::tempdir()?;
    let mut server = Command::new(std::env::current_exe()?)
        .args(["--exact", "a_server_to_be_killed", "--nocapture"])
        .env(DATA_OF_KILLED, data.path())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(server.stdout.take().ok_or("no output")?).lines();
    while lines.next_line().await?.ok_or("the server ended early")? != "up" {}
    let orphan = postmaster(data.path())?;
    server.kill().await?;
    assert!(
        kill(Pid::from_raw(orphan), None).is_ok(),
        "Postgres is expected to outlive a killed server"
    );

    let postgres = PrivatePostgres::start(data.path()).await?;
    assert_ne!(postmaster(data.path())?, orphan);
    assert_eq!(query(&postgres.urls().app, "SELECT 'up'").await?, "up");
    postgres.stop().await;

    // The id in a stale pid file belongs to another process meanwhile: first this test's own child,
    // later any process.
    let mut other = Command::new("sleep").arg("60").kill_on_drop(true).spawn()?;
    let other_pid = other.id().ok_or("no sleep")?;
    let note = data.path().join("postgres/postmaster.pid");
    fs::write(
        &note,
        format!(
            "{other_pid}\n{}\n1\n5432\n/x\n\n1 1\nready\n",
            data.path().join("postgres").display()
        ),
    )?;
    PrivatePostgres::start(data.path()).await?.stop().await;
    assert!(
        other.try_wait()?.is_none(),
        "a process that is not Postgres must not be stopped"
    );
    Ok(())
}

#[tokio::test]
async fn a_crash_in_initdb_is_cleaned_up_and_foreign_files_are_not() -> Outcome {
    let data = tempfile::tempdir()?;
    fs::create_dir_all(data.path().join("postgres.new/base"))?;
    fs::create_dir(data.path().join("postgres"))?;
    fs::write(data.path().join("postgres/letter"), "not yours")?;
    let message = refusal(PrivatePostgres::start(data.path()).await);
    assert!(
        message.contains("contains no Postgres cluster, but is not empty"),
        "{message}"
    );
    fs::remove_file(data.path().join("postgres/letter"))?;
    PrivatePostgres::start(data.path()).await?.stop().await;
    assert!(!data.path().join("postgres.new").exists());
    Ok(())
}

#[tokio::test]
async fn a_lock_that_is_released_at_this_moment_is_waited_for() -> Outcome {
    let data = tempfile::tempdir()?;
    let lock = fs::File::create(data.path().join("usher.lock"))?;
    lock.lock()?;
    let release = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(lock);
    };
    let (started, ()) = tokio::join!(PrivatePostgres::start(data.path()), release);
    started?.stop().await;
    Ok(())
}

#[tokio::test]
async fn a_long_path_with_special_characters_has_its_socket_in_tmp() -> Outcome {
    let data = tempfile::tempdir()?;
    let deep = data.path().join("å b,c'").join("x".repeat(120));
    let postgres = PrivatePostgres::start(&deep).await?;
    assert!(postgres.urls().app.contains("@%2Ftmp%2Fusher-"));
    assert_eq!(query(&postgres.urls().app, "SELECT 'in'").await?, "in");
    postgres.stop().await;
    Ok(())
}

#[tokio::test]
async fn an_error_names_the_folder_that_postgres_may_not_enter() -> Outcome {
    if !geteuid().is_root() {
        return Ok(());
    }
    let closed = tempfile::tempdir()?;
    fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700))?;
    let message = refusal(PrivatePostgres::start(&closed.path().join("share/usher")).await);
    assert!(
        message.contains(&format!("may not enter {}:", closed.path().display())),
        "{message}"
    );
    Ok(())
}
