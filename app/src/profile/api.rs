//! Server functions for the user's own profile.

use leptos::prelude::*;
use usher_types::profile as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{Cookie, load_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::profile;
#[cfg(feature = "ssr")]
use usher_types::{Language, Theme};

#[server]
pub async fn profile_page(draft: Option<String>) -> Result<shared::ProfilePage, AppError> {
    serve(|caller| async move {
        let mut page = profile::page(&caller.scope).await?;
        if let Some(before) = load_draft::<serde_json::Value>(&caller, draft).await? {
            page.new_email = before.form["email"].as_str().unwrap_or_default().to_owned();
            page.form.phone = before.form["phone"]
                .as_str()
                .map_or(page.form.phone, str::to_owned);
            page.refusal = before.refusal;
        }
        Ok(page)
    })
    .await
}

#[server]
pub async fn edit_profile(#[server(flatten)] form: shared::EditProfile) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        profile::edit(&caller.scope, &form).await?;
        caller.set_cookie(
            Cookie::Language,
            Language::from_code(&form.language).map_or("", Language::code),
        );
        caller.set_cookie(
            Cookie::Theme,
            Theme::from_code(&form.theme).map_or("", Theme::code),
        );
        caller.flash(&Notice::ProfileSaved);
        Ok("/profile".to_owned())
    })
    .await
}

#[server]
pub async fn change_email(#[server(flatten)] form: shared::ChangeEmail) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        profile::change_email(&caller.scope, &form, &caller.address).await?;
        caller.flash(&Notice::EmailRequested);
        Ok("/profile".to_owned())
    })
    .await
}

#[server]
pub async fn change_password(
    #[server(flatten)] form: shared::ChangePassword,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let changed = profile::change_password(&caller.scope, &form, &caller.address).await?;
        caller.set_cookie(Cookie::Session, changed.session.expose());
        caller.remember_browser(&changed.browser);
        caller.flash(&Notice::PasswordChanged);
        Ok("/profile".to_owned())
    })
    .await
}
