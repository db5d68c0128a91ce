//! The connection pool, and the only functions that create a [`Scope`].

use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sea_orm::sqlx::postgres::{PgConnection, PgListener, PgPoolOptions};
use sea_orm::sqlx::{self, Row};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};
use serde::Deserialize;
use usher_types::login_name::LoginNameFormat;
use usher_types::names::PersonName;
use usher_types::session::Me;
use usher_types::{
    Grants, Language, OfficeId, OrganisationId, Permission, Reach, RoleId, TeamId, Theme, UserId,
    durations,
};
use uuid::Uuid;

use super::Scope;
use crate::foundation::hashing::Hashing;
use crate::foundation::sealing::{Keys, Token};
use crate::foundation::turns::Turns;
use crate::{Error, Result};

/// Where "now" comes from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The system clock.
    System,
    /// A fixed time, for tests.
    Fixed(DateTime<Utc>),
}

impl Clock {
    fn now(self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one clock")]
            Self::System => Utc::now(),
            Self::Fixed(at) => at,
        }
    }
}

/// The database, the hashing pool, the queues of slowed addresses and the keys. It only hands out
/// scopes.
#[derive(Clone)]
pub struct Db {
    connection: DatabaseConnection,
    hashing: Hashing,
    turns: Turns,
    keys: Keys,
    clock: Clock,
}

#[derive(Deserialize)]
struct Found {
    organisation: OrganisationId,
    user: UserId,
    first_name: String,
    last_name: String,
    language: Option<Language>,
    theme: Option<Theme>,
    organisation_name: String,
    is_operator: bool,
    organisation_language: Language,
    languages: Vec<Language>,
    support_contact: String,
    login_name_format: LoginNameFormat,
    time_zone: String,
    must_change_password: bool,
    grants: Vec<(String, Reach)>,
    gives: Vec<RoleId>,
    manages: Vec<RoleId>,
    office: Option<OfficeId>,
    teams: Vec<TeamId>,
    covered: Vec<TeamId>,
}

/// The person that a session belongs to.
pub struct Authenticated {
    /// The scope they act with.
    pub scope: Scope,
    /// What every page knows.
    pub me: Me,
    /// Their language, or the organisation's if they chose none.
    pub language: Language,
    /// Their theme, if they chose one.
    pub theme: Option<Theme>,
}

/// Whether a pooled connection still leads to a server that accepts writes. After a fail-over an
/// open connection may not; it is then dropped, and a new one finds the new primary. Uses a simple
/// query, which needs no prepared statement.
async fn can_write(connection: &mut PgConnection) -> std::result::Result<bool, sqlx::Error> {
    let row = sqlx::raw_sql("SHOW transaction_read_only")
        .fetch_one(connection)
        .await?;
    Ok(row.try_get::<&str, _>(0)? == "off")
}

impl Db {
    /// Opens the pool.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect(url: &str, keys: Keys, connections: u32) -> Result<Self> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(10))
            .idle_timeout(Duration::from_secs(300))
            .sqlx_logging(false)
            .record_stmt_in_spans(false)
            .statement_timeout(Duration::from_secs(30))
            // replaces the ping, which a server that became read-only would still answer
            .test_before_acquire(false)
            .map_sqlx_postgres_before_acquire(|connection, _| Box::pin(can_write(connection)));
        Ok(Self {
            connection: Database::connect(options).await?,
            hashing: Hashing::new()?,
            turns: Turns::default(),
            keys,
            clock: Clock::System,
        })
    }

    /// The same database with a fixed clock, for tests.
    #[must_use]
    pub fn at(&self, at: DateTime<Utc>) -> Self {
        Self {
            clock: Clock::Fixed(at),
            ..self.clone()
        }
    }

    /// Whether the database answers, can be written to, and holds the newest migration called
    /// `newest`.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn is_ready(&self, newest: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM seaql_migrations WHERE version = $1 AND NOT current_setting('transaction_read_only')::boolean";
        let row = self
            .connection
            .query_one_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                sql,
                [newest.into()],
            ))
            .await?;
        Ok(row.is_some())
    }

    /// Checks that the server's database role owns no table, is no superuser, does not bypass
    /// row-level security and cannot change audit rows (decision 0002). Returns what is wrong, if
    /// anything.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn privileges_beyond_need(&self) -> Result<Option<String>> {
        let sql = "SELECT r.rolname::text, r.rolsuper, r.rolbypassrls,
            EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS owns,
            EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname LIKE 'audit\\_%'
                    AND (has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(c.oid, 'UPDATE'))) AS rewrites
            FROM pg_roles r WHERE r.rolname = current_user";
        let row = self
            .connection
            .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
            .await?;
        let row =
            row.ok_or_else(|| Error::Broken("the database does not know its own user".to_owned()))?;
        let name: String = row.try_get("", "rolname")?;
        let what = if row.try_get("", "rolsuper")? {
            "is a superuser"
        } else if row.try_get("", "rolbypassrls")? {
            "bypasses row-level security"
        } else if row.try_get("", "owns")? {
            "owns tables"
        } else if row.try_get("", "rewrites")? {
            "may change audit rows"
        } else {
            return Ok(None);
        };
        Ok(Some(format!("{name} {what}")))
    }

    /// Listens on a notification channel, on a separate connection, because it would permanently
    /// occupy one of the pool.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) async fn listen(&self, channel: &str) -> Result<PgListener> {
        let failed = |error: sea_orm::sqlx::Error| Error::Broken(format!("cannot listen: {error}"));
        let options = self
            .connection
            .get_postgres_connection_pool()
            .connect_options();
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(Duration::from_secs(5));
        let pool = pool
            .connect_with((*options).clone())
            .await
            .map_err(failed)?;
        let mut listener = PgListener::connect_with(&pool).await.map_err(failed)?;
        listener.listen(channel).await.map_err(failed)?;
        Ok(listener)
    }

    /// Closes the pool.
    pub async fn close(self) {
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "the pool did not close");
        }
    }

    /// A scope for a visitor, who is not signed in.
    pub fn visitor(&self, request: Uuid) -> Scope {
        let permissions = [
            Permission::SignIn,
            Permission::FollowLink,
            Permission::SetUp,
        ];
        self.scope(
            None,
            None,
            Grants::union(permissions.map(|permission| (permission, Reach::Organisation))),
            request,
        )
    }

    /// A scope for the system itself, for one organisation: the worker and the terminal.
    pub fn system(&self, organisation: Option<OrganisationId>) -> Scope {
        let all = Permission::ALL.map(|permission| (permission, Reach::Organisation));
        self.scope(None, organisation, Grants::union(all), self.new_id())
    }

    /// The person that a session token belongs to; `None` if the session is unknown, over, or idle
    /// for too long.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticate(
        &self,
        token: &Token,
        request: Uuid,
    ) -> Result<Option<Authenticated>> {
        let now = self.clock.now();
        let sql = "SELECT session_authenticate($1, $2, make_interval(mins => $3)) AS found,
            accounts_of_session($1) AS elsewhere, session_through($1) AS through";
        let values = [
            token.hash().into(),
            now.into(),
            (durations::minutes(durations::IDLE_SESSION) as i32).into(),
        ];
        let row = self
            .connection
            .query_one_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                sql,
                values,
            ))
            .await?;
        let Some(row) = row else { return Ok(None) };
        let broken = |error: serde_json::Error| Error::Broken(error.to_string());
        let Some(found) = row.try_get::<Option<serde_json::Value>>("", "found")? else {
            return Ok(None);
        };
        let mut found =
            self.authenticated(serde_json::from_value(found).map_err(broken)?, now, request)?;
        if let Some(elsewhere) = row.try_get::<Option<serde_json::Value>>("", "elsewhere")? {
            found.me.elsewhere = serde_json::from_value(elsewhere).map_err(broken)?;
        }
        if let Some(through) = row.try_get::<Option<serde_json::Value>>("", "through")? {
            found.scope.through = Some(serde_json::from_value(through).map_err(broken)?);
        }
        Ok(Some(found))
    }

    /// Counts against limits in a separate statement, which is kept whether or not the request
    /// succeeds. Returns the index of the first exceeded limit, and the seconds to wait.
    pub(super) async fn count(
        &self,
        keys: Vec<String>,
        most: Vec<i32>,
        seconds: Vec<i32>,
    ) -> Result<Option<(usize, u32)>> {
        let values = [
            keys.into(),
            most.into(),
            seconds.into(),
            self.clock.now().into(),
        ];
        let sql = "SELECT place, wait FROM limits_count($1, $2, $3, $4)";
        let row = self
            .connection
            .query_one_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                sql,
                values,
            ))
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (place, wait): (i32, i32) = (row.try_get("", "place")?, row.try_get("", "wait")?);
        Ok(usize::try_from(place - 1)
            .ok()
            .map(|place| (place, wait.unsigned_abs())))
    }

    fn authenticated(
        &self,
        found: Found,
        now: DateTime<Utc>,
        request: Uuid,
    ) -> Result<Authenticated> {
        let offered = |language: &Language| found.languages.contains(language);
        let own = found.language.filter(offered);
        let language = own.unwrap_or(found.organisation_language);
        let name = PersonName::parse(&found.first_name, &found.last_name, true)
            .map_err(|_| Error::Broken("a stored name does not parse".to_owned()))?;
        let mut pairs: Vec<_> = found
            .grants
            .iter()
            .filter_map(|(code, reach)| Some((Permission::from_code(code)?, *reach)))
            .collect();
        if found.must_change_password {
            pairs.retain(|(permission, _)| *permission == Permission::OwnProfile);
        }
        if found.office.is_some() {
            pairs.retain(|(permission, _)| !permission.is_for_all());
        }
        if !found.is_operator {
            pairs.retain(|(permission, _)| !permission.is_operators());
        }
        let grants = Grants::union(pairs);
        let me = Me {
            user: found.user,
            organisation: found.organisation,
            organisation_name: found.organisation_name,
            format: found.login_name_format,
            languages: found.languages.clone(),
            support_contact: found.support_contact,
            name: name.display(),
            initials: name.initials(),
            grants: grants.clone(),
            must_change_password: found.must_change_password,
            elsewhere: Vec::new(),
        };
        let scope = Scope {
            gives: found.gives.into_iter().collect(),
            manages: found.manages.into_iter().collect(),
            office: found.office,
            teams: found.teams,
            covered: found.covered,
            zone: found.time_zone.parse().unwrap_or(Tz::UTC),
            language,
            now,
            ..self.scope(Some(found.user), Some(found.organisation), grants, request)
        };
        Ok(Authenticated {
            scope,
            me,
            language,
            theme: found.theme,
        })
    }

    /// A fresh id, ordered by time.
    #[expect(clippy::disallowed_methods, reason = "the one source of ids")]
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    pub(super) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    pub(super) fn hashing(&self) -> &Hashing {
        &self.hashing
    }

    pub(super) fn turns(&self) -> &Turns {
        &self.turns
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    fn scope(
        &self,
        actor: Option<UserId>,
        organisation: Option<OrganisationId>,
        grants: Grants,
        request: Uuid,
    ) -> Scope {
        Scope {
            db: self.clone(),
            actor,
            operator: None,
            through: None,
            organisation,
            grants,
            gives: Default::default(),
            manages: Default::default(),
            office: None,
            teams: Vec::new(),
            covered: Vec::new(),
            zone: Tz::UTC,
            language: Language::default(),
            now: self.clock.now(),
            request,
        }
    }
}
