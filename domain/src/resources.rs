//! Resources: services that an organisation offers, and those that others share with it (OG-03,
//! OG-13).
//!
//! Invariant: only shared resources of another organisation are visible, and only while it takes
//! referrals and is not suspended. The security definer function `resources_offered` enforces this.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryResult, QuerySelect, Select, Set};
use usher_types::audit::Event;
use usher_types::conflict::EditState;
use usher_types::form::{EditTarget, SavedDraft, checkbox_value};
use usher_types::names::fold;
use usher_types::resources::{
    CloseResource, CloseResourcePage, Details, EditResource, ListQuery, Offered, ResourceList,
    ResourcePage, ResourceRow,
};
use usher_types::{Field, OrganisationId, Permission, Refusal, ResourceId};

use crate::audit::ActivitySubject;
use crate::entity::resources;
use crate::foundation::paging::{COUNTED, Keyset, PAGE};
use crate::foundation::search::patterns;
use crate::infrastructure::named_rows::{self, NamedRow, RowEvent};
use crate::scope::Tx;
use crate::units::id;
use crate::{Result, Scope, audit};

/// The order of the list.
const BY_NAME: (resources::Column, resources::Column) =
    (resources::Column::Name, resources::Column::Id);

/// One page of the organisation's own resources, and the resources that others share.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope, query: ListQuery) -> Result<ResourceList> {
    let tx = scope.read(Permission::ViewResources).await?;
    let named = match query.cursor.named::<ResourceId>() {
        Some(resource) => named_rows::find::<resources::Entity>(&tx, resource)
            .await
            .ok(),
        None => None,
    };
    let keyset = Keyset::new(
        &query.cursor,
        named.map(|resource| (resource.name, resource.id.0)),
    );
    let found = keyset
        .read(searched(&tx, &query.q), BY_NAME, false)
        .all(tx.conn())
        .await?;
    let page = keyset.page(found, |resource| resource.id.0);
    let (pages, found) = page
        .counted(searched(&tx, &query.q).limit(COUNTED + 1).count(tx.conn()))
        .await?;
    let offered = if pages.previous.is_none() {
        offered(&tx, &query.q).await?
    } else {
        Vec::new()
    };
    Ok(ResourceList {
        rows: rows(&tx, found).await?,
        pages,
        offered,
        query,
        may_manage: may_manage(scope),
        may_refer: may_refer(scope),
    })
}

fn may_manage(scope: &Scope) -> bool {
    scope.grants().has(Permission::ManageResources)
}

fn may_refer(scope: &Scope) -> bool {
    scope.grants().has(Permission::CreateReferrals)
}

/// The first of the organisation's open resources whose text contains all of these words, by name.
pub(crate) async fn first(tx: &Tx<'_>, q: &str, most: u64) -> Result<Vec<ResourceRow>> {
    let first = Keyset::<String>::first()
        .read(searched(tx, q), BY_NAME, false)
        .limit(most);
    rows(tx, first.all(tx.conn()).await?).await
}

/// The organisation's open resources whose text contains all of these words.
fn searched(tx: &Tx<'_>, q: &str) -> Select<resources::Entity> {
    let open = named_rows::all_open::<resources::Entity>(tx);
    patterns(q).into_iter().fold(open, |found, pattern| {
        found.filter(resources::Column::SearchText.like(pattern))
    })
}

/// The first resources shared by other organisations whose text contains all of these words, by
/// name.
pub(crate) async fn offered(tx: &Tx<'_>, q: &str) -> Result<Vec<Offered>> {
    let sql = "SELECT * FROM resources_offered($1, NULL, NULL, $2)";
    tx.all(sql, [patterns(q).into(), (PAGE as i32).into()])
        .await?
        .iter()
        .map(shared)
        .collect()
}

/// One resource shared by another organisation; `None` if it is not shared, or the organisation
/// takes no referrals.
pub(crate) async fn offered_one(
    tx: &Tx<'_>,
    of: OrganisationId,
    resource: ResourceId,
) -> Result<Option<Offered>> {
    let sql = "SELECT * FROM resources_offered('{}', $1, $2, 1)";
    tx.one(sql, [of.0.into(), resource.0.into()])
        .await?
        .as_ref()
        .map(shared)
        .transpose()
}

fn shared(row: &QueryResult) -> Result<Offered> {
    Ok(Offered {
        resource: ResourceId(row.try_get("", "id")?),
        organisation: OrganisationId(row.try_get("", "organisation_id")?),
        organisation_name: row.try_get("", "organisation_name")?,
        name: row.try_get("", "name")?,
        description: row.try_get("", "description")?,
        contact: row.try_get("", "contact")?,
        opening: row.try_get("", "opening")?,
        is_full: row.try_get("", "is_full")?,
    })
}

/// One resource of the organisation.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], the same for one of another organisation and for
/// a missing one; [`Refusal::AlreadyDone`] for a closed one.
pub async fn page(scope: &Scope, resource: &str) -> Result<ResourcePage> {
    let tx = scope.read(Permission::ViewResources).await?;
    let found = named_rows::find::<resources::Entity>(&tx, id(resource)?).await?;
    let may_manage = may_manage(scope);
    let activity = if may_manage {
        audit::lines(&tx, found.id.0).await?
    } else {
        Vec::new()
    };
    let description = found.description.clone();
    Ok(ResourcePage {
        row: row(&tx, found).await?,
        description,
        activity,
        may_manage,
        may_refer: may_refer(scope),
    })
}

/// A resource whose activity the reader may see.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`] if the actor does not manage resources.
pub(crate) async fn with_activity(tx: &Tx<'_>, resource: &str) -> Result<ActivitySubject> {
    let found = named_rows::find::<resources::Entity>(tx, id(resource)?).await?;
    if !may_manage(tx.scope()) {
        return Err(Refusal::Forbidden.into());
    }
    Ok(ActivitySubject {
        id: found.id.0,
        name: found.name,
        role: None,
    })
}

/// The page that creates or edits a resource: the current state, or the saved draft beside what
/// somebody else saved in the meantime.
///
/// # Errors
/// As [`page`].
pub async fn form(
    scope: &Scope,
    resource: &str,
    draft: Option<SavedDraft<EditResource>>,
) -> Result<EditState<EditResource>> {
    let tx = scope.read(Permission::ManageResources).await?;
    let organisation = tx.organisation()?.to_string();
    let current = if resource.is_empty() {
        EditResource {
            organisation,
            key: scope.new_key().to_string(),
            ..EditResource::default()
        }
    } else {
        EditResource {
            organisation,
            ..as_form(&named_rows::find::<resources::Entity>(&tx, id(resource)?).await?)
        }
    };
    Ok(EditState::new(current, draft))
}

fn as_form(found: &resources::Model) -> EditResource {
    EditResource {
        resource: found.id.to_string(),
        version: found.version.to_string(),
        unit_name: found.name.clone(),
        description: found.description.clone(),
        capacity: found
            .capacity
            .map(|places| places.to_string())
            .unwrap_or_default(),
        contact: found.contact.clone(),
        opening: found.opening.clone(),
        is_shared: checkbox_value(found.is_shared),
        ..EditResource::default()
    }
}

impl NamedRow for resources::Entity {
    fn within_reach(tx: &Tx<'_>) -> Select<Self> {
        tx.find()
    }

    fn event(resource: &resources::Model, what: RowEvent) -> Event {
        let resource = resource.id;
        match what {
            RowEvent::Created => Event::ResourceMade { resource },
            RowEvent::Edited => Event::ResourceEdited { resource },
            RowEvent::Closed => Event::ResourceClosed { resource },
        }
    }

    fn values(resource: &resources::Model) -> Vec<(Field, String)> {
        let form = as_form(resource);
        let shared = if resource.is_shared { "✓" } else { "–" };
        vec![
            (Field::UnitName, form.unit_name),
            (Field::Description, form.description),
            (Field::Capacity, form.capacity),
            (Field::Contact, form.contact),
            (Field::Opening, form.opening),
            (Field::IsShared, shared.to_owned()),
        ]
    }
}

/// Creates or edits a resource. Records nothing if nothing changed.
///
/// # Errors
/// [`Refusal::Invalid`], also if the name is taken; [`Refusal::Conflict`] if somebody else saved in
/// the meantime; [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditResource) -> Result<ResourceId> {
    let (target, details) = form.parse()?;
    let tx = scope.write(Permission::ManageResources).await?;
    let name = details.name.clone().into();
    let by = tx.scope().actor();
    let resource = named_rows::save::<resources::Entity>(&tx, target, &name, |row| {
        put(row, details);
        if matches!(target, EditTarget::New(_)) {
            row.created_by = Set(by);
        }
    });
    let resource = resource.await?;
    tx.commit_if_recorded().await?;
    Ok(resource.id)
}

fn put(row: &mut resources::ActiveModel, details: Details) {
    // a space before each word, so that a pattern can say where a word begins
    row.search_text = Set(format!(
        " {} ",
        fold(&format!("{} {}", details.name, details.description))
    ));
    row.description = Set(details.description);
    row.capacity = Set(details.capacity.map(|places| places as i32));
    row.contact = Set(details.contact);
    row.opening = Set(details.opening);
    row.is_shared = Set(details.is_shared);
}

/// The page that closes a resource.
///
/// # Errors
/// As [`page`].
pub async fn close_page(
    scope: &Scope,
    resource: &str,
    refusal: Option<Refusal>,
) -> Result<CloseResourcePage> {
    let tx = scope.read(Permission::ManageResources).await?;
    let found = named_rows::find::<resources::Entity>(&tx, id(resource)?).await?;
    Ok(CloseResourcePage {
        row: row(&tx, found).await?,
        refusal,
    })
}

/// Closes a resource: it takes no new referrals. Existing referrals continue.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn close(scope: &Scope, form: &CloseResource) -> Result<()> {
    usher_types::form::known(form)?;
    let resource: ResourceId = id(&form.resource)?;
    let tx = scope.write(Permission::ManageResources).await?;
    let found = named_rows::lock::<resources::Entity>(&tx, resource).await?;
    named_rows::close::<resources::Entity>(&tx, found).await?;
    tx.commit().await
}

/// One open resource of the organisation.
///
/// # Errors
/// As [`named_rows::find`].
pub(crate) async fn open(tx: &Tx<'_>, resource: ResourceId) -> Result<resources::Model> {
    named_rows::find::<resources::Entity>(tx, resource).await
}

/// A resource with the number of its places that are taken.
pub(crate) async fn row(tx: &Tx<'_>, resource: resources::Model) -> Result<ResourceRow> {
    rows(tx, vec![resource])
        .await?
        .pop()
        .ok_or_else(|| Refusal::NotFound.into())
}

async fn rows(tx: &Tx<'_>, found: Vec<resources::Model>) -> Result<Vec<ResourceRow>> {
    let ids: Vec<ResourceId> = found.iter().map(|resource| resource.id).collect();
    let sql = "SELECT resource_id, count(*) AS taken FROM referrals WHERE resource_id = ANY ($1) AND status = 'accepted' GROUP BY 1";
    let taken = if ids.is_empty() {
        Vec::new()
    } else {
        tx.all(sql, [ids.into()]).await?
    };
    let taken: Vec<(ResourceId, i64)> = taken
        .iter()
        .map(|row| Ok((row.try_get("", "resource_id")?, row.try_get("", "taken")?)))
        .collect::<Result<_>>()?;
    let taken: BTreeMap<_, _> = taken.into_iter().collect();
    let rows = found.into_iter().map(|resource| ResourceRow {
        id: resource.id,
        taken: taken.get(&resource.id).copied().unwrap_or_default() as u32,
        name: resource.name,
        opening: resource.opening,
        contact: resource.contact,
        is_shared: resource.is_shared,
        capacity: resource.capacity.map(i32::unsigned_abs),
    });
    Ok(rows.collect())
}
