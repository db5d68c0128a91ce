//! The server functions about dashboards: one line each.

use leptos::prelude::*;
use usher_types::dashboards as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::request::{kept, serve, submit};
#[cfg(feature = "ssr")]
use crate::say;
#[cfg(feature = "ssr")]
use usher_domain::dashboards;
#[cfg(feature = "ssr")]
use usher_types::{Language, names::name_key};

#[server]
pub async fn home_page(dashboard: Option<String>) -> Result<shared::HomePage, AppError> {
    serve(|caller| async move { dashboards::home(&caller.scope, dashboard.as_deref()).await }).await
}

#[server]
pub async fn choose_dashboard(#[server(flatten)] form: shared::ChooseDashboard) -> Result<(), AppError> {
    submit(form, |caller, form| async move { Ok(format!("/?dashboard={}", dashboards::choose(&caller.scope, &form).await?)) }).await
}

#[server]
pub async fn all_dashboards() -> Result<Vec<shared::DashboardRow>, AppError> {
    serve(|caller| async move { dashboards::list(&caller.scope).await }).await
}

#[server]
pub async fn edit_dashboard_page(dashboard: String, draft: Option<String>) -> Result<shared::EditDashboardPage, AppError> {
    serve(|caller| async move { dashboards::form(&caller.scope, &dashboard, kept(&caller, draft).await?).await }).await
}

#[server]
pub async fn edit_dashboard(#[server(flatten)] form: shared::EditDashboard) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        dashboards::edit(&caller.scope, &form, meant(&form.unit_name)).await?;
        caller.say(if form.dashboard.is_empty() { "dashboard_made" } else { "saved" });
        Ok("/dashboards".to_owned())
    })
    .await
}

#[server]
pub async fn close_dashboard_page(dashboard: String, draft: Option<String>) -> Result<shared::CloseDashboardPage, AppError> {
    serve(|caller| async move {
        let before = kept::<shared::CloseDashboard>(&caller, draft).await?.and_then(|kept| kept.refusal);
        dashboards::close_page(&caller.scope, &dashboard, before).await
    })
    .await
}

#[server]
pub async fn close_dashboard(#[server(flatten)] form: shared::CloseDashboard) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        dashboards::close(&caller.scope, &form).await?;
        caller.say("dashboard_closed");
        Ok("/dashboards".to_owned())
    })
    .await
}

#[server]
pub async fn assign_page(id: String, draft: Option<String>) -> Result<shared::AssignPage, AppError> {
    serve(|caller| async move { dashboards::assign_page(&caller.scope, caller.user(&id)?, kept(&caller, draft).await?).await }).await
}

#[server]
pub async fn assign_dashboards(#[server(flatten)] form: shared::AssignDashboards) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let user = dashboards::assign(&caller.scope, &form).await?;
        caller.say("saved");
        Ok(format!("/users/{user}"))
    })
    .await
}

/// The shipped dashboard somebody means who types its name, in whatever language.
#[cfg(feature = "ssr")]
fn meant(name: &str) -> Option<shared::BuiltInDashboard> {
    let name = name_key(name);
    let named = |one: &shared::BuiltInDashboard| Language::ALL.into_iter().any(|l| name_key(&say::shipped_dashboard(l, *one)) == name);
    shared::BuiltInDashboard::ALL.into_iter().find(named)
}
