//! The server functions about roles: one line each.

use leptos::prelude::*;
use usher_types::roles as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::request::{kept, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::roles;
#[cfg(feature = "ssr")]
use usher_types::session::own_path;

#[server]
pub async fn role_list() -> Result<shared::RoleList, AppError> {
    serve(|caller| async move { roles::list(&caller.scope).await }).await
}

#[server]
pub async fn role_page(code: String) -> Result<shared::RolePage, AppError> {
    serve(|caller| async move { roles::page(&caller.scope, &code).await }).await
}

/// The page that makes a role, as a copy of `from` where one is named; that changes one, where `code` is.
#[server]
pub async fn edit_role_page(
    code: Option<String>,
    from: Option<String>,
    next: Option<String>,
    draft: Option<String>,
) -> Result<shared::EditRolePage, AppError> {
    serve(|caller| async move {
        let next = next.as_deref().and_then(own_path).unwrap_or_default();
        roles::form(&caller.scope, code.as_deref(), from.as_deref(), next, kept(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn edit_role(#[server(flatten)] form: shared::EditRole) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let is_new = form.role.is_empty();
        let role = roles::edit(&caller.scope, &form).await?;
        caller.say(if is_new { "role_made" } else { "saved" });
        Ok(own_path(&form.next).filter(|_| is_new).map_or_else(|| format!("/roles/{role}"), str::to_owned))
    })
    .await
}

#[server]
pub async fn retire_role_page(code: String, draft: Option<String>) -> Result<shared::RetireRolePage, AppError> {
    serve(|caller| async move { roles::retire_form(&caller.scope, &code, kept(&caller, draft).await?).await }).await
}

#[server]
pub async fn retire_role(#[server(flatten)] form: shared::RetireRole) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        roles::retire(&caller.scope, &form).await?;
        caller.say("role_retired");
        Ok("/roles".to_owned())
    })
    .await
}
