//! Offices: a person who is bound to an office only sees its data (CS-02, S16).

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use usher_types::audit::Event;
use usher_types::conflict::EditState;
use usher_types::form::SavedDraft;
use usher_types::units::{CloseOffice, ClosePage, EditOffice, OfficeList, OfficePage, OfficeRow};
use usher_types::{Field, Invalid, OfficeId, OfficeName, Permission, Problem, Refusal, UserId};

use crate::entity::{offices, teams, users};
use crate::infrastructure::named_rows::{self, NamedRow, RowEvent, column};
use crate::scope::Tx;
use crate::units::{self, MOST, id};
use crate::{Error, Result, Scope};

/// The offices within reach.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope) -> Result<OfficeList> {
    let tx = scope.read(Permission::ViewUsers).await?;
    let open = named_rows::all_open::<offices::Entity>(&tx)
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
    let found = named_rows::find::<offices::Entity>(&tx, id(office)?).await?;
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
        teams: crate::teams::rows(&tx, sits).await?,
        may_change: scope.grants().reaches_others(Permission::ManageOffices),
        row: only(rows(&tx, vec![found]).await?)?,
    })
}

impl NamedRow for offices::Entity {
    fn within_reach(tx: &Tx<'_>) -> Select<Self> {
        tx.offices()
    }

    fn event(office: &offices::Model, what: RowEvent) -> Event {
        let office = office.id;
        match what {
            RowEvent::Created => Event::OfficeMade { office },
            RowEvent::Edited => Event::OfficeRenamed { office },
            RowEvent::Closed => Event::OfficeClosed { office },
        }
    }
}

/// The page that creates or renames an office: the current state, or the saved draft.
///
/// # Errors
/// As [`page`].
pub async fn form(
    scope: &Scope,
    office: &str,
    draft: Option<SavedDraft<EditOffice>>,
) -> Result<EditState<EditOffice>> {
    let tx = scope.read(Permission::ManageOffices).await?;
    let organisation = tx.organisation()?.to_string();
    let current = if office.is_empty() {
        EditOffice {
            organisation,
            key: scope.new_key().to_string(),
            ..EditOffice::default()
        }
    } else {
        let found = named_rows::find::<offices::Entity>(&tx, id(office)?).await?;
        EditOffice {
            organisation,
            office: found.id.to_string(),
            version: found.version.to_string(),
            unit_name: found.name,
            ..EditOffice::default()
        }
    };
    Ok(EditState::new(current, draft))
}

/// Creates or renames an office.
///
/// # Errors
/// [`Refusal::Invalid`], also if the name is taken; [`Refusal::Conflict`] if somebody else renamed
/// it in the meantime; [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditOffice) -> Result<OfficeId> {
    let (target, name) = form.parse()?;
    let tx = scope.write(Permission::ManageOffices).await?;
    let office = named_rows::save::<offices::Entity>(&tx, target, &name.into(), |_| {}).await?;
    tx.commit_if_recorded().await?;
    Ok(office.id)
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
    let found = named_rows::find::<offices::Entity>(&tx, id(office)?).await?;
    let mut others = units::office_names(&tx).await?;
    others.retain(|other| other.id != found.id);
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
    let found = named_rows::lock::<offices::Entity>(&tx, office).await?;
    match instead {
        Some(instead) if instead == office => {
            return Err(Invalid::one(Field::Instead, Problem::Wrong).into());
        }
        Some(instead) => {
            named_rows::lock_open::<offices::Entity>(&tx, &[instead], Field::Instead).await?
        }
        None if must_have_one(&tx, office).await? && another(&tx, office).await? => {
            return Err(Invalid::one(Field::Instead, Problem::NeedsOffice).into());
        }
        None => {}
    }
    tx.execute(
        "UPDATE teams SET office_id = $1, version = version + 1 WHERE office_id = $2",
        [instead.into(), office.into()],
    )
    .await?;
    let sql =
        "UPDATE users SET office_id = $1, version = version + 1 WHERE office_id = $2 RETURNING id";
    let moved: Vec<UserId> = column(&tx.all(sql, [instead.into(), office.into()]).await?, "id")?;
    let moved = moved.into_iter().map(|user| Event::OfficeChanged {
        user,
        office: instead,
    });
    tx.record_all(&moved.collect::<Vec<_>>()).await?;
    named_rows::close::<offices::Entity>(&tx, found).await?;
    tx.commit().await
}

async fn another(tx: &Tx<'_>, but: OfficeId) -> Result<bool> {
    let others = named_rows::all_open::<offices::Entity>(tx).filter(offices::Column::Id.ne(but));
    Ok(others.one(tx.conn()).await?.is_some())
}

/// Whether a person of an office must have an office, because of the organisation's settings or a
/// role they hold.
async fn must_have_one(tx: &Tx<'_>, office: OfficeId) -> Result<bool> {
    let sql = "SELECT 1 FROM users u WHERE u.office_id = $1 AND (
            EXISTS (SELECT FROM organisations o WHERE o.id = u.organisation_id AND o.requires_office)
            OR EXISTS (SELECT FROM user_roles h JOIN roles r ON (r.organisation_id, r.id) = (h.organisation_id, h.role_id)
                WHERE h.user_id = u.id AND r.requires_office)) LIMIT 1";
    Ok(tx.one(sql, [office.into()]).await?.is_some())
}

fn only<T>(rows: Vec<T>) -> Result<T> {
    rows.into_iter()
        .next()
        .ok_or_else(|| Error::from(Refusal::NotFound))
}

/// Offices with the number of people (without archived ones) and teams in each.
async fn rows(tx: &Tx<'_>, offices: Vec<offices::Model>) -> Result<Vec<OfficeRow>> {
    let ids: Vec<OfficeId> = offices.iter().map(|office| office.id).collect();
    let people = tx
        .users()
        .filter(users::Column::ArchivedAt.is_null())
        .filter(users::Column::OfficeId.is_in(ids.clone()));
    let people = people
        .select_only()
        .column(users::Column::OfficeId)
        .column_as(users::Column::Id.count(), "n");
    let people: Vec<(OfficeId, i64)> = people
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
    let sits: Vec<(OfficeId, i64)> = sits
        .group_by(teams::Column::OfficeId)
        .into_tuple()
        .all(tx.conn())
        .await?;
    let (people, sits): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (people.into_iter().collect(), sits.into_iter().collect());
    let of =
        |counts: &BTreeMap<OfficeId, i64>, id| counts.get(&id).copied().unwrap_or_default() as u32;
    let rows = offices.into_iter().map(|office| OfficeRow {
        people: of(&people, office.id),
        teams: of(&sits, office.id),
        office: OfficeName {
            id: office.id,
            name: office.name,
        },
    });
    Ok(rows.collect())
}
