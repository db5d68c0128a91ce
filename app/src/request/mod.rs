//! What stands between a server function and the domain: the caller of a request, its answer, and
//! the draft of a refused form.
//!
//! Invariant: a server function is one call of [`serve`] or [`submit`]. Only the server function of
//! the page itself sets the status of the response, and a refusal is logged once, here.

mod caller;
mod cookies;
mod drafts;

pub use caller::{Caller, caller};
pub use cookies::{Cookie, parse_known_browsers};
pub use drafts::{load_draft, save_draft};

use std::future::Future;

use axum::http::header::{ACCEPT, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use leptos::prelude::{use_context, with_context};
use leptos_axum::ResponseOptions;
use usher_domain::{Error, audit};
use usher_types::form::Form;
use usher_types::{Field, Invalid, Problem, Refusal};

use self::drafts::PendingDraft;
use crate::error::AppError;

/// Paths that a visitor may open. Every other page requires a session. Do not add to this list.
pub const PUBLIC: &[&str] = &[
    "/sign-in",
    "/set-password",
    "/setup",
    "/confirm-email",
    "/link-cannot-be-used",
];

/// Length in characters at which a path is cut for the log and the audit. All paths of the product
/// are shorter.
const MAX_PATH_LENGTH: usize = 200;
/// Seconds for `Retry-After` if the database is unavailable or the server is busy.
pub const RETRY_AFTER_SECONDS: u32 = 5;

/// Answers a page with the data that `work` reads.
///
/// # Errors
/// As `work`. The status of the response is that of the refusal.
pub async fn serve<T, W, F>(work: W) -> Result<T, AppError>
where
    W: FnOnce(Caller) -> F,
    F: Future<Output = Result<T, Error>>,
{
    let caller = caller()?;
    match work(caller.clone()).await {
        Ok(view) => Ok(view),
        Err(error) => {
            let refusal = to_refusal(&caller, error);
            if refusal == Refusal::Forbidden {
                record_refusal(&caller, "forbidden").await;
            }
            set_status(&refusal);
            Err(AppError(refusal))
        }
    }
}

/// Runs `work` for a posted form and redirects to the page that it returns. A refusal is returned
/// directly if the wasm sent the form. If the form was posted without wasm, it is saved as a draft
/// (decision 0009).
///
/// # Errors
/// As `work`.
pub async fn submit<T, W, F>(form: T, work: W) -> Result<(), AppError>
where
    T: Form,
    W: FnOnce(Caller, T) -> F,
    F: Future<Output = Result<String, Error>>,
{
    let caller = caller()?;
    let done = match ensure_organisation(&caller, &form) {
        Ok(()) => work(caller.clone(), form.clone()).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(next) => {
            leptos_axum::redirect(&next);
            Ok(())
        }
        Err(error) => {
            let refusal = to_refusal(&caller, error);
            let draft =
                posted_without_wasm().then(|| PendingDraft::new(form, Some(refusal.clone())));
            Err(refuse(&caller, refusal, draft).await)
        }
    }
}

/// Answers a refused form: redirects to the page that shows its draft, or sets the status if there
/// is no draft.
async fn refuse(
    caller: &Caller,
    refusal: Refusal,
    draft: Option<Result<PendingDraft, Error>>,
) -> AppError {
    if let Some(why) = audit_reason(&refusal) {
        record_refusal(caller, why).await;
    }
    let Some(draft) = draft else {
        set_status(&refusal);
        return AppError(refusal);
    };
    let next = match draft {
        Ok(draft) => draft.save(caller).await,
        Err(error) => Err(error),
    };
    match next {
        Ok(next) => {
            leptos_axum::redirect(&next);
            AppError(refusal)
        }
        Err(error) => {
            // the draft cannot be saved: the server shows the form in its response
            let refusal = to_refusal(caller, error);
            set_status(&refusal);
            AppError(refusal)
        }
    }
}

/// Ensures that a form from another tab acts for the organisation that its page was rendered for
/// (decision 0015).
fn ensure_organisation(caller: &Caller, form: &impl Form) -> Result<(), Refusal> {
    let made_for = form.organisation();
    match &caller.me {
        _ if made_for.is_empty() => Ok(()),
        Some(me) if me.organisation.to_string() == made_for => Ok(()),
        Some(_) => Err(Refusal::OtherOrganisation),
        None => Err(Refusal::SignIn),
    }
}

fn posted_without_wasm() -> bool {
    with_context::<Parts, _>(|parts| {
        parts
            .headers
            .get(ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
    })
    .unwrap_or(false)
}

fn set_status(refusal: &Refusal) {
    let Some(options) = use_context::<ResponseOptions>() else {
        return;
    };
    options.set_status(
        StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    );
    let seconds = match refusal {
        Refusal::Slow { seconds } => *seconds,
        Refusal::Busy | Refusal::Unavailable => RETRY_AFTER_SECONDS,
        _ => return,
    };
    options.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
}

/// Turns an error into a refusal. A fault is logged under the id of the request, and the user only
/// sees that id.
fn to_refusal(caller: &Caller, error: Error) -> Refusal {
    match error {
        Error::Refused(refusal) => refusal,
        Error::Busy => Refusal::Busy,
        error if error.is_unavailable() => {
            tracing::error!(%error, request = %caller.request, "the database cannot be used");
            Refusal::Unavailable
        }
        error => {
            tracing::error!(%error, request = %caller.request, "a request failed");
            Refusal::Fault {
                reference: caller.request,
            }
        }
    }
}

/// The reason to record for a refusal that the pages themselves never cause.
fn audit_reason(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::Forbidden => Some("forbidden"),
        Refusal::NotFound => Some("not_found"),
        Refusal::Invalid(Invalid(fields)) if has_unexpected(fields) => Some("unexpected_fields"),
        _ => None,
    }
}

/// Records a refusal in the audit log (decision 0018).
async fn record_refusal(caller: &Caller, why: &str) {
    if caller.me.is_none() {
        return;
    }
    let path =
        with_context::<Parts, _>(|parts| loggable_path(parts.uri.path())).unwrap_or_default();
    tracing::warn!(request = %caller.request, why, path, "refused");
    if let Err(error) = audit::refused(&caller.scope, &path, why).await {
        tracing::error!(%error, request = %caller.request, "cannot record a refusal");
    }
}

/// A path for the log and the audit: cut to a maximal length, and without the token of a link.
pub fn loggable_path(path: &str) -> String {
    if path.starts_with("/link/") {
        "/link/…".to_owned()
    } else {
        path.chars().take(MAX_PATH_LENGTH).collect()
    }
}

fn has_unexpected(fields: &[(Field, Problem)]) -> bool {
    fields
        .iter()
        .any(|(_, problem)| matches!(problem, Problem::Unexpected { .. }))
}
