//! The database that each command acts on.

use usher_server::config::{Config, Flags};
use usher_server::database::{Database, Opener, migrate_only};

use crate::support::{TestDatabase, run_bare};

const REPEATABLE: &str = "m20261130_000001_operator_fixed";

/// Settings with only the owner's URL.
fn with_owner_alone(database: &TestDatabase, data: &std::path::Path) -> Config {
    let owner = database.app_url.replacen("usher_app", "usher_owner", 1);
    let settings = [
        ("USHER_OWNER_DATABASE_URL".to_owned(), owner),
        ("USHER_DATA".to_owned(), data.display().to_string()),
    ];
    Config::from_sources(&Flags::default(), settings).expect("good settings")
}

#[test]
fn migrating_with_the_owners_address_alone_migrates_a_private_postgres() {
    run_bare(async |database| {
        let folder = tempfile::tempdir().expect("a folder");
        let config = with_owner_alone(database, folder.path());
        // a migration that can be applied again
        database
            .owner_runs(&format!(
                "DELETE FROM seaql_migrations WHERE version = '{REPEATABLE}'"
            ))
            .await;
        migrate_only(&config).await.expect("migrates");
        let there: i64 = database
            .one(&format!(
                "SELECT count(*) FROM seaql_migrations WHERE version = '{REPEATABLE}'"
            ))
            .await;
        assert_eq!(there, 1, "the database of the address was migrated");
        assert_eq!(
            std::fs::read_dir(folder.path()).expect("a folder").count(),
            0,
            "nothing was made in the data folder"
        );
    });
}

#[test]
fn serving_with_the_owners_address_alone_serves_a_private_postgres() {
    run_bare(async |database| {
        let folder = tempfile::tempdir().expect("a folder");
        let config = with_owner_alone(database, folder.path());
        for opener in [Opener::Server, Opener::Command] {
            let refused = Database::open(&config, opener)
                .await
                .err()
                .expect("refused")
                .to_string();
            assert!(
                refused.contains("DATABASE_URL is not: set both"),
                "{refused}"
            );
        }
        assert_eq!(
            std::fs::read_dir(folder.path()).expect("a folder").count(),
            0,
            "nothing was made in the data folder"
        );
    });
}
