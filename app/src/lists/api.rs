//! The server functions about lists: one line each.

use leptos::prelude::*;
use usher_types::lists as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::request::{kept, serve, submit};
#[cfg(feature = "ssr")]
use crate::say;
#[cfg(feature = "ssr")]
use usher_domain::lists;
#[cfg(feature = "ssr")]
use usher_types::{Language, names::name_key};

#[server]
pub async fn all_lists() -> Result<shared::Lists, AppError> {
    serve(|caller| async move { lists::list(&caller.scope).await }).await
}

#[server]
pub async fn edit_list_page(list: String, draft: Option<String>) -> Result<shared::EditListPage, AppError> {
    serve(|caller| async move { lists::form(&caller.scope, &list, kept(&caller, draft).await?).await }).await
}

#[server]
pub async fn edit_list(#[server(flatten)] form: shared::EditList) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        lists::edit(&caller.scope, &form, meant(&form.unit_name)).await?;
        caller.say(if form.list.is_empty() { "list_made" } else { "saved" });
        Ok("/lists".to_owned())
    })
    .await
}

#[server]
pub async fn close_list_page(list: String, draft: Option<String>) -> Result<shared::CloseListPage, AppError> {
    serve(|caller| async move {
        let before = kept::<shared::CloseList>(&caller, draft).await?.and_then(|kept| kept.refusal);
        lists::close_page(&caller.scope, &list, before).await
    })
    .await
}

#[server]
pub async fn close_list(#[server(flatten)] form: shared::CloseList) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        lists::close(&caller.scope, &form).await?;
        caller.say("list_closed");
        Ok("/lists".to_owned())
    })
    .await
}

/// The shipped list somebody means who types its name, in whatever language.
#[cfg(feature = "ssr")]
fn meant(name: &str) -> Option<shared::BuiltInList> {
    let name = name_key(name);
    shared::BuiltInList::ALL.into_iter().find(|list| Language::ALL.into_iter().any(|l| name_key(&say::shipped_list(l, *list)) == name))
}
