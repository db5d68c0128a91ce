//! Server functions for settings. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::settings as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{load_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::{licence, settings};

#[server]
pub async fn settings_page(draft: Option<String>) -> Result<shared::SettingsPage, AppError> {
    serve(|caller| async move { settings::page(&caller.scope, load_draft(&caller, draft).await?).await }).await
}

#[server]
pub async fn edit_settings(#[server(flatten)] form: shared::EditSettings) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        settings::edit(&caller.scope, &form).await?;
        caller.flash(&Notice::Saved);
        Ok("/settings".to_owned())
    })
    .await
}

#[server]
pub async fn licence_page(draft: Option<String>) -> Result<shared::LicencePage, AppError> {
    serve(|caller| async move { licence::page(&caller.scope, load_draft(&caller, draft).await?).await }).await
}

#[server]
pub async fn send_notice(#[server(flatten)] form: shared::SendNotice) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        licence::send(&caller.scope, &form).await?;
        caller.flash(&Notice::VendorNoticeSent);
        Ok("/settings/licence".to_owned())
    })
    .await
}
