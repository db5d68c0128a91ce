//! Named rows: offices, teams, lists, customers, contracts, dashboards and resources are created,
//! edited and closed in the same way.
//!
//! Invariants: a form creates one row, however often it is posted (decision 0010). A row is edited
//! only in the version that the form was made from (decision 0011). Nobody has a closed row: closing
//! locks the row and then its people, and whoever assigns it takes a share of that lock first.

use std::collections::BTreeMap;

use sea_orm::sea_query::ValueType;
use sea_orm::sea_query::postgres_array::NotU8;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryResult,
    QuerySelect, Select, Set, TryGetable, TryIntoModel, Value,
};
use usher_types::audit::{Change, Event};
use usher_types::form::EditTarget;
use usher_types::names::name_key;
use usher_types::refusal::{Closable, Done};
use usher_types::{
    BuiltInDashboard, BuiltInList, ContractId, CustomerId, DashboardId, Field, IdempotencyKey,
    Invalid, ListId, OfficeId, OrganisationId, Problem, Refusal, ResourceId, TeamId, UserId,
};
use uuid::Uuid;

use crate::Result;
use crate::entity::{contracts, customers, dashboards, lists, offices, resources, teams};
use crate::foundation::idempotency;
use crate::scope::{Tx, Write};

/// What a row is called.
pub(crate) struct RowName {
    /// The key of a built-in row, whose name is in the reader's language.
    pub key: Option<&'static str>,
    /// The name; for a built-in row its key.
    pub text: String,
}

impl RowName {
    pub(crate) fn built_in(key: &'static str) -> Self {
        Self {
            key: Some(key),
            text: key.to_owned(),
        }
    }

    /// The key that a table with built-in rows holds unique among custom names.
    pub(crate) fn own_key(&self) -> Option<String> {
        self.key.is_none().then(|| name_key(&self.text))
    }
}

impl From<String> for RowName {
    fn from(text: String) -> Self {
        Self { key: None, text }
    }
}

/// What happened to a row.
#[derive(Clone, Copy)]
pub(crate) enum RowEvent {
    Created,
    Edited,
    Closed,
}

/// A table of named rows.
pub(crate) trait NamedRow: Columns {
    /// The rows within reach of the transaction, including closed ones.
    fn within_reach(tx: &Tx<'_>) -> Select<Self>;

    /// Sets the columns that follow from the name.
    fn set_name(row: &mut Self::ActiveModel, name: &RowName) {
        Self::set_name_columns(row, name);
    }

    /// The event in the audit.
    fn event(row: &Self::Model, what: RowEvent) -> Event;

    /// The values whose changes are recorded with the event; the name comes first.
    fn values(_row: &Self::Model) -> Vec<(Field, String)> {
        Vec::new()
    }
}

/// The columns that all tables of named rows have.
pub(crate) trait Columns:
    EntityTrait<
        Model: IntoActiveModel<<Self as EntityTrait>::ActiveModel> + PartialEq + Sync,
        ActiveModel: TryIntoModel<<Self as EntityTrait>::Model> + Send,
    >
{
    /// The type of the id.
    type Id: Copy + Ord + Into<Value> + ValueType + NotU8 + TryGetable + Send + Sync;
    /// What a refusal calls such a row.
    const KIND: Closable;
    const ID: Self::Column;
    const FORM_KEY: Self::Column;
    const CLOSED_AT: Self::Column;

    fn version(row: &Self::Model) -> i32;
    fn is_closed(row: &Self::Model) -> bool;
    fn set_version(row: &mut Self::ActiveModel, version: i32);
    fn set_closed(row: &mut Self::ActiveModel, tx: &Write<'_>);
    /// Sets `name` and `name_key`, and `key` where the table has built-in rows.
    fn set_name_columns(row: &mut Self::ActiveModel, name: &RowName);
    /// A new row without a name.
    fn unnamed(tx: &Write<'_>, organisation: OrganisationId, key: Uuid) -> Self::ActiveModel;
}

/// The columns of the name: in a table of custom rows only, or in one that has built-in rows, too.
macro_rules! set_name_columns {
    (custom, $row:ident, $name:ident) => {
        $row.name_key = Set(name_key(&$name.text));
        $row.name = Set($name.text.clone());
    };
    ($built_in:ident, $row:ident, $name:ident) => {
        $row.key = Set($name.key.and_then($built_in::from_code));
        $row.name_key = Set($name.own_key());
        $row.name = Set($name.text.clone());
    };
}

/// Each table with the type of its ids, its kind, and the keys of its built-in rows; `custom` where
/// it has none.
macro_rules! columns {
    ($($table:ident: $id:ident, $kind:ident, $rows:ident;)*) => {$(
        impl Columns for $table::Entity {
            type Id = $id;
            const KIND: Closable = Closable::$kind;
            const ID: $table::Column = $table::Column::Id;
            const FORM_KEY: $table::Column = $table::Column::FormKey;
            const CLOSED_AT: $table::Column = $table::Column::ClosedAt;

            fn version(row: &$table::Model) -> i32 {
                row.version
            }
            fn is_closed(row: &$table::Model) -> bool {
                row.closed_at.is_some()
            }
            fn set_version(row: &mut $table::ActiveModel, version: i32) {
                row.version = Set(version);
            }
            fn set_closed(row: &mut $table::ActiveModel, tx: &Write<'_>) {
                row.closed_at = Set(Some(tx.scope().now()));
            }
            fn set_name_columns(row: &mut $table::ActiveModel, name: &RowName) {
                set_name_columns!($rows, row, name);
            }
            fn unnamed(tx: &Write<'_>, organisation: OrganisationId, key: Uuid) -> $table::ActiveModel {
                $table::ActiveModel {
                    organisation_id: Set(organisation.0),
                    id: Set($id(tx.id())),
                    form_key: Set(key),
                    version: Set(1),
                    created_at: Set(tx.scope().now()),
                    ..Default::default()
                }
            }
        }
    )*};
}

columns! {
    offices: OfficeId, Office, custom;
    teams: TeamId, Team, custom;
    lists: ListId, List, BuiltInList;
    customers: CustomerId, Customer, custom;
    contracts: ContractId, Contract, custom;
    dashboards: DashboardId, Dashboard, BuiltInDashboard;
    resources: ResourceId, Resource, custom;
}

/// The open rows within reach.
pub(crate) fn all_open<R: NamedRow>(tx: &Tx<'_>) -> Select<R> {
    R::within_reach(tx).filter(R::CLOSED_AT.is_null())
}

/// An open row within reach. One that a colleague closed is refused as such.
///
/// # Errors
/// [`Refusal::NotFound`] if there is none; [`Done::Closed`] if it is closed.
pub(crate) async fn find<R: NamedRow>(tx: &Tx<'_>, id: R::Id) -> Result<R::Model> {
    let found = R::within_reach(tx).filter(R::ID.eq(id));
    ensure_open::<R>(found.one(tx.conn()).await?)
}

/// Locks an open row within reach.
///
/// # Errors
/// As [`find`].
pub(crate) async fn lock<R: NamedRow>(tx: &Write<'_>, id: R::Id) -> Result<R::Model> {
    let found = R::within_reach(tx).filter(R::ID.eq(id)).lock_exclusive();
    ensure_open::<R>(found.one(tx.conn()).await?)
}

fn ensure_open<R: NamedRow>(found: Option<R::Model>) -> Result<R::Model> {
    let found = found.ok_or(Refusal::NotFound)?;
    if R::is_closed(&found) {
        Err(Refusal::from(Done::Closed { what: R::KIND }).into())
    } else {
        Ok(found)
    }
}

/// Creates or renames a row. `fill` sets the columns besides the name; it gets the row as it was.
///
/// # Errors
/// [`Refusal::Invalid`] if the name is taken; [`Refusal::Conflict`] if somebody else saved another
/// state in the meantime; as [`find`].
pub(crate) async fn save<R: NamedRow>(
    tx: &Write<'_>,
    target: EditTarget<R::Id>,
    name: &RowName,
    fill: impl FnOnce(&mut R::ActiveModel),
) -> Result<R::Model> {
    match target {
        EditTarget::New(key) => {
            let key = idempotency_key(key, name);
            if let Some(created) = find_by_idempotency_key::<R>(tx, key).await? {
                return Ok(created);
            }
            let mut row = named::<R>(tx, tx.organisation()?, key, name);
            fill(&mut row);
            let created = tx.insert(row).await?;
            record::<R>(tx, None, &created, None).await?;
            Ok(created)
        }
        EditTarget::Known(id, version) => {
            let before = lock::<R>(tx, id).await?;
            edit::<R>(tx, before, version, name, fill).await
        }
    }
}

/// Edits a locked row, unless it is already as the form wants it.
///
/// # Errors
/// As [`save`].
pub(crate) async fn edit<R: NamedRow>(
    tx: &Write<'_>,
    before: R::Model,
    version: i32,
    name: &RowName,
    fill: impl FnOnce(&mut R::ActiveModel),
) -> Result<R::Model> {
    let mut row = before.clone().into_active_model();
    R::set_name(&mut row, name);
    fill(&mut row);
    if row.clone().try_into_model()? == before {
        return Ok(before);
    }
    ensure_version::<R>(&before, version)?;
    R::set_version(&mut row, version + 1);
    let after = row.update(tx.conn()).await?;
    record::<R>(tx, Some(&before), &after, None).await?;
    Ok(after)
}

/// Refuses a form that was made from another version of the row.
///
/// # Errors
/// [`Refusal::Conflict`].
pub(crate) fn ensure_version<R: NamedRow>(row: &R::Model, version: i32) -> Result<()> {
    if R::version(row) == version {
        Ok(())
    } else {
        Err(Refusal::Conflict.into())
    }
}

/// Closes a locked row. Its people must have been removed from it.
pub(crate) async fn close<R: NamedRow>(tx: &Write<'_>, found: R::Model) -> Result<()> {
    let event = R::event(&found, RowEvent::Closed);
    let name = R::values(&found).into_iter().next();
    let change = name.and_then(|(field, name)| Change::between(field, &name, ""));
    let version = R::version(&found);
    let mut row = found.into_active_model();
    R::set_closed(&mut row, tx);
    R::set_version(&mut row, version + 1);
    row.update(tx.conn()).await?;
    tx.record_with_changes(event, change.as_slice()).await
}

/// The key that a table holds unique for a form that creates a row.
pub(crate) fn idempotency_key(key: IdempotencyKey, name: &RowName) -> Uuid {
    idempotency::key(key, &name_key(&name.text))
}

/// The row that an earlier post of the same form created. Waits for a post that is about to create
/// it.
pub(crate) async fn find_by_idempotency_key<R: NamedRow>(
    tx: &Write<'_>,
    key: Uuid,
) -> Result<Option<R::Model>> {
    tx.lock_idempotency_key(key).await?;
    let created = R::within_reach(tx).filter(R::FORM_KEY.eq(key));
    Ok(created.one(tx.conn()).await?)
}

/// A new row with a name.
pub(crate) fn named<R: NamedRow>(
    tx: &Write<'_>,
    organisation: OrganisationId,
    key: Uuid,
    name: &RowName,
) -> R::ActiveModel {
    let mut row = R::unnamed(tx, organisation, key);
    R::set_name(&mut row, name);
    row
}

/// Records what changed, and a change of something that is not in the row. Records nothing if no
/// value changed.
pub(crate) async fn record<R: NamedRow>(
    tx: &Write<'_>,
    before: Option<&R::Model>,
    after: &R::Model,
    beside: Option<Change>,
) -> Result<()> {
    let was = before.map(R::values).unwrap_or_default();
    let values = R::values(after).into_iter().enumerate();
    let changes = values.filter_map(|(at, (field, now))| {
        Change::between(field, was.get(at).map_or("", |(_, was)| was), &now)
    });
    let changes: Vec<Change> = changes.chain(beside).collect();
    let what = match before {
        None => RowEvent::Created,
        Some(before) if changes.is_empty() && !R::values(before).is_empty() => return Ok(()),
        Some(_) => RowEvent::Edited,
    };
    tx.record_with_changes(R::event(after, what), &changes)
        .await
}

/// Locks the chosen rows of the organisation as open until the transaction ends. Must come before a
/// person is locked, because closing locks the row first and its people afterwards.
///
/// # Errors
/// [`Refusal::Invalid`] at `field` if one of them was closed in the meantime.
pub(crate) async fn lock_open<R: NamedRow>(
    tx: &Write<'_>,
    chosen: &[R::Id],
    field: Field,
) -> Result<()> {
    if locked_open::<R>(tx, chosen).await?.len() == chosen.len() {
        Ok(())
    } else {
        Err(Invalid::one(field, Problem::Wrong).into())
    }
}

/// Locks those of the chosen rows that are open until the transaction ends, and returns them.
pub(crate) async fn locked_open<R: NamedRow>(
    tx: &Write<'_>,
    chosen: &[R::Id],
) -> Result<Vec<R::Id>> {
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id FROM {} WHERE id = ANY ($1) AND closed_at IS NULL ORDER BY id FOR KEY SHARE",
        R::default().table_name()
    );
    column(&tx.all(&sql, [chosen.to_vec().into()]).await?, "id")
}

/// One column of raw rows.
pub(crate) fn column<T: TryGetable>(rows: &[QueryResult], name: &str) -> Result<Vec<T>> {
    rows.iter().map(|row| Ok(row.try_get("", name)?)).collect()
}

/// Named rows that people have.
pub(crate) trait Assigned: NamedRow {
    /// The table of assignments: it pairs the row with a `user_id`.
    const TABLE: &'static str;
    /// Its column with the row's id.
    const COLUMN: &'static str;
}

/// Replaces the rows that a person has by the chosen ones, which are locked as open.
pub(crate) async fn replace_of_user<R: Assigned>(
    tx: &Write<'_>,
    user: UserId,
    chosen: &[R::Id],
) -> Result<()> {
    let (table, column) = (R::TABLE, R::COLUMN);
    let sql = format!("DELETE FROM {table} WHERE user_id = $1 AND NOT {column} = ANY ($2)");
    tx.execute(&sql, [user.into(), chosen.to_vec().into()])
        .await?;
    if chosen.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO {table} (organisation_id, user_id, {column}) SELECT $1, $2, unnest($3::uuid[]) ON CONFLICT DO NOTHING"
    );
    let values = [
        tx.organisation()?.into(),
        user.into(),
        chosen.to_vec().into(),
    ];
    tx.execute(&sql, values).await?;
    Ok(())
}

/// Removes a row from everybody who has it, including archived people, and returns them.
pub(crate) async fn remove_from_all<R: Assigned>(tx: &Write<'_>, id: R::Id) -> Result<Vec<UserId>> {
    let sql = format!(
        "DELETE FROM {} WHERE {} = $1 RETURNING user_id",
        R::TABLE,
        R::COLUMN
    );
    column(&tx.all(&sql, [id.into()]).await?, "user_id")
}

/// The number of people within reach who have each of these rows, without archived ones.
pub(crate) async fn count_people<R: Assigned>(
    tx: &Tx<'_>,
    rows: Vec<R::Id>,
) -> Result<BTreeMap<R::Id, u32>> {
    let bounds = tx.bounds();
    let sql = format!(
        "SELECT a.{column} AS id, count(*) AS people FROM {table} a JOIN users u ON (u.organisation_id, u.id) = (a.organisation_id, a.user_id)
        WHERE a.{column} = ANY ($6) AND u.archived_at IS NULL AND {within} GROUP BY 1",
        column = R::COLUMN,
        table = R::TABLE,
        within = bounds.condition("u")
    );
    let values = bounds.values().into_iter().chain([rows.into()]);
    let counted = tx.all(&sql, values).await?;
    let counted = counted.iter().map(|row| {
        let people: i64 = row.try_get("", "people")?;
        Ok((row.try_get("", "id")?, people as u32))
    });
    counted.collect()
}

/// Increments the versions of these people, so that somebody who has their details open is told
/// that teams, lists or customers have changed (decision 0011).
pub(crate) async fn bump_versions(tx: &Write<'_>, people: Vec<UserId>) -> Result<()> {
    tx.execute(
        "UPDATE users SET version = version + 1 WHERE id = ANY ($1)",
        [people.into()],
    )
    .await?;
    Ok(())
}
