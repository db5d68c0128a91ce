//! Server functions for lists. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::lists as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::labels;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{load_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::lists;
#[cfg(feature = "ssr")]
use usher_types::{Language, names::name_key};

#[server]
pub async fn all_lists() -> Result<shared::Lists, AppError> {
    serve(|caller| async move { lists::list(&caller.scope).await }).await
}

#[server]
pub async fn edit_list_page(
    list: String,
    draft: Option<String>,
) -> Result<shared::EditListPage, AppError> {
    serve(|caller| async move {
        lists::form(&caller.scope, &list, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn edit_list(#[server(flatten)] form: shared::EditList) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        lists::edit(&caller.scope, &form, built_in_by_name(&form.unit_name)).await?;
        caller.flash(&if form.list.is_empty() {
            Notice::ListCreated
        } else {
            Notice::Saved
        });
        Ok("/lists".to_owned())
    })
    .await
}

#[server]
pub async fn close_list_page(
    list: String,
    draft: Option<String>,
) -> Result<shared::CloseListPage, AppError> {
    serve(|caller| async move {
        let before = load_draft::<shared::CloseList>(&caller, draft)
            .await?
            .and_then(|draft| draft.refusal);
        lists::close_page(&caller.scope, &list, before).await
    })
    .await
}

#[server]
pub async fn close_list(#[server(flatten)] form: shared::CloseList) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        lists::close(&caller.scope, &form).await?;
        caller.flash(&Notice::ListRemoved);
        Ok("/lists".to_owned())
    })
    .await
}

/// The built-in list with this name in any language.
#[cfg(feature = "ssr")]
fn built_in_by_name(name: &str) -> Option<usher_types::BuiltInList> {
    let name = name_key(name);
    usher_types::BuiltInList::ALL.into_iter().find(|list| {
        Language::ALL
            .into_iter()
            .any(|l| name_key(&labels::built_in_list(l, *list)) == name)
    })
}
