//! Server functions for referrals. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::referrals as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{load_draft, save_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::referrals;

#[server]
pub async fn referral_list(query: shared::ListQuery) -> Result<shared::ReferralList, AppError> {
    serve(|caller| async move { referrals::list(&caller.scope, query).await }).await
}

#[server]
pub async fn referral_page(
    referral: String,
    draft: Option<String>,
) -> Result<shared::ReferralPage, AppError> {
    serve(|caller| async move {
        referrals::page(&caller.scope, &referral, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn new_referral_page(
    asked: shared::NewReferralParams,
    draft: Option<String>,
) -> Result<shared::NewReferralPage, AppError> {
    serve(|caller| async move {
        referrals::form(
            &caller.scope,
            asked,
            draft.clone(),
            load_draft(&caller, draft).await?,
        )
        .await
    })
    .await
}

/// Saves a draft and opens the preview. Nothing is sent yet.
#[server]
pub async fn review_referral(#[server(flatten)] form: shared::NewReferral) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        referrals::review(&caller.scope, &form).await?;
        save_draft(
            &caller,
            shared::NewReferral {
                step: shared::REVIEW.to_owned(),
                ..form
            },
        )
        .await
    })
    .await
}

#[server]
pub async fn review_referral_page(draft: String) -> Result<shared::ReviewPage, AppError> {
    serve(|caller| async move {
        referrals::review_page(
            &caller.scope,
            draft.clone(),
            load_draft(&caller, Some(draft)).await?,
        )
        .await
    })
    .await
}

#[server]
pub async fn create_referral(#[server(flatten)] form: shared::NewReferral) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let referral = referrals::create(&caller.scope, &form).await?;
        caller.flash(&Notice::ReferralSent);
        Ok(format!("/referrals/{referral}"))
    })
    .await
}

#[server]
pub async fn act_on_referral(
    #[server(flatten)] form: shared::ActOnReferral,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let referral = referrals::act(&caller.scope, &form).await?;
        caller.flash(&Notice::ReferralUpdated);
        Ok(format!("/referrals/{referral}"))
    })
    .await
}
