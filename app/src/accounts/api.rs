//! Server functions for linked accounts. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::accounts as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{Caller, load_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::accounts;
#[cfg(feature = "ssr")]
use usher_types::Refusal;
#[cfg(feature = "ssr")]
use usher_types::url::own_path;

#[server]
pub async fn accounts_page(
    next: String,
    draft: Option<String>,
) -> Result<shared::AccountsPage, AppError> {
    serve(|caller| async move {
        let before = load_draft::<shared::SwitchAccount>(&caller, draft)
            .await?
            .and_then(|draft| draft.refusal);
        accounts::own(&caller.scope, next, before).await
    })
    .await
}

#[server]
pub async fn switch_account(
    #[server(flatten)] form: shared::SwitchAccount,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let next = own_path(&form.next).unwrap_or("/").to_owned();
        let here = caller
            .me
            .as_ref()
            .is_some_and(|me| me.organisation.to_string() == form.to);
        // another tab may have switched already
        if !here {
            let session = caller.session.clone().ok_or(Refusal::SignIn)?;
            let token = accounts::switch(&caller.scope, &session, &form.to).await?;
            caller.begin_session(&token).await?;
            caller.clear_site_data();
        }
        caller.flash(&Notice::Switched);
        Ok(next)
    })
    .await
}

#[server]
pub async fn leave_link(#[server(flatten)] form: shared::LeaveLink) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        accounts::leave(&caller.scope, &form).await?;
        caller.flash(&Notice::AccountUnlinked);
        Ok("/profile/accounts".to_owned())
    })
    .await
}

#[server]
pub async fn ask_link_page(
    id: String,
    draft: Option<String>,
) -> Result<shared::AskLinkPage, AppError> {
    serve(|caller| async move {
        accounts::ask_page(
            &caller.scope,
            caller.user(&id)?,
            load_draft(&caller, draft).await?,
        )
        .await
    })
    .await
}

#[server]
pub async fn ask_link(#[server(flatten)] form: shared::AskLink) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let user = accounts::ask(&caller.scope, &form).await?;
        caller.flash(&Notice::LinkRequested);
        Ok(format!("/users/{user}/links"))
    })
    .await
}

#[server]
pub async fn links_page(
    sought: shared::Sought,
    draft: Option<String>,
) -> Result<shared::LinksPage, AppError> {
    serve(|caller| async move {
        let before = load_draft::<shared::DeclineLink>(&caller, draft).await?;
        let (reason, refusal) = before.map_or((String::new(), None), |draft| {
            (draft.form.reason, draft.refusal)
        });
        accounts::page(&caller.scope, sought, reason, refusal).await
    })
    .await
}

#[server]
pub async fn propose_link(#[server(flatten)] form: shared::ProposeLink) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        accounts::propose(&caller.scope, &form).await?;
        Ok(flash_on_links_page(&caller, &Notice::LinkProposed))
    })
    .await
}

#[server]
pub async fn withdraw_proposal(
    #[server(flatten)] form: shared::WithdrawProposal,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        accounts::withdraw(&caller.scope, &form).await?;
        Ok(flash_on_links_page(&caller, &Notice::ProposalWithdrawn))
    })
    .await
}

#[server]
pub async fn agree_to_link(
    #[server(flatten)] form: shared::AnswerProposal,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        accounts::agree(&caller.scope, &form).await?;
        caller.flash(&Notice::LinkAgreed);
        Ok("/profile/accounts".to_owned())
    })
    .await
}

#[server]
pub async fn decline_proposal(
    #[server(flatten)] form: shared::AnswerProposal,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        accounts::decline_proposal(&caller.scope, &form).await?;
        caller.flash(&Notice::ProposalDeclined);
        Ok("/profile/accounts".to_owned())
    })
    .await
}

#[server]
pub async fn decline_link(#[server(flatten)] form: shared::DeclineLink) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        accounts::decline(&caller.scope, &form).await?;
        Ok(flash_on_links_page(&caller, &Notice::LinkDeclined))
    })
    .await
}

#[server]
pub async fn unlink_account(
    #[server(flatten)] form: shared::UnlinkAccount,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        accounts::unlink(&caller.scope, &form).await?;
        Ok(flash_on_links_page(&caller, &Notice::AccountUnlinked))
    })
    .await
}

#[cfg(feature = "ssr")]
fn flash_on_links_page(caller: &Caller, notice: &Notice) -> String {
    caller.flash(notice);
    "/organisations/links".to_owned()
}
