//! The forms about dashboards.

use crate::conflict::versioned;
use crate::form::form;
use crate::primitives::ids::{DashboardId, UserId};

form! {
    /// Creates or edits a dashboard.
    EditDashboard shown at |form| page(&form.dashboard, "");
    text {
        /// The dashboard; empty for a new one.
        dashboard,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
    }
    list {
        /// For each shown widget its code, a colon and its place; empty for one that is not shown.
        widgets,
        /// Ids of the roles whose holders have it, while none is assigned to them.
        brought_by,
    }
}

form! {
    /// Closes a dashboard, and removes it from all people and roles.
    CloseDashboard shown at |form| page(&form.dashboard, "/close");
    text {
        dashboard,
    }
}

form! {
    /// Assigns dashboards to a person (IZ-19).
    AssignDashboards shown at |form| match form.user.parse::<UserId>() {
        Ok(user) => format!("/users/{user}/dashboards"),
        Err(_) => "/users".to_owned(),
    };
    text {
        user,
        /// The dashboards that the page showed, as written by [`known_as`], so that another
        /// person's choice in the meantime is not lost.
        version,
    }
    list {
        /// Ids of the assigned dashboards; with none, those of their roles are used.
        dashboards,
    }
}

form! {
    /// Remembers the dashboard that the actor looked at last.
    ChooseDashboard shown at |_form| "/".to_owned();
    text {
        dashboard,
    }
}

versioned!(EditDashboard, AssignDashboards);

/// An address below a dashboard. An id from a form is untrusted text until it parses.
fn page(dashboard: &str, rest: &str) -> String {
    dashboard.parse::<DashboardId>().map_or_else(
        |_| "/dashboards/new".to_owned(),
        |dashboard| format!("/dashboards/{dashboard}{rest}"),
    )
}
