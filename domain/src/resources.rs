//! Resources: services that an organisation offers, and those that others share with it (OG-03,
//! OG-13).
//!
//! Invariant: only shared resources of another organisation are visible, and only while it takes
//! referrals and is not suspended. The security definer function `resources_offered` enforces this.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryResult,
    QuerySelect, Select, Set,
};
use usher_types::audit::{Change, Event};
use usher_types::form::checkbox_value;
use usher_types::names::{fold, name_key};
use usher_types::refusal::Closable;
use usher_types::resources::{
    CloseResource, CloseResourcePage, Details, EditResource, EditResourcePage, ListQuery, Offered,
    ResourceList, ResourcePage, ResourceRow,
};
use usher_types::units::EditTarget;
use usher_types::users::SavedDraft;
use usher_types::{Field, OrganisationId, Permission, Refusal, ResourceId};
use uuid::Uuid;

use crate::entity::resources;
use crate::foundation::idempotency;
use crate::foundation::paging::{COUNTED, Keyset, PAGE};
use crate::foundation::search::patterns;
use crate::history::Seen;
use crate::scope::{Tx, Write};
use crate::units::{ensure_open, id};
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
        Some(resource) => open(&tx, resource).await.ok(),
        None => None,
    };
    let keyset = Keyset::new(
        &query.cursor,
        named.map(|resource| (resource.name, resource.id)),
    );
    let found = keyset
        .read(searched(&tx, &query.q), BY_NAME, false)
        .all(tx.conn())
        .await?;
    let page = keyset.page(found, |resource| resource.id);
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
    let open = tx
        .find::<resources::Entity>()
        .filter(resources::Column::ClosedAt.is_null());
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
    let found = open(&tx, id(resource)?).await?;
    let may_manage = may_manage(scope);
    let activity = if may_manage {
        audit::lines(&tx, found.id).await?
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
pub(crate) async fn with_activity(tx: &Tx<'_>, resource: &str) -> Result<Seen> {
    let found = open(tx, id(resource)?).await?;
    if !may_manage(tx.scope()) {
        return Err(Refusal::Forbidden.into());
    }
    Ok(Seen {
        id: found.id,
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
) -> Result<EditResourcePage> {
    let tx = scope.read(Permission::ManageResources).await?;
    let organisation = tx.organisation()?.to_string();
    let fresh = if resource.is_empty() {
        EditResource {
            organisation,
            key: scope.new_key().to_string(),
            ..EditResource::default()
        }
    } else {
        EditResource {
            organisation,
            ..as_form(&open(&tx, id(resource)?).await?)
        }
    };
    let Some(draft) = draft else {
        return Ok(EditResourcePage {
            form: fresh,
            theirs: None,
            refusal: None,
        });
    };
    let theirs = (draft.refusal == Some(Refusal::Overtaken)).then(|| fresh.clone());
    // saving again replaces deliberately what the page shows
    let form = if theirs.is_some() {
        EditResource {
            version: fresh.version,
            ..draft.form
        }
    } else {
        draft.form
    };
    Ok(EditResourcePage {
        form,
        theirs,
        refusal: draft.refusal,
    })
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

/// Creates or edits a resource. Records nothing if nothing changed.
///
/// # Errors
/// [`Refusal::Invalid`], also if the name is taken; [`Refusal::Overtaken`] if somebody else saved
/// in the meantime; [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditResource) -> Result<ResourceId> {
    let (target, details) = form.parse()?;
    let tx = scope.write(Permission::ManageResources).await?;
    let written = match target {
        EditTarget::New(key) => {
            let key = idempotency::key(key, &name_key(&details.name));
            let made = tx
                .find::<resources::Entity>()
                .filter(resources::Column::FormKey.eq(key));
            if let Some(made) = made.one(tx.conn()).await? {
                return Ok(ResourceId(made.id));
            }
            create(&tx, key, details).await
        }
        EditTarget::Known(resource, version) => {
            let found = lock(&tx, resource).await?;
            if found.version != version {
                return Err(Refusal::Overtaken.into());
            }
            let before = as_form(&found);
            if texts(&before)
                == texts(&EditResource {
                    unit_name: details.name.clone(),
                    ..form.clone()
                })
            {
                return Ok(resource);
            }
            update(&tx, found, details, &before).await
        }
    };
    let resource = written.map_err(|error| error.at_name("resources_name_key", Field::UnitName))?;
    tx.commit().await?;
    Ok(resource)
}

async fn create(tx: &Write<'_>, key: Uuid, details: Details) -> Result<ResourceId> {
    let mut row = resources::ActiveModel {
        organisation_id: Set(tx.organisation()?.0),
        id: Set(tx.id()),
        form_key: Set(key),
        version: Set(1),
        created_at: Set(tx.scope().now()),
        created_by: Set(tx.scope().actor().map(|user| user.0)),
        ..Default::default()
    };
    put(&mut row, details);
    let made = tx.insert(row).await?;
    let resource = ResourceId(made.id);
    tx.record_with_changes(
        Event::ResourceMade { resource },
        &changes(&EditResource::default(), &as_form(&made)),
    )
    .await?;
    Ok(resource)
}

async fn update(
    tx: &Write<'_>,
    found: resources::Model,
    details: Details,
    before: &EditResource,
) -> Result<ResourceId> {
    let (resource, version) = (ResourceId(found.id), found.version);
    let mut row = found.into_active_model();
    put(&mut row, details);
    row.version = Set(version + 1);
    let after = row.update(tx.conn()).await?;
    tx.record_with_changes(
        Event::ResourceEdited { resource },
        &changes(before, &as_form(&after)),
    )
    .await?;
    Ok(resource)
}

fn put(row: &mut resources::ActiveModel, details: Details) {
    row.name_key = Set(name_key(&details.name));
    // a space before each word, so that a pattern can say where a word begins
    row.search_text = Set(format!(
        " {} ",
        fold(&format!("{} {}", details.name, details.description))
    ));
    row.name = Set(details.name);
    row.description = Set(details.description);
    row.capacity = Set(details.capacity.map(|places| places as i32));
    row.contact = Set(details.contact);
    row.opening = Set(details.opening);
    row.is_shared = Set(details.is_shared);
}

fn texts(form: &EditResource) -> [(Field, String); 6] {
    let shared = if form.is_shared.is_empty() {
        "–"
    } else {
        "✓"
    };
    [
        (Field::UnitName, form.unit_name.trim().to_owned()),
        (
            Field::Description,
            form.description.trim().replace("\r\n", "\n"),
        ),
        (Field::Capacity, form.capacity.trim().to_owned()),
        (Field::Contact, form.contact.trim().to_owned()),
        (Field::Opening, form.opening.trim().to_owned()),
        (Field::IsShared, shared.to_owned()),
    ]
}

fn changes(before: &EditResource, after: &EditResource) -> Vec<Change> {
    let kept = |text: String| (!text.is_empty()).then_some(text);
    let pairs = texts(before)
        .into_iter()
        .zip(texts(after))
        .filter(|((_, before), (_, after))| before != after);
    pairs
        .map(|((field, before), (_, after))| Change {
            field,
            before: kept(before),
            after: kept(after),
        })
        .collect()
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
    let found = open(&tx, id(resource)?).await?;
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
    let found = lock(&tx, resource).await?;
    let mut row = found.into_active_model();
    row.closed_at = Set(Some(scope.now()));
    row.update(tx.conn()).await?;
    tx.record(Event::ResourceClosed { resource }).await?;
    tx.commit().await
}

/// One open resource of the organisation.
///
/// # Errors
/// As [`ensure_open`].
pub(crate) async fn open(tx: &Tx<'_>, resource: ResourceId) -> Result<resources::Model> {
    let found = tx
        .find::<resources::Entity>()
        .filter(resources::Column::Id.eq(resource.0))
        .one(tx.conn())
        .await?;
    ensure_open(
        found,
        |resource| resource.closed_at.is_some(),
        Closable::Resource,
    )
}

async fn lock(tx: &Write<'_>, resource: ResourceId) -> Result<resources::Model> {
    let found = tx
        .find::<resources::Entity>()
        .filter(resources::Column::Id.eq(resource.0))
        .lock_exclusive()
        .one(tx.conn())
        .await?;
    ensure_open(
        found,
        |resource| resource.closed_at.is_some(),
        Closable::Resource,
    )
}

/// A resource with the number of its places that are taken.
pub(crate) async fn row(tx: &Tx<'_>, resource: resources::Model) -> Result<ResourceRow> {
    rows(tx, vec![resource])
        .await?
        .pop()
        .ok_or_else(|| Refusal::NotFound.into())
}

async fn rows(tx: &Tx<'_>, found: Vec<resources::Model>) -> Result<Vec<ResourceRow>> {
    let ids: Vec<Uuid> = found.iter().map(|resource| resource.id).collect();
    let sql = "SELECT resource_id, count(*) AS taken FROM referrals WHERE resource_id = ANY ($1) AND status = 'accepted' GROUP BY 1";
    let taken = if ids.is_empty() {
        Vec::new()
    } else {
        tx.all(sql, [ids.into()]).await?
    };
    let taken: Vec<(Uuid, i64)> = taken
        .iter()
        .map(|row| Ok((row.try_get("", "resource_id")?, row.try_get("", "taken")?)))
        .collect::<Result<_>>()?;
    let taken: BTreeMap<_, _> = taken.into_iter().collect();
    let rows = found.into_iter().map(|resource| ResourceRow {
        id: ResourceId(resource.id),
        taken: taken.get(&resource.id).copied().unwrap_or_default() as u32,
        name: resource.name,
        opening: resource.opening,
        contact: resource.contact,
        is_shared: resource.is_shared,
        capacity: resource.capacity.map(i32::unsigned_abs),
    });
    Ok(rows.collect())
}
