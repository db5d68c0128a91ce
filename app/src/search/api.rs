//! The server function of the search.

use leptos::prelude::*;
use usher_types::search::Hit;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::request::serve;
#[cfg(feature = "ssr")]
use usher_domain::search;

#[server]
pub async fn find_everything(words: String) -> Result<Vec<Hit>, AppError> {
    serve(|caller| async move {
        let found = search::find(&caller.scope, &words).await?;
        Ok(super::hits::of(&caller.page_context(), &words, found))
    })
    .await
}
