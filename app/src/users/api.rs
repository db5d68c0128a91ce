//! Server functions for users. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::access::{AccessPage, Choices, Preview};
use usher_types::{covers as shared_covers, users as shared};

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{load_draft, save_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::{clients, covers, users};
#[cfg(feature = "ssr")]
use usher_types::url::encode;
#[cfg(feature = "ssr")]
use usher_types::{Permission, UserId};

#[server]
pub async fn user_list(query: shared::ListQuery) -> Result<shared::UserList, AppError> {
    serve(|caller| async move { users::list(&caller.scope, query).await }).await
}

#[server]
pub async fn new_user_page(
    draft: Option<String>,
    role: Option<String>,
    client: Option<String>,
    staff: bool,
    #[server(default)] imported: Vec<String>,
) -> Result<shared::NewUserPage, AppError> {
    serve(|caller| async move {
        let mut draft = load_draft::<shared::NewUser>(&caller, draft).await?;
        draft
            .iter_mut()
            .for_each(|draft| draft.form.customers.extend(imported.clone()));
        let asked = users::NewUserParams {
            role: role.as_deref(),
            client: client.as_deref(),
            staff,
        };
        users::new_user_form(&caller.scope, draft, asked).await
    })
    .await
}

/// Saves the form as a draft and shows it again with the clients that were searched for (SV-05).
#[server]
pub async fn find_clients_for_new(
    #[server(flatten)] form: shared::NewUser,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        clients::ensure_may_link(&caller.scope, Permission::CreateUsers)?;
        Ok(format!(
            "{}#linked_clients",
            save_draft(&caller, form).await?
        ))
    })
    .await
}

/// The same for a user who is assigned a role.
#[server]
pub async fn find_clients_for_role(
    #[server(flatten)] form: shared::ChangeRole,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        clients::ensure_may_link(&caller.scope, Permission::GiveRoles)?;
        Ok(format!(
            "{}#linked_clients",
            save_draft(&caller, form).await?
        ))
    })
    .await
}

#[server]
pub async fn login_name_availability(
    login_name: String,
    but: Option<String>,
) -> Result<shared::Availability, AppError> {
    serve(|caller| async move {
        users::availability(
            &caller.scope,
            &login_name,
            but.and_then(|id| id.parse().ok()),
        )
        .await
    })
    .await
}

#[server]
pub async fn create_user(#[server(flatten)] form: shared::NewUser) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let typed = form.clone();
        let user = users::create(&caller.scope, form).await?;
        let opens = users::can_open(&caller.scope, user).await?;
        let password = match typed.temporary() {
            Some(password) => caller.flash_password(password).await?,
            None => None,
        };
        caller.flash(&Notice::Created(
            typed.created(opens.then_some(user), password),
        ));
        Ok(if opens {
            format!("/users/{user}")
        } else {
            "/".to_owned()
        })
    })
    .await
}

/// Saves the form as a draft and opens the page that creates a role, which leads back to it
/// (CP-06).
#[server]
pub async fn make_role_first(#[server(flatten)] form: shared::NewUser) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        users::ensure_may_make_role(&caller.scope)?;
        let again = save_draft(&caller, form).await?;
        Ok(format!("/roles/new?next={}", encode(&again)))
    })
    .await
}

#[server]
pub async fn user_page(id: String) -> Result<shared::UserPage, AppError> {
    serve(|caller| async move { users::page(&caller.scope, caller.user(&id)?).await }).await
}

#[server]
pub async fn user_access(id: String) -> Result<AccessPage, AppError> {
    serve(|caller| async move { users::access_page(&caller.scope, caller.user(&id)?).await }).await
}

#[server]
pub async fn access_preview(choices: Choices) -> Result<Preview, AppError> {
    serve(|caller| async move { users::preview(&caller.scope, &choices).await }).await
}

#[server]
pub async fn edit_user_page(
    id: String,
    draft: Option<String>,
    #[server(default)] imported: Vec<String>,
) -> Result<shared::EditUserPage, AppError> {
    serve(|caller| async move {
        let user = caller.user(&id)?;
        let mut draft = load_draft::<shared::EditUser>(&caller, draft).await?;
        draft
            .iter_mut()
            .for_each(|draft| draft.form.customers.extend(imported.clone()));
        users::edit_user_form(&caller.scope, user, draft).await
    })
    .await
}

#[server]
pub async fn edit_user(#[server(flatten)] form: shared::EditUser) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        flash_on_user_page(
            &caller,
            &Notice::Saved,
            users::edit(&caller.scope, form).await?,
        )
    })
    .await
}

/// The page of one action on a user. The action decides which permission is required.
#[server]
pub async fn act_page(
    id: String,
    act: UserAction,
    draft: Option<String>,
) -> Result<shared::ActPage, AppError> {
    serve(|caller| async move {
        users::act_page(
            &caller.scope,
            act.permission(),
            caller.user(&id)?,
            load_draft(&caller, draft).await?,
        )
        .await
    })
    .await
}

#[server]
pub async fn give_role(#[server(flatten)] form: shared::ChangeRole) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let users::RoleChanged { user, is_new } =
            users::change_role(&caller.scope, &form, true).await?;
        caller.flash(&if is_new {
            Notice::RoleAssigned
        } else {
            Notice::RoleAssignedBefore
        });
        Ok(format!("/users/{user}/roles"))
    })
    .await
}

#[server]
pub async fn remove_role(#[server(flatten)] form: shared::ChangeRole) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let users::RoleChanged { user, is_new } =
            users::change_role(&caller.scope, &form, false).await?;
        caller.flash(&if is_new {
            Notice::RoleRemoved
        } else {
            Notice::RoleRemovedBefore
        });
        Ok(format!("/users/{user}/roles"))
    })
    .await
}

#[server]
pub async fn set_temporary_password(
    #[server(flatten)] form: shared::SetTemporaryPassword,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        flash_on_user_page(
            &caller,
            &Notice::TemporaryPassword,
            users::set_temporary_password(&caller.scope, &form).await?,
        )
    })
    .await
}

#[server]
pub async fn invite_user(#[server(flatten)] form: shared::Invite) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        flash_on_user_page(
            &caller,
            &Notice::Invited,
            users::invite(&caller.scope, &form).await?,
        )
    })
    .await
}

#[server]
pub async fn archive_user(#[server(flatten)] form: shared::Archive) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        flash_on_user_page(
            &caller,
            &Notice::UserArchived,
            users::archive(&caller.scope, &form).await?,
        )
    })
    .await
}

#[server]
pub async fn restore_user(#[server(flatten)] form: shared::Restore) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        flash_on_user_page(
            &caller,
            &Notice::UserRestored,
            users::restore(&caller.scope, &form).await?,
        )
    })
    .await
}

#[server]
pub async fn coverage_page(
    id: String,
    draft: Option<String>,
) -> Result<shared_covers::CoveragePage, AppError> {
    serve(|caller| async move {
        covers::page(
            &caller.scope,
            caller.user(&id)?,
            load_draft(&caller, draft).await?,
        )
        .await
    })
    .await
}

#[server]
pub async fn give_cover(#[server(flatten)] form: shared_covers::GiveCover) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        flash_on_coverage_page(
            &caller,
            &Notice::CoverAdded,
            covers::assign(&caller.scope, &form).await?,
        )
    })
    .await
}

#[server]
pub async fn end_cover(#[server(flatten)] form: shared_covers::EndCover) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        flash_on_coverage_page(
            &caller,
            &Notice::CoverEnded,
            covers::end(&caller.scope, &form).await?,
        )
    })
    .await
}

/// An action on a user. Each has a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserAction {
    Roles,
    TemporaryPassword,
    Invite,
    Archive,
    Restore,
}

#[cfg(feature = "ssr")]
impl UserAction {
    fn permission(self) -> Permission {
        match self {
            Self::Roles => Permission::GiveRoles,
            Self::TemporaryPassword | Self::Invite => Permission::ManageSignIn,
            Self::Archive => Permission::ArchiveUsers,
            Self::Restore => Permission::UserBank,
        }
    }
}

#[cfg(feature = "ssr")]
fn flash_on_coverage_page(
    caller: &crate::request::Caller,
    notice: &Notice,
    user: UserId,
) -> Result<String, usher_domain::Error> {
    flash_on_user_page(caller, notice, user).map(|page| format!("{page}/coverage"))
}

#[cfg(feature = "ssr")]
fn flash_on_user_page(
    caller: &crate::request::Caller,
    notice: &Notice,
    user: UserId,
) -> Result<String, usher_domain::Error> {
    caller.flash(notice);
    Ok(format!("/users/{user}"))
}
