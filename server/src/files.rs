//! File downloads. They require a signed-in user like the pages do: visitors are redirected to the
//! sign-in page.

use axum::Extension;
use axum::extract::Query;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use usher_app::request::Caller;
use usher_domain::{Error, audit, reports};
use usher_types::Refusal;
use usher_types::reports::PeriodQuery;

use crate::refused;

/// The address of the CSV file with the figures of `/reports`.
pub const REPORT: &str = "/reports/csv";

/// The figures of a period, within the caller's reach.
pub async fn report(
    Extension(caller): Extension<Caller>,
    Query(query): Query<PeriodQuery>,
) -> Response {
    let report = match reports::export(&caller.scope, &query).await {
        Ok(report) => report,
        Err(Error::Refused(refusal)) => return refuse(&caller, &refusal).await,
        Err(error) => {
            tracing::error!(%error, request = %caller.request, "cannot create a report");
            return refused::server_error(StatusCode::INTERNAL_SERVER_ERROR);
        }
    };
    // parsed days contain only digits and hyphens
    let disposition = format!(
        "attachment; filename=\"activity-{}-{}.csv\"",
        report.query.from, report.query.until
    );
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, usher_app::reports::csv(caller.language, &report)).into_response()
}

async fn refuse(caller: &Caller, refusal: &Refusal) -> Response {
    if *refusal == Refusal::Forbidden
        && let Err(error) = audit::refused(&caller.scope, REPORT, "forbidden").await
    {
        tracing::error!(%error, request = %caller.request, "cannot record a refusal");
    }
    let status =
        StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    refused::plain(status, status.canonical_reason().unwrap_or_default())
}
