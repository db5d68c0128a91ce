//! Offices: a person who is bound to an office only sees its data (CS-02, S16).

use std::collections::BTreeMap;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set,
};
use usher_types::audit::Event;
use usher_types::names::name_key;
use usher_types::refusal::Closable;
use usher_types::units::{
    CloseOffice, ClosePage, EditOffice, EditOfficePage, EditTarget, OfficeList, OfficeName,
    OfficePage, OfficeRow,
};
use usher_types::users::SavedDraft;
use usher_types::{Field, Invalid, OfficeId, Permission, Problem, Refusal, UserId};
use uuid::Uuid;

use super::{MOST, ensure_open, id};
use crate::entity::{offices, teams, users};
use crate::foundation::idempotency;
use crate::scope::{Tx, Write};
use crate::{Error, Result, Scope};

/// The offices within reach.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope) -> Result<OfficeList> {
    let tx = scope.read(Permission::ViewUsers).await?;
    let open = tx
        .offices()
        .filter(offices::Column::ClosedAt.is_null())
        .order_by_asc(offices::Column::Name)
        .limit(MOST);
    let open = open.all(tx.conn()).await?;
    Ok(OfficeList {
        rows: rows(&tx, open).await?,
        may_make: scope.grants().reaches_others(Permission::ManageOffices),
    })
}

/// One office.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], the same for one of another organisation, out of
/// reach, or missing; [`Refusal::AlreadyDone`] for a closed one.
pub async fn page(scope: &Scope, office: &str) -> Result<OfficePage> {
    let tx = scope.read(Permission::ViewUsers).await?;
    let found = open(&tx, id(office)?).await?;
    let sits = tx
        .teams()
        .filter(teams::Column::ClosedAt.is_null())
        .filter(teams::Column::OfficeId.eq(found.id));
    let sits = sits
        .order_by_asc(teams::Column::Name)
        .limit(MOST)
        .all(tx.conn())
        .await?;
    Ok(OfficePage {
        teams: super::teams::rows(&tx, sits).await?,
        may_change: scope.grants().reaches_others(Permission::ManageOffices),
        row: only(rows(&tx, vec![found]).await?)?,
    })
}

/// The page that creates or renames an office: the current state, or the saved draft.
///
/// # Errors
/// As [`page`].
pub async fn form(
    scope: &Scope,
    office: &str,
    draft: Option<SavedDraft<EditOffice>>,
) -> Result<EditOfficePage> {
    let tx = scope.read(Permission::ManageOffices).await?;
    let organisation = tx.organisation()?.to_string();
    let fresh = if office.is_empty() {
        EditOffice {
            organisation,
            key: scope.new_key().to_string(),
            ..EditOffice::default()
        }
    } else {
        let found = open(&tx, id(office)?).await?;
        EditOffice {
            organisation,
            office: found.id.to_string(),
            version: found.version.to_string(),
            unit_name: found.name,
            ..EditOffice::default()
        }
    };
    let version = fresh.version.clone();
    // saving again replaces the state that the refusal was about
    let (form, refusal) = draft.map_or((fresh, None), |draft| {
        (
            EditOffice {
                version,
                ..draft.form
            },
            draft.refusal,
        )
    });
    Ok(EditOfficePage { form, refusal })
}

/// Creates or renames an office.
///
/// # Errors
/// [`Refusal::Invalid`], also if the name is taken or somebody else changed it in the meantime;
/// [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditOffice) -> Result<OfficeId> {
    let (target, name) = form.parse()?;
    let tx = scope.write(Permission::ManageOffices).await?;
    let written = match target {
        EditTarget::New(key) => {
            let key = idempotency::key(key, &name_key(&name));
            if let Some(made) = tx
                .offices()
                .filter(offices::Column::FormKey.eq(key))
                .one(tx.conn())
                .await?
            {
                return Ok(OfficeId(made.id));
            }
            create(&tx, key, name).await
        }
        EditTarget::Known(office, version) => rename(&tx, office, version, name).await,
    };
    let office = written.map_err(|error| error.at_name("offices_name_key", Field::UnitName))?;
    tx.commit_if_recorded().await?;
    Ok(office)
}

async fn create(tx: &Write<'_>, key: Uuid, name: String) -> Result<OfficeId> {
    let made = tx.insert(offices::ActiveModel {
        organisation_id: Set(tx.organisation()?.0),
        id: Set(tx.id()),
        name_key: Set(name_key(&name)),
        name: Set(name),
        form_key: Set(key),
        version: Set(1),
        created_at: Set(tx.scope().now()),
        closed_at: Set(None),
    });
    let office = OfficeId(made.await?.id);
    tx.record(Event::OfficeMade { office }).await?;
    Ok(office)
}

async fn rename(tx: &Write<'_>, office: OfficeId, version: i32, name: String) -> Result<OfficeId> {
    let found = lock(tx, office).await?;
    if found.version != version {
        return Err(Invalid::one(Field::UnitName, Problem::Meanwhile { now: found.name }).into());
    }
    if found.name == name {
        return Ok(office);
    }
    let mut row = found.into_active_model();
    row.name_key = Set(name_key(&name));
    row.name = Set(name);
    row.version = Set(version + 1);
    row.update(tx.conn()).await?;
    tx.record(Event::OfficeRenamed { office }).await?;
    Ok(office)
}

/// The page that closes an office.
///
/// # Errors
/// As [`page`].
pub async fn close_page(
    scope: &Scope,
    office: &str,
    refusal: Option<Refusal>,
) -> Result<ClosePage<OfficeRow, OfficeName>> {
    let tx = scope.read(Permission::ManageOffices).await?;
    let found = open(&tx, id(office)?).await?;
    let mut others = super::office_names(&tx).await?;
    others.retain(|other| other.id.0 != found.id);
    let must_move = !others.is_empty() && must_have_one(&tx, found.id).await?;
    Ok(ClosePage {
        unit: only(rows(&tx, vec![found]).await?)?,
        others,
        must_move,
        refusal,
    })
}

/// Closes an office: its people, including archived ones, and its teams move to another office, or
/// to none.
///
/// # Errors
/// [`Refusal::Invalid`] at the replacement if it is not an open office, or if there is none and
/// somebody must have an office (S16).
pub async fn close(scope: &Scope, form: &CloseOffice) -> Result<()> {
    usher_types::form::known(form)?;
    let office: OfficeId = id(&form.office)?;
    let instead: Option<OfficeId> = match form.instead.as_str() {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| Invalid::one(Field::Instead, Problem::Wrong))?,
        ),
    };
    let tx = scope.write(Permission::ManageOffices).await?;
    tx.lock_administration().await?;
    let found = lock(&tx, office).await?;
    match instead {
        Some(instead) if instead == office => {
            return Err(Invalid::one(Field::Instead, Problem::Wrong).into());
        }
        Some(instead) => super::lock_open_office(&tx, instead.0, Field::Instead).await?,
        None if must_have_one(&tx, office.0).await? && another(&tx, office).await? => {
            return Err(Invalid::one(Field::Instead, Problem::NeedsOffice).into());
        }
        None => {}
    }
    let mut row = found.into_active_model();
    row.closed_at = Set(Some(scope.now()));
    row.update(tx.conn()).await?;
    let to = instead.map(|instead| instead.0);
    tx.execute(
        "UPDATE teams SET office_id = $1, version = version + 1 WHERE office_id = $2",
        [to.into(), office.0.into()],
    )
    .await?;
    let sql =
        "UPDATE users SET office_id = $1, version = version + 1 WHERE office_id = $2 RETURNING id";
    let moved = tx.all(sql, [to.into(), office.0.into()]).await?;
    let moved = moved.iter().map(|row| {
        Ok(Event::OfficeChanged {
            user: UserId(row.try_get("", "id")?),
            office: instead,
        })
    });
    tx.record_all(&moved.collect::<Result<Vec<_>>>()?).await?;
    tx.record(Event::OfficeClosed { office }).await?;
    tx.commit().await
}

async fn another(tx: &Tx<'_>, but: OfficeId) -> Result<bool> {
    let others = tx
        .offices()
        .filter(offices::Column::ClosedAt.is_null())
        .filter(offices::Column::Id.ne(but.0));
    Ok(others.one(tx.conn()).await?.is_some())
}

/// Whether a person of an office must have an office, because of the organisation's settings or a
/// role they hold.
async fn must_have_one(tx: &Tx<'_>, office: Uuid) -> Result<bool> {
    let sql = "SELECT 1 FROM users u WHERE u.office_id = $1 AND (
            EXISTS (SELECT FROM organisations o WHERE o.id = u.organisation_id AND o.requires_office)
            OR EXISTS (SELECT FROM user_roles h JOIN roles r ON (r.organisation_id, r.id) = (h.organisation_id, h.role_id)
                WHERE h.user_id = u.id AND r.requires_office)) LIMIT 1";
    Ok(tx.one(sql, [office.into()]).await?.is_some())
}

async fn open(tx: &Tx<'_>, office: OfficeId) -> Result<offices::Model> {
    let found = tx
        .offices()
        .filter(offices::Column::Id.eq(office.0))
        .one(tx.conn())
        .await?;
    ensure_open(found, |office| office.closed_at.is_some(), Closable::Office)
}

async fn lock(tx: &Write<'_>, office: OfficeId) -> Result<offices::Model> {
    let found = tx
        .offices()
        .filter(offices::Column::Id.eq(office.0))
        .lock_exclusive()
        .one(tx.conn())
        .await?;
    ensure_open(found, |office| office.closed_at.is_some(), Closable::Office)
}

fn only<T>(rows: Vec<T>) -> Result<T> {
    rows.into_iter()
        .next()
        .ok_or_else(|| Error::from(Refusal::NotFound))
}

/// Offices with the number of people (without archived ones) and teams in each.
async fn rows(tx: &Tx<'_>, offices: Vec<offices::Model>) -> Result<Vec<OfficeRow>> {
    let ids: Vec<Uuid> = offices.iter().map(|office| office.id).collect();
    let people = tx
        .users()
        .filter(users::Column::ArchivedAt.is_null())
        .filter(users::Column::OfficeId.is_in(ids.clone()));
    let people = people
        .select_only()
        .column(users::Column::OfficeId)
        .column_as(users::Column::Id.count(), "n");
    let people: Vec<(Uuid, i64)> = people
        .group_by(users::Column::OfficeId)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let sits = tx
        .teams()
        .filter(teams::Column::ClosedAt.is_null())
        .filter(teams::Column::OfficeId.is_in(ids));
    let sits = sits
        .select_only()
        .column(teams::Column::OfficeId)
        .column_as(teams::Column::Id.count(), "n");
    let sits: Vec<(Uuid, i64)> = sits
        .group_by(teams::Column::OfficeId)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let (people, sits): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (people.into_iter().collect(), sits.into_iter().collect());
    let of = |counts: &BTreeMap<Uuid, i64>, id| counts.get(&id).copied().unwrap_or_default() as u32;
    let rows = offices.into_iter().map(|office| OfficeRow {
        people: of(&people, office.id),
        teams: of(&sits, office.id),
        office: OfficeName {
            id: OfficeId(office.id),
            name: office.name,
        },
    });
    Ok(rows.collect())
}
