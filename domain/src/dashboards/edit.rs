//! Creating, editing and closing a dashboard, with the roles that bring it.

use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, Set};
use usher_types::audit::{Change, Event};
use usher_types::conflict::EditState;
use usher_types::dashboards::{
    CloseDashboard, CloseDashboardPage, EditDashboard, EditDashboardPage, Edited,
};
use usher_types::form::{EditTarget, SavedDraft};
use usher_types::{
    BuiltInDashboard, DashboardId, Field, Invalid, Permission, Problem, Refusal, RoleId,
};
use uuid::Uuid;

use super::{brought_by, codes, name, rows, widgets_of};
use crate::entity::{dashboards, roles as roles_table};
use crate::infrastructure::directory;
use crate::infrastructure::named_rows::{self, NamedRow, RowName};
use crate::scope::{Tx, Write};
use crate::units::id;
use crate::{Result, Scope};

/// The page that creates or edits a dashboard: the current state, or the saved draft.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], the same for one of another organisation and for
/// a missing one; [`Refusal::AlreadyDone`] for a closed one.
pub async fn form(
    scope: &Scope,
    dashboard: &str,
    draft: Option<SavedDraft<EditDashboard>>,
) -> Result<EditDashboardPage> {
    let tx = scope.read(Permission::ManageDashboards).await?;
    let organisation = tx.organisation()?.to_string();
    let (current, built_in) = if dashboard.is_empty() {
        (EditDashboard::fresh(organisation, scope.new_key()), None)
    } else {
        let found = named_rows::find::<dashboards::Entity>(&tx, id(dashboard)?).await?;
        let brought = brought_by(&tx, &[found.id])
            .await?
            .remove(&found.id)
            .unwrap_or_default();
        let form = EditDashboard {
            organisation,
            version: found.version.to_string(),
            widgets: EditDashboard::places(&widgets_of(&found)),
            brought_by: brought.iter().map(RoleId::to_string).collect(),
            ..EditDashboard::default()
        };
        let named = name(found);
        (
            EditDashboard {
                dashboard: named.id.to_string(),
                unit_name: named.name,
                ..form
            },
            named.built_in,
        )
    };
    let roles = directory::active_roles(&tx)
        .await?
        .iter()
        .map(roles_table::Model::role_name)
        .collect();
    let was_named = current.unit_name.clone();
    let EditState {
        form,
        conflict,
        refusal,
    } = EditState::new(current, draft);
    Ok(EditDashboardPage {
        // the page fills in the name of a built-in dashboard unless another one was typed
        built_in: built_in.filter(|_| form.unit_name == was_named),
        form,
        roles,
        conflict,
        refusal,
    })
}

/// Creates or edits a dashboard. `means` is the built-in one whose name was typed, in any language;
/// names in a language are not known to the domain.
///
/// # Errors
/// [`Refusal::Invalid`], also if the name is taken; [`Refusal::Conflict`] if somebody else saved
/// in the meantime; [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(
    scope: &Scope,
    form: &EditDashboard,
    means: Option<BuiltInDashboard>,
) -> Result<DashboardId> {
    let edited = form.parse()?;
    let tx = scope.write(Permission::ManageDashboards).await?;
    let name = means.map_or_else(
        || edited.name.clone().into(),
        |dashboard| RowName::built_in(dashboard.code()),
    );
    let dashboard = match edited.target {
        EditTarget::New(key) => {
            let key = named_rows::idempotency_key(key, &name);
            if let Some(made) =
                named_rows::find_by_idempotency_key::<dashboards::Entity>(&tx, key).await?
            {
                return Ok(made.id);
            }
            create(&tx, key, &name, &edited).await?
        }
        EditTarget::Known(dashboard, version) => {
            update(&tx, dashboard, version, &name, &edited).await?
        }
    };
    tx.commit_if_recorded().await?;
    Ok(dashboard)
}

async fn create(tx: &Write<'_>, key: Uuid, name: &RowName, edited: &Edited) -> Result<DashboardId> {
    let mut row = named_rows::named::<dashboards::Entity>(tx, tx.organisation()?, key, name);
    row.widgets = Set(codes(&edited.widgets));
    let made = tx.insert(row).await?;
    let brought = insert_roles(tx, made.id, &edited.brought_by).await?;
    let brings = Change::between(Field::BroughtBy, "", &brought);
    named_rows::record::<dashboards::Entity>(tx, None, &made, brings).await?;
    Ok(made.id)
}

async fn update(
    tx: &Write<'_>,
    dashboard: DashboardId,
    version: i32,
    name: &RowName,
    edited: &Edited,
) -> Result<DashboardId> {
    let found = named_rows::lock::<dashboards::Entity>(tx, dashboard).await?;
    named_rows::ensure_version::<dashboards::Entity>(&found, version)?;
    let before = brought_by(tx, &[dashboard]).await?.remove(&dashboard);
    let before = role_codes(tx, &before.unwrap_or_default()).await?;
    let mut row = found.clone().into_active_model();
    dashboards::Entity::set_name(&mut row, name);
    row.widgets = Set(codes(&edited.widgets));
    row.version = Set(version + 1);
    let saved = row.update(tx.conn()).await?;
    // the portal's roles bring it again once the portal is switched on again
    let shown = "DELETE FROM role_dashboards b USING roles r WHERE (r.organisation_id, r.id) = (b.organisation_id, b.role_id)
        AND r.retired_at IS NULL AND b.dashboard_id = $1";
    tx.execute(shown, [dashboard.into()]).await?;
    let brought = insert_roles(tx, dashboard, &edited.brought_by).await?;
    let brings = Change::between(Field::BroughtBy, &before, &brought);
    named_rows::record::<dashboards::Entity>(tx, Some(&found), &saved, brings).await?;
    Ok(dashboard)
}

/// Makes roles bring a dashboard, and returns their names for the audit.
///
/// # Errors
/// [`Refusal::Invalid`] at a role that does not exist or is deactivated.
pub(super) async fn insert_roles(
    tx: &Write<'_>,
    dashboard: DashboardId,
    brought_by: &[RoleId],
) -> Result<String> {
    let ids: Vec<Uuid> = brought_by.iter().map(|role| role.0).collect();
    if ids.is_empty() {
        return Ok(String::new());
    }
    let held = "SELECT id FROM roles WHERE id = ANY ($1) AND retired_at IS NULL FOR KEY SHARE";
    if tx.all(held, [ids.clone().into()]).await?.len() < ids.len() {
        return Err(Invalid::one(Field::BroughtBy, Problem::Wrong).into());
    }
    let sql = "INSERT INTO role_dashboards (organisation_id, role_id, dashboard_id) SELECT $1, unnest($2::uuid[]), $3";
    tx.execute(
        sql,
        [tx.organisation()?.into(), ids.into(), dashboard.into()],
    )
    .await?;
    role_codes(tx, brought_by).await
}

async fn role_codes(tx: &Tx<'_>, ids: &[RoleId]) -> Result<String> {
    let named = tx
        .find::<roles_table::Entity>()
        .filter(roles_table::Column::Id.is_in(ids.iter().map(|role| role.0)));
    let named = named
        .order_by_asc(roles_table::Column::Position)
        .order_by_asc(roles_table::Column::Name)
        .all(tx.conn())
        .await?;
    Ok(named
        .into_iter()
        .map(|role| role.name)
        .collect::<Vec<_>>()
        .join(", "))
}

/// The page that closes a dashboard: the number of people who have it.
///
/// # Errors
/// As [`form`].
pub async fn close_page(
    scope: &Scope,
    dashboard: &str,
    refusal: Option<Refusal>,
) -> Result<CloseDashboardPage> {
    let tx = scope.read(Permission::ManageDashboards).await?;
    let found = named_rows::find::<dashboards::Entity>(&tx, id(dashboard)?).await?;
    let row = rows(&tx, vec![found])
        .await?
        .pop()
        .ok_or(Refusal::NotFound)?;
    Ok(CloseDashboardPage { row, refusal })
}

/// Closes a dashboard: it is removed from all people and roles.
///
/// # Errors
/// As [`form`].
pub async fn close(scope: &Scope, form: &CloseDashboard) -> Result<()> {
    usher_types::form::known(form)?;
    let dashboard: DashboardId = id(&form.dashboard)?;
    let tx = scope.write(Permission::ManageDashboards).await?;
    let found = named_rows::lock::<dashboards::Entity>(&tx, dashboard).await?;
    let left = named_rows::remove_from_all::<dashboards::Entity>(&tx, dashboard).await?;
    let left = left
        .into_iter()
        .map(|user| Event::DashboardsAssigned { user });
    for sql in [
        "DELETE FROM role_dashboards WHERE dashboard_id = $1",
        "UPDATE users SET dashboard_id = NULL WHERE dashboard_id = $1",
    ] {
        tx.execute(sql, [dashboard.into()]).await?;
    }
    tx.record_all(&left.collect::<Vec<_>>()).await?;
    named_rows::close::<dashboards::Entity>(&tx, found).await?;
    tx.commit().await
}
