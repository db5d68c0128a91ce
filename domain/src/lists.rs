//! Lists that people appear on (CS-11, S10). A person's lists are chosen when the person is created
//! or edited; people who hold [`Permission::ManageLists`] create, rename and close the lists
//! themselves.
//!
//! Invariant: nobody is on a closed list. Closing locks the row and then the people on it; putting
//! a person on it takes a shared lock on the row before the person is locked.

use std::collections::BTreeMap;

use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, Set,
};
use usher_types::audit::{Change, Event};
use usher_types::lists::{
    BuiltInList, CloseList, CloseListPage, EditList, EditListPage, ListName, ListRow, Listed,
    Listing, Lists,
};
use usher_types::names::name_key;
use usher_types::refusal::Closable;
use usher_types::units::EditTarget;
use usher_types::users::SavedDraft;
use usher_types::{Field, Invalid, ListId, OrganisationId, Permission, Problem, Refusal, UserId};
use uuid::Uuid;

use crate::entity::{list_members, lists, organisations, users};
use crate::foundation::idempotency;
use crate::scope::{Tx, Write};
use crate::units::{MOST, bump_versions, ensure_open, id};
use crate::{Result, Scope};

/// Creates the built-in lists of a new organisation.
pub(crate) async fn create_built_in(tx: &Write<'_>, organisation: OrganisationId) -> Result<()> {
    for built_in in BuiltInList::ALL {
        let key = tx.id();
        tx.insert(fresh(tx, organisation, key, &Name::BuiltIn(built_in)))
            .await?;
    }
    Ok(())
}

/// The lists.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope) -> Result<Lists> {
    let tx = scope.read(Permission::ViewUsers).await?;
    let found = all_open(&tx).all(tx.conn()).await?;
    Ok(Lists {
        rows: rows(&tx, found).await?,
        may_change: scope.grants().reaches_others(Permission::ManageLists),
    })
}

/// The page that creates or renames a list: the current state, or the saved draft.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], the same for one of another organisation and for
/// a missing one; [`Refusal::AlreadyDone`] for a closed one.
pub async fn form(
    scope: &Scope,
    list: &str,
    draft: Option<SavedDraft<EditList>>,
) -> Result<EditListPage> {
    let tx = scope.read(Permission::ManageLists).await?;
    let organisation = tx.organisation()?.to_string();
    let (fresh, built_in) = if list.is_empty() {
        (EditList::fresh(organisation, scope.new_key()), None)
    } else {
        let found = open(&tx, id(list)?).await?;
        let (version, named) = (found.version.to_string(), name(found));
        let form = EditList {
            organisation,
            list: named.id.to_string(),
            version,
            unit_name: named.name,
            ..EditList::default()
        };
        (form, named.built_in)
    };
    let Some(draft) = draft else {
        return Ok(EditListPage {
            form: fresh,
            built_in,
            refusal: None,
        });
    };
    // saving again replaces the state that the refusal was about
    let form = EditList {
        version: fresh.version,
        ..draft.form
    };
    Ok(EditListPage {
        form,
        built_in: None,
        refusal: draft.refusal,
    })
}

/// Creates or renames a list. `means` is the built-in list whose name was typed, in any language;
/// names in a language are not known to the domain. The typed name then refers to that list, which
/// is shown in each reader's language.
///
/// # Errors
/// [`Refusal::Invalid`], also if the name is taken or somebody else changed it in the meantime;
/// [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditList, means: Option<BuiltInList>) -> Result<ListId> {
    let (target, typed) = form.parse()?;
    let tx = scope.write(Permission::ManageLists).await?;
    let name = means.map_or(Name::Own(typed), Name::BuiltIn);
    let written = match target {
        EditTarget::New(key) => {
            let key = idempotency::key(key, &name_key(name.text()));
            let made = tx
                .find::<lists::Entity>()
                .filter(lists::Column::FormKey.eq(key));
            if let Some(made) = made.one(tx.conn()).await? {
                return Ok(ListId(made.id));
            }
            create(&tx, key, &name).await
        }
        EditTarget::Known(list, version) => rename(&tx, list, version, &name).await,
    };
    let list = written.map_err(|error| error.at_name("lists_name_key", Field::UnitName))?;
    tx.commit_if_recorded().await?;
    Ok(list)
}

/// What a list is called.
enum Name {
    /// Built in: its name is in the reader's language.
    BuiltIn(BuiltInList),
    /// Named by the organisation.
    Own(String),
}

impl Name {
    fn text(&self) -> &str {
        match self {
            Self::BuiltIn(built_in) => built_in.key(),
            Self::Own(name) => name,
        }
    }

    fn put(&self, row: &mut lists::ActiveModel) {
        let (key, name_key) = match self {
            Self::BuiltIn(built_in) => (Some(built_in.key().to_owned()), None),
            Self::Own(name) => (None, Some(name_key(name))),
        };
        row.key = Set(key);
        row.name = Set(self.text().to_owned());
        row.name_key = Set(name_key);
    }
}

fn fresh(
    tx: &Write<'_>,
    organisation: OrganisationId,
    key: Uuid,
    name: &Name,
) -> lists::ActiveModel {
    let mut row = lists::ActiveModel {
        organisation_id: Set(organisation.0),
        id: Set(tx.id()),
        form_key: Set(key),
        version: Set(1),
        created_at: Set(tx.scope().now()),
        ..Default::default()
    };
    name.put(&mut row);
    row
}

async fn create(tx: &Write<'_>, key: Uuid, name: &Name) -> Result<ListId> {
    let list = ListId(
        tx.insert(fresh(tx, tx.organisation()?, key, name))
            .await?
            .id,
    );
    tx.record_with_changes(
        Event::ListMade { list },
        &[changed(None, Some(name.text()))],
    )
    .await?;
    Ok(list)
}

async fn rename(tx: &Write<'_>, list: ListId, version: i32, name: &Name) -> Result<ListId> {
    let found = lock(tx, list).await?;
    if found.version != version {
        return Err(Invalid::one(Field::UnitName, Problem::Meanwhile { now: found.name }).into());
    }
    let before = found.name.clone();
    if before == name.text() && found.key.is_some() == matches!(name, Name::BuiltIn(_)) {
        return Ok(list);
    }
    let mut row = found.into_active_model();
    name.put(&mut row);
    row.version = Set(version + 1);
    row.update(tx.conn()).await?;
    tx.record_with_changes(
        Event::ListRenamed { list },
        &[changed(Some(&before), Some(name.text()))],
    )
    .await?;
    Ok(list)
}

fn changed(before: Option<&str>, after: Option<&str>) -> Change {
    Change {
        field: Field::Lists,
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
}

/// The page that closes a list: the number of people on it.
///
/// # Errors
/// As [`form`].
pub async fn close_page(
    scope: &Scope,
    list: &str,
    refusal: Option<Refusal>,
) -> Result<CloseListPage> {
    let tx = scope.read(Permission::ManageLists).await?;
    let found = open(&tx, id(list)?).await?;
    let row = rows(&tx, vec![found])
        .await?
        .pop()
        .ok_or(Refusal::NotFound)?;
    Ok(CloseListPage { row, refusal })
}

/// Closes a list: its people, including archived ones, are removed from it.
///
/// # Errors
/// As [`form`].
pub async fn close(scope: &Scope, form: &CloseList) -> Result<()> {
    usher_types::form::known(form)?;
    let list: ListId = id(&form.list)?;
    let tx = scope.write(Permission::ManageLists).await?;
    let found = lock(&tx, list).await?;
    let left = tx
        .all(
            "DELETE FROM list_members WHERE list_id = $1 RETURNING user_id",
            [list.0.into()],
        )
        .await?;
    let left: Vec<Uuid> = left
        .iter()
        .map(|row| Ok(row.try_get("", "user_id")?))
        .collect::<Result<_>>()?;
    let events: Vec<_> = left
        .iter()
        .map(|user| Event::ListLeft {
            user: UserId(*user),
            list,
        })
        .collect();
    bump_versions(&tx, left).await?;
    let before = found.name.clone();
    let mut row = found.into_active_model();
    row.closed_at = Set(Some(scope.now()));
    row.update(tx.conn()).await?;
    tx.record_all(&events).await?;
    tx.record_with_changes(Event::ListClosed { list }, &[changed(Some(&before), None)])
        .await?;
    tx.commit().await
}

/// The lists that a person can be put on, and whether the organisation uses an LMS.
pub(crate) async fn choices(tx: &Tx<'_>, home: &organisations::Model) -> Result<Listing> {
    let lists = all_open(tx)
        .all(tx.conn())
        .await?
        .into_iter()
        .map(name)
        .collect();
    Ok(Listing {
        lists,
        uses_lms: home.uses_lms,
    })
}

/// The lists a person is on.
pub(crate) async fn of_user(tx: &Tx<'_>, user: UserId) -> Result<Vec<ListName>> {
    let on = tx
        .find::<list_members::Entity>()
        .filter(list_members::Column::UserId.eq(user.0))
        .select_only();
    let on = on.column(list_members::Column::ListId).into_query();
    Ok(all_open(tx)
        .filter(lists::Column::Id.in_subquery(on))
        .all(tx.conn())
        .await?
        .into_iter()
        .map(name)
        .collect())
}

/// Lists by their ids, including closed ones: past events keep their names.
pub(crate) async fn names_of(
    tx: &Tx<'_>,
    ids: impl IntoIterator<Item = ListId>,
) -> Result<BTreeMap<ListId, ListName>> {
    let ids: Vec<Uuid> = ids.into_iter().map(|list| list.0).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = tx
        .find::<lists::Entity>()
        .filter(lists::Column::Id.is_in(ids))
        .all(tx.conn())
        .await?;
    Ok(found
        .into_iter()
        .map(|list| (ListId(list.id), name(list)))
        .collect())
}

/// Locks the chosen lists as open until the transaction ends. Must come before the person is
/// locked, because closing a list locks it first and its people afterwards.
///
/// # Errors
/// [`Refusal::Invalid`] at a list that was closed in the meantime.
pub(crate) async fn lock_open(tx: &Write<'_>, listed: &Listed) -> Result<()> {
    let chosen: Vec<Uuid> = listed.lists.iter().map(|list| list.0).collect();
    if chosen.is_empty() {
        return Ok(());
    }
    let held =
        "SELECT id FROM lists WHERE id = ANY ($1) AND closed_at IS NULL ORDER BY id FOR KEY SHARE";
    let held = tx.all(held, [chosen.clone().into()]).await?.len();
    if held == chosen.len() {
        Ok(())
    } else {
        Err(Invalid::one(Field::Lists, Problem::Wrong).into())
    }
}

/// Replaces a person's lists by the chosen ones, which are locked as open.
pub(crate) async fn replace_memberships(
    tx: &Write<'_>,
    user: UserId,
    listed: &Listed,
) -> Result<()> {
    let chosen: Vec<Uuid> = listed.lists.iter().map(|list| list.0).collect();
    let others = list_members::Column::UserId
        .eq(user.0)
        .and(list_members::Column::ListId.is_not_in(chosen.clone()));
    list_members::Entity::delete_many()
        .filter(others)
        .exec(tx.conn())
        .await?;
    if chosen.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO list_members (organisation_id, list_id, user_id) SELECT $1, unnest($2::uuid[]), $3 ON CONFLICT DO NOTHING";
    tx.execute(
        sql,
        [tx.organisation()?.0.into(), chosen.into(), user.0.into()],
    )
    .await?;
    Ok(())
}

fn name(list: lists::Model) -> ListName {
    let built_in = list.key.as_deref().and_then(BuiltInList::from_key);
    ListName {
        id: ListId(list.id),
        built_in,
        name: list.name,
    }
}

/// The open lists: the built-in ones, then the others by name.
fn all_open(tx: &Tx<'_>) -> Select<lists::Entity> {
    let open = tx
        .find::<lists::Entity>()
        .filter(lists::Column::ClosedAt.is_null());
    open.order_by_asc(lists::Column::Key)
        .order_by_asc(lists::Column::Name)
        .limit(MOST)
}

async fn open(tx: &Tx<'_>, list: ListId) -> Result<lists::Model> {
    let found = tx
        .find::<lists::Entity>()
        .filter(lists::Column::Id.eq(list.0))
        .one(tx.conn())
        .await?;
    ensure_open(found, |list| list.closed_at.is_some(), Closable::List)
}

async fn lock(tx: &Write<'_>, list: ListId) -> Result<lists::Model> {
    let found = tx
        .find::<lists::Entity>()
        .filter(lists::Column::Id.eq(list.0))
        .lock_exclusive()
        .one(tx.conn())
        .await?;
    ensure_open(found, |list| list.closed_at.is_some(), Closable::List)
}

/// Lists with the number of people within reach on each, without archived ones.
async fn rows(tx: &Tx<'_>, lists: Vec<lists::Model>) -> Result<Vec<ListRow>> {
    let within = tx
        .users()
        .filter(users::Column::ArchivedAt.is_null())
        .select_only()
        .column(users::Column::Id)
        .into_query();
    let on = tx
        .find::<list_members::Entity>()
        .filter(list_members::Column::ListId.is_in(lists.iter().map(|list| list.id)));
    let on = on
        .filter(list_members::Column::UserId.in_subquery(within))
        .select_only();
    let on = on
        .column(list_members::Column::ListId)
        .column_as(list_members::Column::UserId.count(), "n");
    let on: Vec<(Uuid, i64)> = on
        .group_by(list_members::Column::ListId)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let on: BTreeMap<_, _> = on.into_iter().collect();
    let rows = lists.into_iter().map(|list| ListRow {
        people: on.get(&list.id).copied().unwrap_or_default() as u32,
        list: name(list),
    });
    Ok(rows.collect())
}
