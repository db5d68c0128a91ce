//! Dashboards: the start page. People who hold [`Permission::ManageDashboards`] create, edit and
//! close them; people who may manage a person assign them (IZ-19). A dashboard shows only what its
//! reader may see anyway: it grants no access.

mod widgets;

pub(crate) use widgets::{midnight, weeks};

use std::collections::BTreeMap;

use futures_util::StreamExt;
use futures_util::stream;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select,
    Set,
};
use usher_types::audit::{Change, Event};
use usher_types::conflict::EditState;
use usher_types::dashboards::{
    AssignDashboards, AssignPage, ChooseDashboard, CloseDashboard, CloseDashboardPage,
    DashboardRow, EditDashboard, EditDashboardPage, Edited, HomePage, Widget, known_as,
};
use usher_types::form::{EditTarget, SavedDraft};
use usher_types::{
    BuiltInDashboard, BuiltInRole, DashboardId, DashboardName, Field, Invalid, OrganisationId,
    Permission, Problem, Reach, Refusal, RoleId, RoleName, UserId,
};
use uuid::Uuid;

use crate::entity::{dashboards, roles as roles_table};
use crate::infrastructure::directory;
use crate::infrastructure::named_rows::{self, Assigned, NamedRow, RowEvent, RowName, column};
use crate::scope::{Tx, Write};
use crate::units::{MOST, id};
use crate::{Result, Scope};

/// The number of widgets of a page that are read at the same time, and so of the connections that
/// one page can take from the pool.
const WIDGETS_AT_ONCE: usize = 3;

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

    fn set_name(row: &mut dashboards::ActiveModel, name: &RowName) {
        row.key = Set(name.key.and_then(BuiltInDashboard::from_code));
        row.name_key = Set(name.own_key());
        row.name = Set(name.text.clone());
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
async fn insert_roles(
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

/// Remembers the dashboard that the actor looked at last.
///
/// # Errors
/// [`Refusal::NotFound`] for a dashboard that the actor does not have.
pub async fn choose(scope: &Scope, form: &ChooseDashboard) -> Result<DashboardId> {
    usher_types::form::known(form)?;
    let dashboard: DashboardId = id(&form.dashboard)?;
    let tx = scope.write(Permission::OwnProfile).await?;
    let user = scope.me()?;
    if !mine(&tx, user)
        .await?
        .iter()
        .any(|(one, _)| one.id == dashboard)
    {
        return Err(Refusal::NotFound.into());
    }
    let sql =
        "UPDATE users SET dashboard_id = $2 WHERE id = $1 AND dashboard_id IS DISTINCT FROM $2";
    if tx.execute(sql, [user.0.into(), dashboard.0.into()]).await? > 0 {
        tx.record_repeatable(
            Event::ProfileEdited {
                user,
                fields: vec![Field::Dashboards],
            },
            &[],
        )
        .await?;
        tx.commit().await?;
    }
    Ok(dashboard)
}

/// The actor's start page: their dashboards, and the content of one of them. `asked` is the
/// dashboard in the address; if the actor does not have it, the one they looked at last is shown,
/// or the first. Each widget is read separately, so that one that fails does not affect the others.
///
/// # Errors
/// When the actor's dashboards cannot be read.
pub async fn home(scope: &Scope, asked: Option<&str>) -> Result<HomePage> {
    let tx = scope.read(Permission::OwnProfile).await?;
    let mine = mine(&tx, scope.me()?).await?;
    let adds_clients = scope.grants().reach(Permission::EditClients) == Some(Reach::Organisation);
    let begins_with_clients =
        adds_clients && tx.one("SELECT 1 FROM clients LIMIT 1", []).await?.is_none();
    drop(tx);
    let asked = asked.and_then(|asked| asked.parse::<DashboardId>().ok());
    let shown = mine.iter().find(|(one, _)| Some(one.id) == asked);
    let shown = shown
        .or_else(|| mine.iter().find(|(_, is_chosen)| *is_chosen))
        .or(mine.first());
    let mut chosen = shown.map(|(one, _)| widgets_of(one)).unwrap_or_default();
    chosen.retain(|widget| widget.is_shown_to(scope.grants()));
    let widgets = stream::iter(chosen)
        .map(|widget| widgets::read(scope, widget))
        .buffered(WIDGETS_AT_ONCE)
        .collect()
        .await;
    Ok(HomePage {
        begins_with_clients,
        shown: shown.map(|(one, _)| one.id),
        widgets,
        mine: mine.into_iter().map(|(one, _)| name(one)).collect(),
    })
}

/// A person's dashboards: those assigned to them, or else those their roles bring. Each with
/// whether they looked at it last.
async fn mine(tx: &Tx<'_>, user: UserId) -> Result<Vec<(dashboards::Model, bool)>> {
    let sql = "WITH assigned AS (SELECT dashboard_id FROM user_dashboards WHERE user_id = $1),
            brought AS (SELECT b.dashboard_id FROM user_roles h
                JOIN role_dashboards b ON (b.organisation_id, b.role_id) = (h.organisation_id, h.role_id)
                WHERE h.user_id = $1 AND NOT EXISTS (SELECT FROM assigned))
        SELECT dashboard_id AS id, dashboard_id IS NOT DISTINCT FROM (SELECT u.dashboard_id FROM users u WHERE u.id = $1) AS is_chosen
        FROM (SELECT dashboard_id FROM assigned UNION SELECT dashboard_id FROM brought) AS had";
    let had: BTreeMap<DashboardId, bool> = tx
        .all(sql, [user.0.into()])
        .await?
        .iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "is_chosen")?)))
        .collect::<Result<_>>()?;
    if had.is_empty() {
        return Ok(Vec::new());
    }
    let found = all_open(tx)
        .filter(dashboards::Column::Id.is_in(had.keys().copied()))
        .all(tx.conn())
        .await?;
    let with_choice = |one: dashboards::Model| {
        let is_chosen = had.get(&one.id).copied().unwrap_or_default();
        (one, is_chosen)
    };
    Ok(found.into_iter().map(with_choice).collect())
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
