//! The server functions about users: one line each.

use leptos::prelude::*;
use usher_types::access::{AccessPage, Choices, Preview};
use usher_types::{covers as shared_covers, users as shared};

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::request::{kept, serve, set_aside, submit};
#[cfg(feature = "ssr")]
use usher_domain::{clients, covers, users};
#[cfg(feature = "ssr")]
use usher_types::session::encode;
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
        let mut kept = kept::<shared::NewUser>(&caller, draft).await?;
        kept.iter_mut().for_each(|kept| kept.form.customers.extend(imported.clone()));
        let asked = users::NewUserParams { role: role.as_deref(), client: client.as_deref(), staff };
        users::new_user_form(&caller.scope, kept, asked).await
    })
    .await
}

/// Looks for clients to link a new assistant to, and comes back to the form as it was typed (SV-05).
#[server]
pub async fn find_clients_for_new(#[server(flatten)] form: shared::NewUser) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        clients::ensure_may_link(&caller.scope, Permission::CreateUsers).await?;
        Ok(format!("{}#linked_clients", set_aside(&caller, form).await?))
    })
    .await
}

/// The same for somebody who is given a role.
#[server]
pub async fn find_clients_for_role(#[server(flatten)] form: shared::ChangeRole) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        clients::ensure_may_link(&caller.scope, Permission::GiveRoles).await?;
        Ok(format!("{}#linked_clients", set_aside(&caller, form).await?))
    })
    .await
}

#[server]
pub async fn login_name_availability(login_name: String, but: Option<String>) -> Result<shared::Availability, AppError> {
    serve(|caller| async move { users::availability(&caller.scope, &login_name, but.and_then(|id| id.parse().ok())).await }).await
}

#[server]
pub async fn create_user(#[server(flatten)] form: shared::NewUser) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let typed = form.clone();
        let user = users::create(&caller.scope, form).await?;
        let opens = users::can_open(&caller.scope, user).await?;
        let password = match typed.temporary() {
            Some(password) => caller.hand_on(password).await?,
            None => None,
        };
        caller.say(&typed.created(opens.then_some(user), password).code());
        Ok(if opens { format!("/users/{user}") } else { "/".to_owned() })
    })
    .await
}

/// Leaves the form for the page that makes a role, and comes back to it as it was typed (CP-06).
#[server]
pub async fn make_role_first(#[server(flatten)] form: shared::NewUser) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        users::ensure_may_make_role(&caller.scope).await?;
        let again = set_aside(&caller, form).await?;
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
        let mut kept = kept::<shared::EditUser>(&caller, draft).await?;
        kept.iter_mut().for_each(|kept| kept.form.customers.extend(imported.clone()));
        users::edit_user_form(&caller.scope, user, kept).await
    })
    .await
}

#[server]
pub async fn edit_user(#[server(flatten)] form: shared::EditUser) -> Result<(), AppError> {
    submit(form, |caller, form| async move { done(&caller, "saved", users::edit(&caller.scope, form).await?) }).await
}

/// The page of one act on a person; which act decides the permission.
#[server]
pub async fn act_page(id: String, act: Act, draft: Option<String>) -> Result<shared::ActPage, AppError> {
    serve(|caller| async move { users::act_page(&caller.scope, act.permission(), caller.user(&id)?, kept(&caller, draft).await?).await })
        .await
}

#[server]
pub async fn give_role(#[server(flatten)] form: shared::ChangeRole) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let users::RoleChanged { user, is_new } = users::change_role(&caller.scope, &form, true).await?;
        caller.say(if is_new { "role_given" } else { "role_given_before" });
        Ok(format!("/users/{user}/roles"))
    })
    .await
}

#[server]
pub async fn remove_role(#[server(flatten)] form: shared::ChangeRole) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let users::RoleChanged { user, is_new } = users::change_role(&caller.scope, &form, false).await?;
        caller.say(if is_new { "role_removed" } else { "role_removed_before" });
        Ok(format!("/users/{user}/roles"))
    })
    .await
}

#[server]
pub async fn set_temporary_password(#[server(flatten)] form: shared::SetTemporaryPassword) -> Result<(), AppError> {
    submit(form, |caller, form| async move { done(&caller, "temporary", users::set_temporary_password(&caller.scope, &form).await?) }).await
}

#[server]
pub async fn invite_user(#[server(flatten)] form: shared::Invite) -> Result<(), AppError> {
    submit(form, |caller, form| async move { done(&caller, "invited", users::invite(&caller.scope, &form).await?) }).await
}

#[server]
pub async fn archive_user(#[server(flatten)] form: shared::Archive) -> Result<(), AppError> {
    submit(form, |caller, form| async move { done(&caller, "archived", users::archive(&caller.scope, &form).await?) }).await
}

#[server]
pub async fn restore_user(#[server(flatten)] form: shared::Restore) -> Result<(), AppError> {
    submit(form, |caller, form| async move { done(&caller, "restored", users::restore(&caller.scope, &form).await?) }).await
}

#[server]
pub async fn coverage_page(id: String, draft: Option<String>) -> Result<shared_covers::CoveragePage, AppError> {
    serve(|caller| async move { covers::page(&caller.scope, caller.user(&id)?, kept(&caller, draft).await?).await }).await
}

#[server]
pub async fn give_cover(#[server(flatten)] form: shared_covers::GiveCover) -> Result<(), AppError> {
    submit(form, |caller, form| async move { covered(&caller, "cover_given", covers::assign(&caller.scope, &form).await?) }).await
}

#[server]
pub async fn end_cover(#[server(flatten)] form: shared_covers::EndCover) -> Result<(), AppError> {
    submit(form, |caller, form| async move { covered(&caller, "cover_ended", covers::end(&caller.scope, &form).await?) }).await
}

/// One act on a person, each with a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Roles,
    TemporaryPassword,
    Invite,
    Archive,
    Restore,
}

#[cfg(feature = "ssr")]
impl Act {
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
fn covered(caller: &crate::request::Caller, notice: &str, user: UserId) -> Result<String, usher_domain::Error> {
    done(caller, notice, user).map(|page| format!("{page}/coverage"))
}

#[cfg(feature = "ssr")]
fn done(caller: &crate::request::Caller, notice: &str, user: UserId) -> Result<String, usher_domain::Error> {
    caller.say(notice);
    Ok(format!("/users/{user}"))
}
