//! Lists that people appear on (CS-11, S10). A person's lists are chosen when the person is created
//! or edited; people who hold [`Permission::ManageLists`] create, rename and close the lists
//! themselves.

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use usher_types::audit::Event;
use usher_types::conflict::EditState;
use usher_types::form::SavedDraft;
use usher_types::lists::{
    CloseList, CloseListPage, EditList, EditListPage, ListRow, Listed, Listing, Lists,
};
use usher_types::{
    BuiltInList, Field, ListId, ListName, OrganisationId, Permission, Refusal, UserId,
};

use crate::entity::{list_members, lists, organisations};
use crate::infrastructure::named_rows::{
    self, Assigned, NamedRow, RowEvent, RowName, bump_versions,
};
use crate::scope::{Tx, Write};
use crate::units::{MOST, id};
use crate::{Result, Scope};

/// Creates the built-in lists of a new organisation.
pub(crate) async fn create_built_in(tx: &Write<'_>, organisation: OrganisationId) -> Result<()> {
    for built_in in BuiltInList::ALL {
        let name = RowName::built_in(built_in.code());
        tx.insert(named_rows::named::<lists::Entity>(
            tx,
            organisation,
            tx.id(),
            &name,
        ))
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

impl NamedRow for lists::Entity {
    fn within_reach(tx: &Tx<'_>) -> Select<Self> {
        tx.find()
    }

    fn event(list: &lists::Model, what: RowEvent) -> Event {
        let list = list.id;
        match what {
            RowEvent::Created => Event::ListMade { list },
            RowEvent::Edited => Event::ListRenamed { list },
            RowEvent::Closed => Event::ListClosed { list },
        }
    }

    fn values(list: &lists::Model) -> Vec<(Field, String)> {
        vec![(Field::Lists, list.name.clone())]
    }
}

impl Assigned for lists::Entity {
    const TABLE: &'static str = "list_members";
    const COLUMN: &'static str = "list_id";
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
    let (current, built_in) = if list.is_empty() {
        (EditList::fresh(organisation, scope.new_key()), None)
    } else {
        let found = named_rows::find::<lists::Entity>(&tx, id(list)?).await?;
        let (version, named) = (found.version.to_string(), found.list_name());
        let form = EditList {
            organisation,
            list: named.id.to_string(),
            version,
            unit_name: named.name,
            ..EditList::default()
        };
        (form, named.built_in)
    };
    let was_named = current.unit_name.clone();
    let EditState {
        form,
        conflict,
        refusal,
    } = EditState::new(current, draft);
    Ok(EditListPage {
        // the page fills in the name of a built-in list unless another one was typed
        built_in: built_in.filter(|_| form.unit_name == was_named),
        form,
        conflict,
        refusal,
    })
}

/// Creates or renames a list. `means` is the built-in list whose name was typed, in any language;
/// names in a language are not known to the domain. The typed name then refers to that list, which
/// is shown in each reader's language.
///
/// # Errors
/// [`Refusal::Invalid`], also if the name is taken; [`Refusal::Conflict`] if somebody else renamed
/// it in the meantime; [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditList, means: Option<BuiltInList>) -> Result<ListId> {
    let (target, typed) = form.parse()?;
    let tx = scope.write(Permission::ManageLists).await?;
    let name = means.map_or_else(|| typed.into(), |list| RowName::built_in(list.code()));
    let list = named_rows::save::<lists::Entity>(&tx, target, &name, |_| {}).await?;
    tx.commit_if_recorded().await?;
    Ok(list.id)
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
    let found = named_rows::find::<lists::Entity>(&tx, id(list)?).await?;
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
    let found = named_rows::lock::<lists::Entity>(&tx, list).await?;
    let left = named_rows::remove_from_all::<lists::Entity>(&tx, list).await?;
    let events = left
        .iter()
        .map(|user| Event::ListLeft { user: *user, list });
    tx.record_all(&events.collect::<Vec<_>>()).await?;
    bump_versions(&tx, left).await?;
    named_rows::close::<lists::Entity>(&tx, found).await?;
    tx.commit().await
}

/// The lists that a person can be put on, and whether the organisation uses an LMS.
pub(crate) async fn choices(tx: &Tx<'_>, home: &organisations::Model) -> Result<Listing> {
    let lists = all_open(tx)
        .all(tx.conn())
        .await?
        .into_iter()
        .map(lists::Model::list_name)
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
        .filter(list_members::Column::UserId.eq(user))
        .select_only();
    let on = on.column(list_members::Column::ListId).into_query();
    Ok(all_open(tx)
        .filter(lists::Column::Id.in_subquery(on))
        .all(tx.conn())
        .await?
        .into_iter()
        .map(lists::Model::list_name)
        .collect())
}

/// Locks the chosen lists as open until the transaction ends. Must come before the person is
/// locked.
///
/// # Errors
/// [`Refusal::Invalid`] at a list that was closed in the meantime.
pub(crate) async fn lock_open(tx: &Write<'_>, listed: &Listed) -> Result<()> {
    named_rows::lock_open::<lists::Entity>(tx, &listed.lists, Field::Lists).await
}

/// Replaces a person's lists by the chosen ones, which are locked as open.
pub(crate) async fn replace_memberships(
    tx: &Write<'_>,
    user: UserId,
    listed: &Listed,
) -> Result<()> {
    named_rows::replace_of_user::<lists::Entity>(tx, user, &listed.lists).await
}

/// The open lists: the built-in ones, then the others by name.
fn all_open(tx: &Tx<'_>) -> Select<lists::Entity> {
    named_rows::all_open::<lists::Entity>(tx)
        .order_by_asc(lists::Column::Key)
        .order_by_asc(lists::Column::Name)
        .limit(MOST)
}

/// Lists with the number of people within reach on each, without archived ones.
async fn rows(tx: &Tx<'_>, lists: Vec<lists::Model>) -> Result<Vec<ListRow>> {
    let ids = lists.iter().map(|list| list.id).collect();
    let people = named_rows::count_people::<lists::Entity>(tx, ids).await?;
    let rows = lists.into_iter().map(|list| ListRow {
        people: people.get(&list.id).copied().unwrap_or_default(),
        list: list.list_name(),
    });
    Ok(rows.collect())
}
