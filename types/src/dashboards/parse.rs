//! Parses the forms about dashboards.

use super::forms::{AssignDashboards, EditDashboard};
use super::widgets::Widget;
use crate::form::{Checks, EditTarget, edit_target, ids, name, subject};
use crate::primitives::ids::{DashboardId, IdempotencyKey, RoleId, UserId};
use crate::refusal::{Field, Invalid, Problem, Refusal};

/// A dashboard to create or edit: created only by [`EditDashboard::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The dashboard to create or edit.
    pub target: EditTarget<DashboardId>,
    /// Its name.
    pub name: String,
    /// What it shows, in order; each once.
    pub widgets: Vec<Widget>,
    /// The roles that bring it.
    pub brought_by: Vec<RoleId>,
}

/// One of [`EditDashboard::widgets`].
pub fn placed(widget: Widget, place: usize) -> String {
    format!("{}:{place}", widget.code())
}

/// A set of dashboards in a form.
pub fn known_as(dashboards: &[DashboardId]) -> String {
    let mut ids: Vec<String> = dashboards.iter().map(DashboardId::to_string).collect();
    ids.sort_unstable();
    ids.join(" ")
}

impl EditDashboard {
    /// What to create or edit, its name, its widgets in order, and the roles that bring it.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<Edited, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.dashboard, &self.version, &self.key);
        let name = name(&mut checks, &self.unit_name);
        let mut widgets: Vec<(usize, Widget)> = Vec::new();
        for placed in self.widgets.iter().filter(|placed| !placed.is_empty()) {
            let read = placed
                .split_once(':')
                .and_then(|(code, place)| Some((place.parse().ok()?, Widget::from_code(code)?)));
            match read {
                Some((place, widget)) if widgets.iter().all(|(_, other)| *other != widget) => {
                    widgets.push((place, widget))
                }
                _ => checks.wrong(Field::Widgets, Problem::Wrong),
            }
        }
        if widgets.is_empty() && checks.is_clean() {
            checks.wrong(Field::Widgets, Problem::Missing);
        }
        // two widgets in one place keep the order in which they are offered
        widgets.sort_by_key(|(place, _)| *place);
        let brought_by = ids(&mut checks, Field::BroughtBy, &self.brought_by);
        match (target, name) {
            (Some(target), Some(name)) if checks.is_clean() => Ok(Edited {
                target,
                name,
                widgets: widgets.into_iter().map(|(_, widget)| widget).collect(),
                brought_by,
            }),
            _ => Err(checks.into_invalid()),
        }
    }

    /// The widgets as the form holds them: each with its place, from 1, in the order they are
    /// offered in.
    pub fn places(widgets: &[Widget]) -> Vec<String> {
        widgets
            .iter()
            .enumerate()
            .map(|(place, widget)| placed(*widget, place + 1))
            .collect()
    }

    /// The place of a widget in the form; empty if it is not shown.
    pub fn place(&self, widget: Widget) -> &str {
        let placed = self
            .widgets
            .iter()
            .filter_map(|placed| placed.split_once(':'));
        placed
            .into_iter()
            .find(|(code, _)| *code == widget.code())
            .map_or("", |(_, place)| place)
    }
}

impl AssignDashboards {
    /// Whose, and which.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for an invalid id; [`Refusal::Invalid`].
    pub fn parse(&self) -> Result<(UserId, Vec<DashboardId>), Refusal> {
        let user = subject(self, &self.user)?;
        let mut checks = Checks::default();
        let dashboards = ids(&mut checks, Field::Dashboards, &self.dashboards);
        if checks.is_clean() {
            Ok((user, dashboards))
        } else {
            Err(checks.into_invalid().into())
        }
    }
}

impl EditDashboard {
    /// An empty form for creating one.
    pub fn fresh(organisation: String, key: IdempotencyKey) -> Self {
        Self {
            organisation,
            key: key.to_string(),
            ..Self::default()
        }
    }
}
