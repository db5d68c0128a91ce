//! What the operator does with organisations (`/organisations`). Each action is written in the
//! organisation it acts on, whose audit shows that it was the operator's.

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect,
    Select, Set,
};
use usher_types::audit::{Change, Event};
use usher_types::conflict::EditState;
use usher_types::form::SavedDraft;
use usher_types::mail::Mail;
use usher_types::names::fold;
use usher_types::organisations::{
    AddOrganisation, AddPage, EditOrganisation, EditPage, ListQuery, New, OrganisationList,
    OrganisationPage, Row, SuspendOrganisation,
};
use usher_types::settings::Licence;
use usher_types::{Date, Field, OrganisationId, Permission, Refusal, Warning};
use uuid::Uuid;

use super::{Beginning, administrators, one, write};
use crate::audit::ActivitySubject;
use crate::entity::organisations;
use crate::foundation::paging::{COUNTED, Keyset};
use crate::foundation::{idempotency, time};
use crate::infrastructure::throttles;
use crate::scope::Tx;
use crate::{Error, Result, Scope, audit, licence};

/// The numbers of people and seats of one organisation.
#[derive(Clone, Copy, Default)]
struct Counted {
    people: u32,
    seats: u32,
}

/// One page of organisations, by name.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope, query: ListQuery) -> Result<OrganisationList> {
    let tx = scope.read(Permission::ManageOrganisations).await?;
    let named = match query.cursor.named::<OrganisationId>() {
        Some(organisation) => one(&tx, organisation).await.ok(),
        None => None,
    };
    let keyset = Keyset::new(
        &query.cursor,
        named.map(|organisation| (organisation.name, organisation.id)),
    );
    let by_name = (organisations::Column::Name, organisations::Column::Id);
    let page = keyset.page(
        keyset
            .read(searched(&tx, &query.q), by_name, false)
            .all(tx.conn())
            .await?,
        |organisation| organisation.id,
    );
    let (pages, found) = page
        .counted(searched(&tx, &query.q).limit(COUNTED + 1).count(tx.conn()))
        .await?;
    let counted = counted(
        &tx,
        found.iter().map(|organisation| organisation.id).collect(),
    )
    .await?;
    let rows = found
        .iter()
        .map(|found| {
            row(
                scope,
                found,
                counted.get(&found.id).copied().unwrap_or_default(),
            )
        })
        .collect();
    Ok(OrganisationList { rows, query, pages })
}

/// The organisations whose names contain all of these words.
fn searched(tx: &Tx<'_>, q: &str) -> Select<organisations::Entity> {
    let words = fold(&q.replace(char::is_control, " "));
    words
        .split_whitespace()
        .take(8)
        .fold(tx.find::<organisations::Entity>(), |found, word| {
            found.filter(Expr::cust_with_values(
                "position($1 in name_key) > 0",
                [word.to_owned()],
            ))
        })
}

async fn counted(tx: &Tx<'_>, ids: Vec<Uuid>) -> Result<BTreeMap<Uuid, Counted>> {
    let rows = tx
        .all(
            "SELECT id, people, seats FROM organisation_figures($1)",
            [ids.into()],
        )
        .await?;
    let count = |row: &sea_orm::QueryResult, of: &str| {
        Ok::<_, crate::Error>(row.try_get::<i64>("", of)? as u32)
    };
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get("", "id")?,
                Counted {
                    people: count(row, "people")?,
                    seats: count(row, "seats")?,
                },
            ))
        })
        .collect()
}

fn row(scope: &Scope, found: &organisations::Model, counted: Counted) -> Row {
    Row {
        id: OrganisationId(found.id),
        name: found.name.clone(),
        is_operator: found.is_operator,
        suspended: found.suspended_at.map(|at| scope.moment(at)),
        people: counted.people,
        used: counted.seats,
        seats: found.seats.map(i32::unsigned_abs),
    }
}

/// An empty form, or the saved draft.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn add_form(scope: &Scope, draft: Option<SavedDraft<AddOrganisation>>) -> Result<AddPage> {
    scope.require(Permission::ManageOrganisations)?;
    let fresh = AddOrganisation {
        key: scope.new_key().to_string(),
        language: scope.language().code().to_owned(),
        ..AddOrganisation::default()
    };
    let (form, refusal) = draft.map_or((fresh, None), |draft| (draft.form, draft.refusal));
    Ok(AddPage { form, refusal })
}

/// Creates an organisation and invites its first administrator. Posting the same form again returns
/// the organisation that the first post created.
///
/// # Errors
/// [`Refusal::Invalid`], also where the login name is taken.
pub async fn add(scope: &Scope, form: &AddOrganisation) -> Result<OrganisationId> {
    let New {
        key,
        first,
        language,
    } = form.parse()?;
    let key = idempotency::key(key, &first.login_name.key());
    scope.require(Permission::ManageOrganisations)?;
    let to = first.email.as_ref().map(|email| email.as_str());
    let counted = throttles::count_mail_once(scope, key, &Mail::Invitation, to.as_slice()).await?;
    let id = OrganisationId(scope.new_id());
    let acting = scope.acting_on(id);
    let tx = acting.write(Permission::ManageOrganisations).await?;
    tx.lock_idempotency_key(key).await?;
    let made = tx
        .find::<organisations::Entity>()
        .filter(organisations::Column::FormKey.eq(key))
        .one(tx.conn())
        .await?;
    if let Some(made) = made {
        return Ok(OrganisationId(made.id));
    }
    let written = write(
        &tx,
        &Beginning {
            first,
            language,
            is_operator: false,
        },
        Some(key),
        None,
        &counted,
    )
    .await;
    match written {
        Ok(_) => {
            tx.commit().await?;
            Ok(id)
        }
        Err(error) => Err(Error::name_taken(error)),
    }
}

/// The page of one organisation, limited to what the operator may see: no names of people except
/// its administrators'.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn page(scope: &Scope, id: &str) -> Result<OrganisationPage> {
    let id = crate::units::id::<OrganisationId>(id)?;
    let acting = scope.acting_on(id);
    let tx = acting.read(Permission::ManageOrganisations).await?;
    let found = one(&tx, id).await?;
    let counted = counted(&tx, vec![id.0])
        .await?
        .get(&id.0)
        .copied()
        .unwrap_or_default();
    Ok(OrganisationPage {
        row: row(scope, &found, counted),
        version: found.version,
        created: scope.day(found.created_at),
        language: found.language,
        licence: licence::agreement(&found, counted.seats, scope.today()),
        time_zone: found.time_zone,
        support_contact: found.support_contact,
        suspended_reason: found.suspended_reason,
        administrators: administrators::list(&tx).await?,
        activity: audit::lines(&tx, id.0).await?,
    })
}

/// The organisation that is acted on, as the subject of its activity.
///
/// # Errors
/// [`Refusal::NotFound`].
pub(crate) async fn with_activity(tx: &Tx<'_>) -> Result<ActivitySubject> {
    let found = one(tx, tx.organisation()?).await?;
    Ok(ActivitySubject {
        id: found.id,
        name: found.name,
        role: None,
    })
}

/// The form that edits an organisation: the current state, or the saved draft.
///
/// # Errors
/// As [`page`].
pub async fn edit_form(
    scope: &Scope,
    id: &str,
    draft: Option<SavedDraft<EditOrganisation>>,
) -> Result<EditPage<EditOrganisation>> {
    let page = page(scope, id).await?;
    let current = EditOrganisation::of(page.row.id, page.version, &page.row.name, &page.licence);
    let EditState {
        form,
        conflict,
        refusal,
    } = EditState::new(current, draft);
    Ok(EditPage {
        page,
        form,
        conflict,
        refusal,
    })
}

/// Edits an organisation's name and agreement.
///
/// # Errors
/// [`Refusal::Invalid`], [`Refusal::Warned`] for fewer seats than are in use,
/// [`Refusal::Conflict`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditOrganisation) -> Result<OrganisationId> {
    let (edit, passed) = form.parse()?;
    let (id, acting) = (edit.id, scope.acting_on(edit.id));
    let tx = acting.write(Permission::ManageOrganisations).await?;
    let found = tx.lock_organisation(id).await?;
    if found.version != edit.version {
        return Err(Refusal::Conflict.into());
    }
    let counted = counted(&tx, vec![id.0])
        .await?
        .get(&id.0)
        .copied()
        .unwrap_or_default();
    let before = texts(
        &found.name,
        &licence::agreement(&found, counted.seats, scope.today()),
    );
    let warnings = edit.warnings(counted.seats);
    let mut why = passed.passes(&warnings)?;
    let mut row = found.into_active_model();
    row.version = Set(edit.version + 1);
    row.name_key = Set(fold(&edit.name));
    row.name = Set(edit.name);
    row.seats = Set(edit.seats.map(|seats| seats as i32));
    row.licence_from = Set(edit.from.and_then(time::calendar));
    row.licence_until = Set(edit.until.and_then(time::calendar));
    row.vendor_address = Set(edit.vendor.map(|vendor| vendor.as_str().to_owned()));
    let saved = row.update(tx.conn()).await?;
    let after = texts(
        &saved.name,
        &licence::agreement(&saved, counted.seats, scope.today()),
    );
    let changes = before
        .into_iter()
        .zip(after)
        .filter(|((_, before), (_, after))| before != after);
    why.extend(changes.map(|((field, before), (_, after))| Change {
        field,
        before,
        after,
    }));
    if why.is_empty() {
        return Ok(id);
    }
    tx.record_with_changes(
        Event::OrganisationEdited {
            organisation: id,
            overridden: Warning::codes(&warnings),
        },
        &why,
    )
    .await?;
    tx.commit().await?;
    Ok(id)
}

fn texts(name: &str, licence: &Licence) -> [(Field, Option<String>); 5] {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    [
        (Field::Organisation, Some(name.to_owned())),
        (
            Field::Seats,
            licence.seats.map(|seats| seats.agreed.to_string()),
        ),
        (Field::LicenceFrom, day(licence.from)),
        (Field::LicenceUntil, day(licence.until)),
        (Field::VendorAddress, licence.vendor.clone()),
    ]
}

/// The page that suspends or resumes an organisation.
///
/// # Errors
/// As [`page`].
pub async fn suspend_form(
    scope: &Scope,
    id: &str,
    draft: Option<SavedDraft<SuspendOrganisation>>,
) -> Result<EditPage<SuspendOrganisation>> {
    let page = page(scope, id).await?;
    let fresh = SuspendOrganisation {
        id: page.row.id.to_string(),
        ..SuspendOrganisation::default()
    };
    let (form, refusal) = draft.map_or((fresh, None), |draft| (draft.form, draft.refusal));
    Ok(EditPage {
        page,
        form,
        conflict: None,
        refusal,
    })
}

/// Suspends an organisation: all sessions end and nobody can sign in; no data is lost.
///
/// # Errors
/// [`Refusal::WouldLockOut`] for the operator's own; [`Refusal::Invalid`] without a reason;
/// [`Refusal::NotFound`].
pub async fn suspend(scope: &Scope, form: &SuspendOrganisation) -> Result<OrganisationId> {
    let (id, reason) = form.parse()?;
    let acting = scope.acting_on(id);
    let tx = acting.write(Permission::ManageOrganisations).await?;
    let found = tx.lock_organisation(id).await?;
    if found.is_operator {
        return Err(Refusal::WouldLockOut.into());
    }
    if found.suspended_at.is_some() {
        return Ok(id);
    }
    let mut row = found.into_active_model();
    row.suspended_at = Set(Some(scope.now()));
    row.suspended_reason = Set(reason.clone());
    row.update(tx.conn()).await?;
    tx.execute("SELECT sessions_end_in($1)", [id.0.into()])
        .await?;
    let why = Change {
        field: Field::Reason,
        before: None,
        after: Some(reason),
    };
    tx.record_with_changes(Event::OrganisationSuspended { organisation: id }, &[why])
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// Resumes an organisation: its people can sign in again.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn resume(scope: &Scope, form: &SuspendOrganisation) -> Result<OrganisationId> {
    let id = form.subject()?;
    let acting = scope.acting_on(id);
    let tx = acting.write(Permission::ManageOrganisations).await?;
    let found = tx.lock_organisation(id).await?;
    if found.suspended_at.is_none() {
        return Ok(id);
    }
    let mut row = found.into_active_model();
    row.suspended_at = Set(None);
    row.suspended_reason = Set(String::new());
    row.update(tx.conn()).await?;
    tx.record(Event::OrganisationResumed { organisation: id })
        .await?;
    tx.commit().await?;
    Ok(id)
}
