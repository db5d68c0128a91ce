//! What a page reads from its address.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use usher_types::paging::Cursor;

use super::{Loading, load};
use crate::error::AppError;

/// The part of the path with this name, such as `:id`.
pub(crate) fn path_param(name: &'static str) -> Signal<String> {
    let params = use_params_map();
    Signal::derive(move || params.with(|params| params.get(name).unwrap_or_default()))
}

/// The `:id` of the path.
pub(crate) fn id_param() -> Signal<String> {
    path_param("id")
}

/// The `?draft=` of the address.
pub(crate) fn draft_param() -> Signal<Option<String>> {
    let query = use_query_map();
    Signal::derive(move || query.with(|query| query.get("draft")))
}

/// The query of the address, as a page reads it.
pub(crate) fn query_params<T>(read: impl Fn(&Query) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| read(&Query(query))))
}

/// The query of an address.
pub(crate) struct Query<'a>(&'a ParamsMap);

impl Query<'_> {
    /// The value of a parameter, or empty.
    pub fn text(&self, name: &str) -> String {
        self.0.get(name).unwrap_or_default()
    }

    /// The value of a parameter, if it is there.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.get(name)
    }

    /// All values of a parameter.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.get_all(name).unwrap_or_default()
    }

    /// The page of a list, as [`pager`](super::pager) writes it.
    pub fn cursor(&self) -> Cursor {
        Cursor {
            after: self.text("after"),
            before: self.text("before"),
            last: self.0.get("last").is_some(),
        }
    }
}

/// Loads the page of the thing with the `:id` of the path, and the draft that the address names.
pub(crate) fn load_with_draft<T, F>(
    fetch: impl Fn(String, Option<String>) -> F + Send + Sync + 'static,
) -> Loading<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let (id, draft) = (id_param(), draft_param());
    load(
        move || (id.get(), draft.get()),
        move |(id, draft)| fetch(id, draft),
    )
}
