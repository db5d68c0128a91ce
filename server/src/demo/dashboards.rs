//! Dashboards of the demo: a custom dashboard, and the users to whom it is assigned. Other users
//! start with the dashboards of their roles.

use color_eyre::eyre::Result;
use usher_domain::{Scope, dashboards, users};
use usher_types::dashboards::{AssignDashboards, EditDashboard, Widget};
use usher_types::users::ListQuery;
use usher_types::{BuiltInDashboard, BuiltInRole, Language};

/// The number of users of each kind to whom it is assigned.
const ASSIGNED: usize = 3;

/// Creates a dashboard for reception, makes the role Viewer bring it, and assigns two dashboards to
/// some supervisors and administrators.
pub async fn fill(scope: &Scope, language: Language) -> Result<()> {
    let name = match language {
        Language::En => "Reception",
        Language::Sv => "Receptionen",
    };
    let page = dashboards::form(scope, "", None).await?;
    let viewer = page
        .roles
        .iter()
        .find(|role| role.built_in == Some(BuiltInRole::Viewer));
    let form = EditDashboard {
        unit_name: name.to_owned(),
        widgets: EditDashboard::places(&[
            Widget::NeverSignedIn,
            Widget::TeamQueue,
            Widget::CoverEnding,
            Widget::NoWayIn,
        ]),
        brought_by: viewer.into_iter().map(|role| role.id.to_string()).collect(),
        ..page.form
    };
    let reception = dashboards::edit(scope, &form, None).await?;
    let rows = dashboards::list(scope).await?;
    for (role, built_in) in [
        (BuiltInRole::Supervisor, BuiltInDashboard::Supervisors),
        (
            BuiltInRole::OrganisationAdministrator,
            BuiltInDashboard::Administrators,
        ),
    ] {
        let own = rows
            .iter()
            .find(|row| row.dashboard.built_in == Some(built_in))
            .map(|row| row.dashboard.id);
        let query = ListQuery {
            role: role.code().to_owned(),
            status: "active".to_owned(),
            ..ListQuery::default()
        };
        for row in users::list(scope, query)
            .await?
            .rows
            .into_iter()
            .filter(|row| row.may.edit)
            .take(ASSIGNED)
        {
            let form = dashboards::assign_page(scope, row.id, None).await?.form;
            let chosen = own
                .into_iter()
                .chain([reception])
                .map(|one| one.to_string())
                .collect();
            dashboards::assign(
                scope,
                &AssignDashboards {
                    dashboards: chosen,
                    ..form
                },
            )
            .await?;
        }
    }
    Ok(())
}
