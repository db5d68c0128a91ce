//! The server functions about roles: one line each.

use leptos::prelude::*;
use usher_types::roles as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::request::serve;
#[cfg(feature = "ssr")]
use usher_domain::roles;

#[server]
pub async fn role_list() -> Result<Vec<shared::RoleRow>, AppError> {
    serve(|caller| async move { roles::list(&caller.scope).await }).await
}

#[server]
pub async fn role_page(code: String) -> Result<shared::RolePage, AppError> {
    serve(|caller| async move { roles::page(&caller.scope, &code).await }).await
}
