//! Server functions for dashboards. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::dashboards as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::labels;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{load_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::dashboards;
#[cfg(feature = "ssr")]
use usher_types::{Language, names::name_key};

#[server]
pub async fn home_page(dashboard: Option<String>) -> Result<shared::HomePage, AppError> {
    serve(|caller| async move { dashboards::home(&caller.scope, dashboard.as_deref()).await }).await
}

#[server]
pub async fn choose_dashboard(
    #[server(flatten)] form: shared::ChooseDashboard,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        Ok(format!(
            "/?dashboard={}",
            dashboards::choose(&caller.scope, &form).await?
        ))
    })
    .await
}

#[server]
pub async fn all_dashboards() -> Result<Vec<shared::DashboardRow>, AppError> {
    serve(|caller| async move { dashboards::list(&caller.scope).await }).await
}

#[server]
pub async fn edit_dashboard_page(
    dashboard: String,
    draft: Option<String>,
) -> Result<shared::EditDashboardPage, AppError> {
    serve(|caller| async move {
        dashboards::form(&caller.scope, &dashboard, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn edit_dashboard(
    #[server(flatten)] form: shared::EditDashboard,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        dashboards::edit(&caller.scope, &form, built_in_by_name(&form.unit_name)).await?;
        caller.flash(&if form.dashboard.is_empty() {
            Notice::DashboardCreated
        } else {
            Notice::Saved
        });
        Ok("/dashboards".to_owned())
    })
    .await
}

#[server]
pub async fn close_dashboard_page(
    dashboard: String,
    draft: Option<String>,
) -> Result<shared::CloseDashboardPage, AppError> {
    serve(|caller| async move {
        let before = load_draft::<shared::CloseDashboard>(&caller, draft)
            .await?
            .and_then(|draft| draft.refusal);
        dashboards::close_page(&caller.scope, &dashboard, before).await
    })
    .await
}

#[server]
pub async fn close_dashboard(
    #[server(flatten)] form: shared::CloseDashboard,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        dashboards::close(&caller.scope, &form).await?;
        caller.flash(&Notice::DashboardRemoved);
        Ok("/dashboards".to_owned())
    })
    .await
}

#[server]
pub async fn assign_page(
    id: String,
    draft: Option<String>,
) -> Result<shared::AssignPage, AppError> {
    serve(|caller| async move {
        dashboards::assign_page(
            &caller.scope,
            caller.user(&id)?,
            load_draft(&caller, draft).await?,
        )
        .await
    })
    .await
}

#[server]
pub async fn assign_dashboards(
    #[server(flatten)] form: shared::AssignDashboards,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let user = dashboards::assign(&caller.scope, &form).await?;
        caller.flash(&Notice::Saved);
        Ok(format!("/users/{user}"))
    })
    .await
}

/// The built-in dashboard with this name in any language.
#[cfg(feature = "ssr")]
fn built_in_by_name(name: &str) -> Option<usher_types::BuiltInDashboard> {
    let name = name_key(name);
    let named = |one: &usher_types::BuiltInDashboard| {
        Language::ALL
            .into_iter()
            .any(|l| name_key(&labels::built_in_dashboard(l, *one)) == name)
    };
    usher_types::BuiltInDashboard::ALL.into_iter().find(named)
}
