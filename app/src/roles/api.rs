//! Server functions for roles. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::roles as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::labels;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{Caller, load_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::roles;
#[cfg(feature = "ssr")]
use usher_types::url::own_path;
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

/// The form of a role: edits the role `code`, or creates one, optionally as a copy of the role
/// `from`.
#[server]
pub async fn edit_role_page(
    code: Option<String>,
    from: Option<String>,
    next: Option<String>,
    draft: Option<String>,
) -> Result<shared::EditRolePage, AppError> {
    serve(|caller| async move {
        let next = next.as_deref().and_then(own_path).unwrap_or_default();
        roles::form(
            &caller.scope,
            code.as_deref(),
            from.as_deref(),
            next,
            load_draft(&caller, draft).await?,
        )
        .await
    })
    .await
}

#[server]
pub async fn edit_role(#[server(flatten)] form: shared::EditRole) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let is_new = form.role.is_empty();
        if is_built_in_name(&form.name) {
            return Err(Invalid::one(Field::RoleName, Problem::SameName).into());
        }
        let role = roles::edit(&caller.scope, &form).await?;
        caller.flash(&if is_new {
            Notice::RoleCreated
        } else {
            Notice::Saved
        });
        let back = own_path(&form.next)
            .filter(|_| is_new)
            .map(|next| with_new_role(next, role));
        Ok(back.unwrap_or_else(|| {
            if sees_roles(&caller) {
                format!("/roles/{role}")
            } else {
                "/".to_owned()
            }
        }))
    })
    .await
}

#[server]
pub async fn retire_role_page(
    code: String,
    draft: Option<String>,
) -> Result<shared::DeactivateRolePage, AppError> {
    serve(|caller| async move {
        roles::deactivate_form(&caller.scope, &code, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn retire_role(#[server(flatten)] form: shared::DeactivateRole) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        roles::deactivate(&caller.scope, &form).await?;
        caller.flash(&Notice::RoleDeactivated);
        Ok(if sees_roles(&caller) { "/roles" } else { "/" }.to_owned())
    })
    .await
}

/// The page that the user came from, with the new role as a parameter.
#[cfg(feature = "ssr")]
fn with_new_role(next: &str, role: RoleId) -> String {
    let mark = if next.contains('?') { '&' } else { '?' };
    format!("{next}{mark}role={role}")
}

/// Whether a name belongs to a built-in role in any language. A custom role must not have such a
/// name. It is checked here, because the domain does not know the texts.
#[cfg(feature = "ssr")]
fn is_built_in_name(name: &str) -> bool {
    let name = name_key(name);
    usher_types::BuiltInRole::ALL.into_iter().any(|role| {
        Language::ALL
            .into_iter()
            .any(|l| name_key(&labels::built_in_role(l, role)) == name)
    })
}

/// Whether the user may view roles. The permission to edit roles does not include it.
#[cfg(feature = "ssr")]
fn sees_roles(caller: &Caller) -> bool {
    caller.scope.grants().reaches_others(Permission::ViewRoles)
}
