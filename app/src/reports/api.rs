//! Server functions for activity. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::audit::{self, HistoryQuery, Subject};
use usher_types::reports as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::request::serve;
#[cfg(feature = "ssr")]
use usher_domain::{history, reports};

#[server]
pub async fn report_page(query: shared::PeriodQuery) -> Result<shared::ReportPage, AppError> {
    serve(|caller| async move { reports::page(&caller.scope, query).await }).await
}

#[server]
pub async fn history_page(
    of: Subject,
    id: String,
    query: HistoryQuery,
) -> Result<audit::HistoryPage, AppError> {
    serve(|caller| async move { history::page(&caller.scope, of, &id, query).await }).await
}

#[server]
pub async fn activity_page(
    id: String,
    query: shared::ActivityQuery,
) -> Result<shared::ActivityPage, AppError> {
    serve(|caller| async move { reports::activity(&caller.scope, caller.user(&id)?, query).await })
        .await
}
