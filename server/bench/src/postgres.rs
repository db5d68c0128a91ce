//! The throwaway Postgres of `tools/test-postgres`, and bare statements on it.

use std::env;

use color_eyre::eyre::{Result, eyre};
use sea_orm::sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sea_orm::sqlx::{self, AssertSqlSafe, Connection};

const DATABASE: &str = "usher_bench";

/// The addresses, and a pool for the owner, whom row-level security does not restrict.
pub struct Postgres {
    /// The URL for the server's role.
    pub app_url: String,
    /// The URL for the owner's role.
    pub owner_url: String,
    /// A pool with the owner's role.
    pub owner: PgPool,
}

impl Postgres {
    /// Creates an empty database.
    pub async fn begin() -> Result<Self> {
        let [owner_url, app_url] = ["USHER_TEST_OWNER_URL", "USHER_TEST_APP_URL"].map(env::var);
        let (Ok(owner_url), Ok(app_url)) = (owner_url, app_url) else {
            return Err(eyre!(
                "USHER_TEST_OWNER_URL and USHER_TEST_APP_URL are not set: run tools/bench"
            ));
        };
        let mut maintenance = PgConnection::connect(&owner_url).await?;
        for sql in [
            format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"),
            format!("CREATE DATABASE {DATABASE} TEMPLATE template0"),
        ] {
            sqlx::query(AssertSqlSafe(sql))
                .execute(&mut maintenance)
                .await?;
        }
        maintenance.close().await?;
        let [owner_url, app_url] =
            [owner_url, app_url].map(|url| url.replace("/postgres?", &format!("/{DATABASE}?")));
        let owner = PgPoolOptions::new()
            .max_connections(16)
            .connect(&owner_url)
            .await?;
        Ok(Self {
            app_url,
            owner_url,
            owner,
        })
    }

    /// The version, such as 15.18.
    pub async fn version(&self) -> Result<String> {
        let version: String = sqlx::query_scalar("SHOW server_version")
            .fetch_one(&self.owner)
            .await?;
        Ok(version.split(' ').next().unwrap_or_default().to_owned())
    }

    /// Makes commits durable from here on, unlike in tests, and vacuums the inserted rows as
    /// autovacuum would.
    pub async fn make_durable(&self) -> Result<()> {
        sqlx::raw_sql("VACUUM (ANALYZE)")
            .execute(&self.owner)
            .await?;
        let mut superuser =
            PgConnection::connect(&self.owner_url.replace("usher_owner@", "postgres@")).await?;
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            sqlx::query(AssertSqlSafe(format!("ALTER SYSTEM SET {setting} = on")))
                .execute(&mut superuser)
                .await?;
        }
        sqlx::raw_sql("SELECT pg_reload_conf(); CHECKPOINT")
            .execute(&mut superuser)
            .await?;
        superuser.close().await?;
        Ok(())
    }
}
