//! The server function of the access help.

use leptos::prelude::*;
use usher_types::explanations as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::request::serve;
#[cfg(feature = "ssr")]
use usher_domain::explanations;

#[server]
pub async fn access_help(question: shared::Question) -> Result<shared::HelpPage, AppError> {
    serve(|caller| async move { explanations::page(&caller.scope, question).await }).await
}
