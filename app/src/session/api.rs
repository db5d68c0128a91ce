//! Server functions for sign-in, sign-out, links from mails, and set-up.

use leptos::prelude::*;
use usher_types::form::SavedDraft;
use usher_types::profile::ConfirmEmail as Confirmation;
use usher_types::session as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{Caller, Cookie, load_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::sealing::Token;
#[cfg(feature = "ssr")]
use usher_domain::{Error, links, organisations, sessions};
#[cfg(feature = "ssr")]
use usher_types::url::own_path;
#[cfg(feature = "ssr")]
use usher_types::{Language, Refusal, Theme};

#[server]
pub async fn sign_in_page(
    draft: Option<String>,
) -> Result<Option<SavedDraft<shared::SignIn>>, AppError> {
    serve(|caller| async move { load_draft(&caller, draft).await }).await
}

#[server]
pub async fn sign_in(#[server(flatten)] form: shared::SignIn) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let signed_in = sessions::sign_in(
            &caller.scope.as_visitor(),
            &form,
            &caller.address,
            &caller.known_browsers,
        )
        .await?;
        end_previous_session(&caller).await?;
        caller.begin_session(&signed_in.session).await?;
        caller.remember_browser(&signed_in.browser);
        Ok(own_path(&form.next).unwrap_or("/").to_owned())
    })
    .await
}

#[server]
pub async fn sign_out_now(#[server(flatten)] form: shared::SignOut) -> Result<(), AppError> {
    submit(form, |caller, _| async move {
        if let (Some(token), Some(_)) = (&caller.session, &caller.me) {
            sessions::sign_out(&caller.scope, token).await?;
        }
        caller.end_session().await?;
        caller.clear_site_data();
        caller.flash(&Notice::SignedOut);
        Ok("/sign-in".to_owned())
    })
    .await
}

#[server]
pub async fn choose_look(#[server(flatten)] form: shared::Choose) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        if let Some(language) = Language::from_code(&form.language) {
            caller.set_cookie(Cookie::Language, language.code());
        }
        if let Some(theme) = Theme::from_code(&form.theme) {
            caller.set_cookie(Cookie::Theme, theme.code());
        }
        if caller.me.is_some() {
            usher_domain::profile::choose(
                &caller.scope,
                Language::from_code(&form.language),
                Theme::from_code(&form.theme),
            )
            .await?;
        }
        Ok(own_path(&form.next).unwrap_or("/").to_owned())
    })
    .await
}

#[server]
pub async fn set_password_page(
    draft: Option<String>,
) -> Result<
    (
        shared::SetPasswordPage,
        Option<SavedDraft<shared::SetPassword>>,
    ),
    AppError,
> {
    serve(|caller| async move {
        Ok((
            links::invitation(&caller.scope.as_visitor(), &link(&caller)?).await?,
            load_draft(&caller, draft).await?,
        ))
    })
    .await
}

#[server]
pub async fn set_password(#[server(flatten)] form: shared::SetPassword) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        links::accept(&caller.scope.as_visitor(), &link(&caller)?, &form).await?;
        end_previous_session(&caller).await?;
        caller.set_cookie(Cookie::Link, "");
        caller.end_session().await?;
        caller.flash(&Notice::PasswordSet);
        Ok("/sign-in".to_owned())
    })
    .await
}

#[server]
pub async fn confirm_email_page(
    draft: Option<String>,
) -> Result<(String, Option<SavedDraft<Confirmation>>), AppError> {
    serve(|caller| async move {
        let email = links::email_change(&caller.scope.as_visitor(), &link(&caller)?).await?;
        Ok((email, load_draft(&caller, draft).await?))
    })
    .await
}

#[server]
pub async fn confirm_email(#[server(flatten)] form: Confirmation) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        links::confirm_email(&caller.scope.as_visitor(), &link(&caller)?, &form).await?;
        caller.set_cookie(Cookie::Link, "");
        caller.flash(&Notice::EmailConfirmed);
        Ok(if caller.me.is_some() {
            "/profile"
        } else {
            "/sign-in"
        }
        .to_owned())
    })
    .await
}

#[server]
pub async fn set_up_page(
    draft: Option<String>,
) -> Result<Option<SavedDraft<shared::SetUp>>, AppError> {
    serve(|caller| async move {
        links::check_set_up(&caller.scope.as_visitor(), &link(&caller)?).await?;
        load_draft(&caller, draft).await
    })
    .await
}

#[server]
pub async fn set_up(#[server(flatten)] form: shared::SetUp) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        organisations::set_up(
            &caller.db,
            &caller.scope.as_visitor(),
            &link(&caller)?,
            &form,
            caller.language,
        )
        .await?;
        caller.set_cookie(Cookie::Link, "");
        caller.flash(&Notice::SetUp);
        Ok("/sign-in".to_owned())
    })
    .await
}

/// Ends the session of the user who was signed in with this browser before.
#[cfg(feature = "ssr")]
async fn end_previous_session(caller: &Caller) -> Result<(), Error> {
    match &caller.session {
        Some(former) => sessions::end_former(&caller.scope.as_visitor(), former).await,
        None => Ok(()),
    }
}

/// The token of the link from a mail. Without a token the link is refused like an invalid one.
#[cfg(feature = "ssr")]
fn link(caller: &Caller) -> Result<Token, Error> {
    caller.link.clone().ok_or_else(|| Refusal::DeadLink.into())
}
