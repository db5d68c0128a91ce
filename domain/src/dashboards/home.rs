//! The start page: the dashboard that a person chose, read widget by widget.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use sea_orm::{ColumnTrait, QueryFilter};
use usher_types::audit::Event;
use usher_types::dashboards::{ChooseDashboard, HomePage};
use usher_types::{DashboardId, Field, Permission, Reach, Refusal, UserId};

use super::{all_open, name, widgets, widgets_of};
use crate::entity::dashboards;
use crate::scope::Tx;
use crate::units::id;
use crate::{Result, Scope};

/// The number of widgets of a page that are read at the same time, and so of the connections that
/// one page can take from the pool.
const WIDGETS_AT_ONCE: usize = 3;

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
