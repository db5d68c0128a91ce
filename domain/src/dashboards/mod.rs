//! Dashboards: the start page. People who hold [`Permission::ManageDashboards`] create, edit and
//! close them; people who may manage a person assign them (IZ-19). A dashboard shows only what its
//! reader may see anyway: it grants no access.

mod assign;
mod edit;
mod home;
mod widgets;

pub use assign::{assign, assign_page};
pub(crate) use assign::{names_of_role, of_role, replace_of_role};
pub use edit::{close, close_page, edit, form};
pub use home::{choose, home};
pub(crate) use widgets::{midnight, weeks};

use std::collections::BTreeMap;

use sea_orm::{QueryOrder, QuerySelect, Select, Set};
use usher_types::audit::Event;
use usher_types::dashboards::{DashboardRow, Widget};
use usher_types::{
    BuiltInDashboard, BuiltInRole, DashboardId, DashboardName, Field, OrganisationId, Permission,
    RoleId, RoleName,
};

use self::edit::insert_roles;
use crate::entity::{dashboards, roles as roles_table};
use crate::infrastructure::directory;
use crate::infrastructure::named_rows::{self, Assigned, NamedRow, RowEvent, RowName};
use crate::scope::{Tx, Write};
use crate::units::MOST;
use crate::{Result, Scope};

/// Creates the built-in dashboards of a new organisation. `built_in` are the ids of its built-in
/// roles.
pub(crate) async fn create_built_in(
    tx: &Write<'_>,
    organisation: OrganisationId,
    built_in: &BTreeMap<BuiltInRole, RoleId>,
) -> Result<()> {
    for dashboard in BuiltInDashboard::ALL {
        let name = RowName::built_in(dashboard.code());
        let mut row = named_rows::named::<dashboards::Entity>(tx, organisation, tx.id(), &name);
        row.widgets = Set(codes(dashboard.widgets()));
        let made = tx.insert(row).await?;
        let roles = dashboard
            .brought_by()
            .iter()
            .filter_map(|role| built_in.get(role).copied())
            .collect::<Vec<_>>();
        insert_roles(tx, made.id, &roles).await?;
    }
    Ok(())
}

/// The dashboards.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope) -> Result<Vec<DashboardRow>> {
    let tx = scope.read(Permission::ManageDashboards).await?;
    let found = all_open(&tx).all(tx.conn()).await?;
    rows(&tx, found).await
}

impl NamedRow for dashboards::Entity {
    fn within_reach(tx: &Tx<'_>) -> Select<Self> {
        tx.find()
    }

    fn event(dashboard: &dashboards::Model, what: RowEvent) -> Event {
        let dashboard = dashboard.id;
        match what {
            RowEvent::Created => Event::DashboardMade { dashboard },
            RowEvent::Edited => Event::DashboardEdited { dashboard },
            RowEvent::Closed => Event::DashboardClosed { dashboard },
        }
    }

    fn values(dashboard: &dashboards::Model) -> Vec<(Field, String)> {
        vec![
            (Field::UnitName, dashboard.name.clone()),
            (Field::Widgets, dashboard.widgets.join(", ")),
        ]
    }
}

impl Assigned for dashboards::Entity {
    const TABLE: &'static str = "user_dashboards";
    const COLUMN: &'static str = "dashboard_id";
}

fn codes(widgets: &[Widget]) -> Vec<String> {
    widgets
        .iter()
        .map(|widget| widget.code().to_owned())
        .collect()
}

fn widgets_of(dashboard: &dashboards::Model) -> Vec<Widget> {
    dashboard
        .widgets
        .iter()
        .filter_map(|code| Widget::from_code(code))
        .collect()
}

/// The organisation's dashboards.
pub(crate) async fn names(tx: &Tx<'_>) -> Result<Vec<DashboardName>> {
    Ok(all_open(tx)
        .all(tx.conn())
        .await?
        .into_iter()
        .map(name)
        .collect())
}

fn name(dashboard: dashboards::Model) -> DashboardName {
    DashboardName {
        id: dashboard.id,
        built_in: dashboard.key,
        name: dashboard.name,
    }
}

/// The open dashboards: the built-in ones, then the others by name.
fn all_open(tx: &Tx<'_>) -> Select<dashboards::Entity> {
    named_rows::all_open::<dashboards::Entity>(tx)
        .order_by_asc(dashboards::Column::Key)
        .order_by_asc(dashboards::Column::Name)
        .limit(MOST)
}

/// The roles that bring each of these dashboards, without deactivated ones.
async fn brought_by(
    tx: &Tx<'_>,
    dashboards: &[DashboardId],
) -> Result<BTreeMap<DashboardId, Vec<RoleId>>> {
    let sql =
        "SELECT b.dashboard_id, b.role_id FROM role_dashboards b JOIN roles r ON (r.organisation_id, r.id) = (b.organisation_id, b.role_id)
        WHERE b.dashboard_id = ANY ($1) AND r.retired_at IS NULL";
    let mut by: BTreeMap<DashboardId, Vec<RoleId>> = BTreeMap::new();
    for row in tx.all(sql, [dashboards.to_vec().into()]).await? {
        by.entry(row.try_get("", "dashboard_id")?)
            .or_default()
            .push(row.try_get("", "role_id")?);
    }
    Ok(by)
}

/// Dashboards with the roles that bring each, and the number of people within reach (without
/// archived ones) it is assigned to.
async fn rows(tx: &Tx<'_>, dashboards: Vec<dashboards::Model>) -> Result<Vec<DashboardRow>> {
    let ids: Vec<DashboardId> = dashboards.iter().map(|dashboard| dashboard.id).collect();
    let mut brought = brought_by(tx, &ids).await?;
    let known: Vec<RoleName> = directory::active_roles(tx)
        .await?
        .iter()
        .map(roles_table::Model::role_name)
        .collect();
    let people = named_rows::count_people::<dashboards::Entity>(tx, ids).await?;
    let rows = dashboards.into_iter().map(|dashboard| {
        let roles = brought.remove(&dashboard.id).unwrap_or_default();
        DashboardRow {
            widgets: widgets_of(&dashboard),
            brought_by: known
                .iter()
                .filter(|role| roles.contains(&role.id))
                .cloned()
                .collect(),
            people: people.get(&dashboard.id).copied().unwrap_or_default(),
            dashboard: name(dashboard),
        }
    });
    Ok(rows.collect())
}
