//! The server functions about roles: one line each.

use leptos::prelude::*;
use usher_types::roles as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::request::{Caller, kept, serve, submit};
#[cfg(feature = "ssr")]
use crate::say;
#[cfg(feature = "ssr")]
use usher_domain::roles;
#[cfg(feature = "ssr")]
use usher_types::session::own_path;
#[cfg(feature = "ssr")]
use usher_types::{Field, Invalid, Language, Permission, Problem, RoleId, names::name_key};

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
        if is_shipped(&form.name) {
            return Err(Invalid::one(Field::RoleName, Problem::SameName).into());
        }
        let role = roles::edit(&caller.scope, &form).await?;
        caller.say(if is_new { "role_made" } else { "saved" });
        let back = own_path(&form.next).filter(|_| is_new).map(|next| made_on_the_way(next, role));
        Ok(back.unwrap_or_else(|| if sees_roles(&caller) { format!("/roles/{role}") } else { "/".to_owned() }))
    })
    .await
}

#[server]
pub async fn retire_role_page(code: String, draft: Option<String>) -> Result<shared::DeactivateRolePage, AppError> {
    serve(|caller| async move { roles::deactivate_form(&caller.scope, &code, kept(&caller, draft).await?).await }).await
}

#[server]
pub async fn retire_role(#[server(flatten)] form: shared::DeactivateRole) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        roles::deactivate(&caller.scope, &form).await?;
        caller.say("role_retired");
        Ok(if sees_roles(&caller) { "/roles" } else { "/" }.to_owned())
    })
    .await
}

/// The page one came from, told which role was made for it.
#[cfg(feature = "ssr")]
fn made_on_the_way(next: &str, role: RoleId) -> String {
    let mark = if next.contains('?') { '&' } else { '?' };
    format!("{next}{mark}role={role}")
}

/// Whether a name is a shipped role's in any language: an own role has another, or nobody could tell the two apart. Asked here, since
/// words are the app's and the domain has none.
#[cfg(feature = "ssr")]
fn is_shipped(name: &str) -> bool {
    let name = name_key(name);
    shared::BuiltInRole::ALL.into_iter().any(|role| Language::ALL.into_iter().any(|l| name_key(&say::shipped_role(l, role)) == name))
}

/// Who makes roles need not see them.
#[cfg(feature = "ssr")]
fn sees_roles(caller: &Caller) -> bool {
    caller.scope.grants().reaches_others(Permission::ViewRoles)
}
