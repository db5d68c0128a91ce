//! The dashboards of a person, and those that a role brings.

use sea_orm::{ColumnTrait, QueryFilter};
use usher_types::audit::{Change, Event};
use usher_types::conflict::EditState;
use usher_types::dashboards::{AssignDashboards, AssignPage, known_as};
use usher_types::form::SavedDraft;
use usher_types::{DashboardId, DashboardName, Field, Permission, Refusal, RoleId, UserId};

use super::{all_open, name, widgets_of};
use crate::entity::dashboards;
use crate::infrastructure::named_rows::{self, column};
use crate::scope::{Tx, Write};
use crate::{Result, Scope};

/// The page that assigns dashboards to a person (IZ-19): the current state, or the saved draft.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn assign_page(
    scope: &Scope,
    user: UserId,
    draft: Option<SavedDraft<AssignDashboards>>,
) -> Result<AssignPage> {
    let tx = scope.read(Permission::EditUsers).await?;
    let (person, _) = tx.editable_user(user).await?;
    let assigned = assigned(&tx, user).await?;
    let current = AssignDashboards {
        organisation: tx.organisation()?.to_string(),
        user: user.to_string(),
        version: known_as(&assigned),
        dashboards: assigned.iter().map(DashboardId::to_string).collect(),
        ..AssignDashboards::default()
    };
    let dashboards = all_open(&tx).all(tx.conn()).await?;
    let brought = brought(&tx, user).await?;
    let EditState {
        form,
        conflict,
        refusal,
    } = EditState::new(current, draft);
    Ok(AssignPage {
        user,
        name: person.display_name(),
        brought: dashboards
            .iter()
            .filter(|one| brought.contains(&one.id))
            .cloned()
            .map(name)
            .collect(),
        dashboards: dashboards
            .into_iter()
            .map(|one| (name(one.clone()), widgets_of(&one)))
            .collect(),
        form,
        conflict,
        refusal,
    })
}

/// Replaces the dashboards assigned to a person.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Refusal::Conflict`] if somebody else chose
/// others in the meantime; [`Refusal::Invalid`] at one that is closed or belongs to another
/// organisation.
pub async fn assign(scope: &Scope, form: &AssignDashboards) -> Result<UserId> {
    let (user, chosen) = form.parse()?;
    let tx = scope.write(Permission::EditUsers).await?;
    // locked first, but a refusal is returned only after the person was found to be within reach
    let held = named_rows::lock_open::<dashboards::Entity>(&tx, &chosen, Field::Dashboards).await;
    tx.manage_present(user).await?;
    held?;
    let before = assigned(&tx, user).await?;
    if known_as(&before) != form.version {
        return Err(Refusal::Conflict.into());
    }
    if before == chosen {
        return Ok(user);
    }
    let named = [codes_of(&tx, &before).await?, codes_of(&tx, &chosen).await?];
    named_rows::replace_of_user::<dashboards::Entity>(&tx, user, &chosen).await?;
    let change = Change::between(Field::Dashboards, &named[0], &named[1]);
    tx.record_with_changes(Event::DashboardsAssigned { user }, change.as_slice())
        .await?;
    tx.commit().await?;
    Ok(user)
}

/// The codes of dashboards, for the audit.
async fn codes_of(tx: &Tx<'_>, ids: &[DashboardId]) -> Result<String> {
    let found = all_open(tx)
        .filter(dashboards::Column::Id.is_in(ids.iter().copied()))
        .all(tx.conn())
        .await?;
    Ok(found
        .into_iter()
        .map(|dashboard| name(dashboard).code().to_owned())
        .collect::<Vec<_>>()
        .join(", "))
}

/// The dashboards assigned to a person, by id.
async fn assigned(tx: &Tx<'_>, user: UserId) -> Result<Vec<DashboardId>> {
    let rows = tx
        .all(
            "SELECT dashboard_id FROM user_dashboards WHERE user_id = $1 ORDER BY 1",
            [user.0.into()],
        )
        .await?;
    column(&rows, "dashboard_id")
}

/// The dashboards that a person's roles bring.
async fn brought(tx: &Tx<'_>, user: UserId) -> Result<Vec<DashboardId>> {
    let sql = "SELECT DISTINCT b.dashboard_id FROM user_roles h
        JOIN role_dashboards b ON (b.organisation_id, b.role_id) = (h.organisation_id, h.role_id) WHERE h.user_id = $1";
    column(&tx.all(sql, [user.into()]).await?, "dashboard_id")
}

/// The dashboards that a role brings.
pub(crate) async fn names_of_role(tx: &Tx<'_>, role: RoleId) -> Result<Vec<DashboardName>> {
    let ids = of_role(tx, role).await?;
    Ok(all_open(tx)
        .filter(dashboards::Column::Id.is_in(ids))
        .all(tx.conn())
        .await?
        .into_iter()
        .map(name)
        .collect())
}

/// The dashboards that a role brings, by id.
pub(crate) async fn of_role(tx: &Tx<'_>, role: RoleId) -> Result<Vec<DashboardId>> {
    let rows = tx
        .all(
            "SELECT dashboard_id FROM role_dashboards WHERE role_id = $1 ORDER BY 1",
            [role.0.into()],
        )
        .await?;
    column(&rows, "dashboard_id")
}

/// Replaces the dashboards that a role brings, and returns the change. The role must be locked.
///
/// # Errors
/// [`Refusal::Invalid`] at one that is closed or belongs to another organisation.
pub(crate) async fn replace_of_role(
    tx: &Write<'_>,
    role: RoleId,
    chosen: &[DashboardId],
) -> Result<Option<Change>> {
    let before = of_role(tx, role).await?;
    if before == chosen {
        return Ok(None);
    }
    named_rows::lock_open::<dashboards::Entity>(tx, chosen, Field::Dashboards).await?;
    let named = [codes_of(tx, &before).await?, codes_of(tx, chosen).await?];
    tx.execute(
        "DELETE FROM role_dashboards WHERE role_id = $1",
        [role.0.into()],
    )
    .await?;
    let sql = "INSERT INTO role_dashboards (organisation_id, role_id, dashboard_id) SELECT $1, $2, unnest($3::uuid[])";
    tx.execute(
        sql,
        [
            tx.organisation()?.into(),
            role.into(),
            chosen.to_vec().into(),
        ],
    )
    .await?;
    Ok(Change::between(Field::Dashboards, &named[0], &named[1]))
}
