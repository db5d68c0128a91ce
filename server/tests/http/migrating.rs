//! The database that each command acts on.

use std::path::Path;

use usher_server::config::{Config, Flags};
use usher_server::database::{Database, Opener, migrate_only};

use crate::support::{TestDatabase, run_bare};

/// Empties a database.
const EMPTY: &str = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
/// The names of all applied migrations, and the number of relations.
const STATE: &str = "SELECT concat_ws(' ', (SELECT string_agg(version, ' ' ORDER BY version) FROM seaql_migrations),
    (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace))";

/// Settings with these addresses of the database.
fn with(data: &Path, urls: &[(&str, &str)]) -> Config {
    let folder = ("USHER_DATA".to_owned(), data.display().to_string());
    let urls = urls
        .iter()
        .map(|(variable, url)| ((*variable).to_owned(), (*url).to_owned()));
    Config::from_sources(&Flags::default(), urls.chain([folder])).expect("good settings")
}

fn owner_url(database: &TestDatabase) -> String {
    database.app_url.replacen("usher_app", "usher_owner", 1)
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).expect("a folder").count() == 0
}

/// Why a server or a command does not open the database.
async fn refused(config: &Config, opener: Opener) -> String {
    let opened = Database::open(config, opener).await;
    format!("{:#}", opened.err().expect("refused"))
}

#[test]
fn migrating_with_the_owners_address_alone_migrates_a_private_postgres() {
    run_bare(async |database| {
        let folder = tempfile::tempdir().expect("a folder");
        let config = with(
            folder.path(),
            &[("USHER_OWNER_DATABASE_URL", &owner_url(database))],
        );
        database.owner_runs(EMPTY).await;
        migrate_only(&config).await.expect("migrates");
        let organisations: i64 = database.one("SELECT count(*) FROM organisations").await;
        assert_eq!(organisations, 0, "the database of the address was migrated");
        assert!(is_empty(folder.path()), "no data folder was made");
    });
}

#[test]
fn serving_with_the_owners_address_alone_serves_a_private_postgres() {
    run_bare(async |database| {
        let folder = tempfile::tempdir().expect("a folder");
        let config = with(
            folder.path(),
            &[("USHER_OWNER_DATABASE_URL", &owner_url(database))],
        );
        for opener in [Opener::Server, Opener::Command] {
            let refused = refused(&config, opener).await;
            assert!(
                refused.contains("DATABASE_URL is not: set both"),
                "{refused}"
            );
        }
        assert!(is_empty(folder.path()), "no data folder was made");
    });
}

/// Asserts that serving, migrating and commands refuse a database in one line, and change nothing.
async fn assert_refused(database: &TestDatabase, reason: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let (app, owner) = (database.app_url.as_str(), owner_url(database));
    let app_alone = with(folder.path(), &[("DATABASE_URL", app)]);
    let owner_alone = with(folder.path(), &[("USHER_OWNER_DATABASE_URL", &owner)]);
    let both = with(
        folder.path(),
        &[("DATABASE_URL", app), ("USHER_OWNER_DATABASE_URL", &owner)],
    );
    let before: String = database.one(STATE).await;
    let migrated = migrate_only(&owner_alone).await;
    let answers = [
        refused(&app_alone, Opener::Server).await,
        refused(&both, Opener::Server).await,
        refused(&both, Opener::Command).await,
        format!("{:#}", migrated.expect_err("refused")),
    ];
    for answer in answers {
        assert!(answer.contains(reason), "{answer}");
        assert_eq!(answer.lines().count(), 1, "{answer}");
    }
    assert_eq!(database.one::<String>(STATE).await, before);
}

#[test]
fn a_database_from_before_the_first_schema_is_refused_and_left_alone() {
    run_bare(async |database| {
        database
            .owner_runs(
                "DELETE FROM seaql_migrations;
                INSERT INTO seaql_migrations VALUES ('m20261122_000001_front_door', 0), ('m20261123_000002_own_roles', 0)",
            )
            .await;
        let reason = "the database was made by a development version of Usher (it has m20261123_000002_own_roles), \
            from before the schema began anew, and cannot be migrated: use an empty database";
        assert_refused(database, reason).await;
    });
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    run_bare(async |database| {
        database
            .owner_runs("INSERT INTO seaql_migrations VALUES ('m20990101_000001_later', 0)")
            .await;
        let reason = "a newer version of Usher migrated the database (it has m20990101_000001_later): start that version";
        assert_refused(database, reason).await;
    });
}
