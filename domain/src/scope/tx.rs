//! Transactions: [`Read`], which cannot write, and [`Write`], which does not commit unless an event
//! was recorded. Row-level security holds both to one organisation.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait,
    FromQueryResult, IntoActiveModel, QueryResult, Statement, Value,
};
use usher_types::{OrganisationId, Permission, Reach, Refusal};
use uuid::Uuid;

use super::Scope;
use crate::{Error, Result};

/// What read and write transactions have in common.
pub struct Tx<'s> {
    pub(super) scope: &'s Scope,
    pub(super) permission: Permission,
    pub(super) reach: Reach,
    transaction: DatabaseTransaction,
}

/// A transaction that only reads: the database refuses a write in it.
pub struct Read<'s>(Tx<'s>);

/// A transaction that commits only after an event was recorded.
pub struct Write<'s> {
    tx: Tx<'s>,
    recorded: AtomicBool,
}

impl<'s> Tx<'s> {
    pub(super) fn new(
        scope: &'s Scope,
        transaction: DatabaseTransaction,
        permission: Permission,
        reach: Reach,
    ) -> Self {
        Self {
            scope,
            permission,
            reach,
            transaction,
        }
    }

    pub(crate) fn scope(&self) -> &'s Scope {
        self.scope
    }

    pub(crate) fn reach(&self) -> Reach {
        self.reach
    }

    /// The connection inside the transaction.
    pub(crate) fn conn(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// The organisation (tenant) of the transaction.
    ///
    /// # Errors
    /// [`Refusal::SignIn`] where there is none.
    pub(crate) fn organisation(&self) -> Result<OrganisationId> {
        self.scope
            .organisation
            .ok_or_else(|| Refusal::SignIn.into())
    }

    /// The first row of a statement.
    pub(crate) async fn one(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<QueryResult>> {
        Ok(self
            .transaction
            .query_one_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                sql,
                values,
            ))
            .await?)
    }

    /// All rows of a statement.
    pub(crate) async fn all(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<QueryResult>> {
        Ok(self
            .transaction
            .query_all_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                sql,
                values,
            ))
            .await?)
    }
}

impl Tx<'_> {
    /// The rows of a statement, each as the struct that names its columns.
    pub(crate) async fn rows<R: FromQueryResult>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<R>> {
        let rows = self.all(sql, values).await?;
        let rows = rows.iter().map(|row| R::from_query_result(row, ""));
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// The first row of a statement, as the struct that names its columns.
    pub(crate) async fn row<R: FromQueryResult>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<R>> {
        let row = self.one(sql, values).await?;
        Ok(row.map(|row| R::from_query_result(&row, "")).transpose()?)
    }
}

impl<'s> Read<'s> {
    /// Limits the transaction to the organisation (tenant) of its scope, and to reading.
    pub(super) async fn begin(tx: Tx<'s>) -> Result<Self> {
        let sql = "SELECT set_config('app.organisation', $1, true), set_config('transaction_read_only', 'on', true)";
        tx.one(sql, [tenant(tx.scope.organisation)]).await?;
        Ok(Self(tx))
    }
}

impl<'s> Deref for Read<'s> {
    type Target = Tx<'s>;

    fn deref(&self) -> &Tx<'s> {
        &self.0
    }
}

impl<'s> Deref for Write<'s> {
    type Target = Tx<'s>;

    fn deref(&self) -> &Tx<'s> {
        &self.tx
    }
}

impl<'s> Write<'s> {
    /// Limits the transaction to the organisation (tenant) of its scope.
    pub(super) async fn begin(tx: Tx<'s>) -> Result<Self> {
        let write = Self {
            tx,
            recorded: AtomicBool::new(false),
        };
        write.set_tenant(write.scope.organisation).await?;
        Ok(write)
    }

    /// Sets the organisation (tenant) that row-level security limits the transaction to.
    pub(super) async fn set_tenant(&self, organisation: Option<OrganisationId>) -> Result<()> {
        let sql = "SELECT set_config('app.organisation', $1, true)";
        self.one(sql, [tenant(organisation)]).await?;
        Ok(())
    }

    /// A fresh id.
    pub(crate) fn id(&self) -> Uuid {
        self.scope.new_id()
    }

    /// Makes other posts of the same form wait until this transaction ends, so that they find the
    /// row that it wrote (decision 0010). It must come before the lookup, and before row locks.
    pub(crate) async fn lock_idempotency_key(&self, key: Uuid) -> Result<()> {
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended('form ' || $1::text, 0))";
        self.execute(sql, [key.into()]).await?;
        Ok(())
    }

    pub(crate) async fn insert<A>(&self, row: A) -> Result<<A::Entity as EntityTrait>::Model>
    where
        A: ActiveModelTrait + sea_orm::ActiveModelBehavior + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        Ok(row.insert(self.conn()).await?)
    }

    /// Runs a statement, and returns the number of rows it changed.
    pub(crate) async fn execute(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<u64> {
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        let done = self.tx.transaction.execute_raw(statement).await?;
        Ok(done.rows_affected())
    }

    /// Runs a statement for another organisation that the action concerns too.
    pub(crate) async fn execute_at(
        &self,
        organisation: OrganisationId,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<()> {
        self.set_tenant(Some(organisation)).await?;
        self.execute(sql, values).await?;
        self.set_tenant(self.scope.organisation).await
    }

    /// Remembers that an event was recorded.
    pub(super) fn mark_recorded(&self) {
        self.recorded.store(true, Ordering::Relaxed);
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// When no event was recorded, or the database fails.
    pub async fn commit(self) -> Result<()> {
        if !self.recorded.load(Ordering::Relaxed) {
            return Err(Error::Broken(
                "a write without an event was not committed".to_owned(),
            ));
        }
        Ok(self.tx.transaction.commit().await?)
    }

    /// Commits if an event was recorded. Otherwise nothing changed, and the transaction is rolled
    /// back.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn commit_if_recorded(self) -> Result<()> {
        if self.recorded.load(Ordering::Relaxed) {
            self.commit().await
        } else {
            Ok(self.tx.transaction.rollback().await?)
        }
    }

    /// Commits changes that are not an action of a person: counters, drafts, delivery states.
    ///
    /// # Errors
    /// When the permission is one that a person acts under, or the database fails.
    pub(crate) async fn commit_without_event(self) -> Result<()> {
        if !acts_without_event(self.permission) {
            return Err(Error::Broken(format!(
                "a write for {:?} without an event was not committed",
                self.permission
            )));
        }
        Ok(self.tx.transaction.commit().await?)
    }
}

/// Whether transactions of this permission may change something that is not an action of a person.
fn acts_without_event(permission: Permission) -> bool {
    matches!(
        permission,
        Permission::SignIn
            | Permission::FollowLink
            | Permission::SetUp
            | Permission::SendMail
            | Permission::RunMaintenance
    )
}

/// An organisation as the setting that row-level security reads; empty for none.
fn tenant(organisation: Option<OrganisationId>) -> Value {
    organisation
        .map(|id| id.to_string())
        .unwrap_or_default()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_visitors_and_the_system_change_anything_without_an_event() {
        let assignable = Permission::ALL
            .iter()
            .filter(|permission| permission.area().is_some());
        for permission in assignable {
            assert!(!acts_without_event(*permission), "{permission:?}");
        }
    }
}
