//! Server functions for resources. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::conflict::EditState;
use usher_types::resources as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{load_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::resources;

#[server]
pub async fn resource_list(query: shared::ListQuery) -> Result<shared::ResourceList, AppError> {
    serve(|caller| async move { resources::list(&caller.scope, query).await }).await
}

#[server]
pub async fn resource_page(resource: String) -> Result<shared::ResourcePage, AppError> {
    serve(|caller| async move { resources::page(&caller.scope, &resource).await }).await
}

#[server]
pub async fn edit_resource_page(
    resource: String,
    draft: Option<String>,
) -> Result<EditState<shared::EditResource>, AppError> {
    serve(|caller| async move {
        resources::form(&caller.scope, &resource, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn edit_resource(#[server(flatten)] form: shared::EditResource) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let resource = resources::edit(&caller.scope, &form).await?;
        caller.flash(&if form.resource.is_empty() {
            Notice::ResourceCreated
        } else {
            Notice::Saved
        });
        Ok(format!("/resources/{resource}"))
    })
    .await
}

#[server]
pub async fn close_resource_page(
    resource: String,
    draft: Option<String>,
) -> Result<shared::CloseResourcePage, AppError> {
    serve(|caller| async move {
        let before = load_draft::<shared::CloseResource>(&caller, draft)
            .await?
            .and_then(|draft| draft.refusal);
        resources::close_page(&caller.scope, &resource, before).await
    })
    .await
}

#[server]
pub async fn close_resource(
    #[server(flatten)] form: shared::CloseResource,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        resources::close(&caller.scope, &form).await?;
        caller.flash(&Notice::ResourceClosed);
        Ok("/resources".to_owned())
    })
    .await
}
