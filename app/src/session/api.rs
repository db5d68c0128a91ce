//! The server functions of the door.

use leptos::prelude::*;
use usher_types::profile::ConfirmEmail as Confirmation;
use usher_types::session as shared;
use usher_types::users::SavedDraft;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::request::{Caller, Cookie, kept, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::sealing::Token;
#[cfg(feature = "ssr")]
use usher_domain::{Error, links, organisations, sessions};
#[cfg(feature = "ssr")]
use usher_types::session::own_path;
#[cfg(feature = "ssr")]
use usher_types::{Language, Refusal, Theme};

#[server]
pub async fn sign_in_page(draft: Option<String>) -> Result<Option<SavedDraft<shared::SignIn>>, AppError> {
    serve(|caller| async move { kept(&caller, draft).await }).await
}

#[server]
pub async fn sign_in(#[server(flatten)] form: shared::SignIn) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let signed_in = sessions::sign_in(&caller.scope.as_visitor(), &form, &caller.address, &caller.known).await?;
        end_former(&caller).await?;
        caller.begin_session(&signed_in.session).await?;
        caller.remember(&signed_in.browser);
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
        caller.forget_everything();
        caller.say("signed_out");
        Ok("/sign-in".to_owned())
    })
    .await
}

#[server]
pub async fn choose_look(#[server(flatten)] form: shared::Choose) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        if let Some(language) = Language::from_code(&form.language) {
            caller.set(Cookie::Language, language.code());
        }
        if let Some(theme) = Theme::from_code(&form.theme) {
            caller.set(Cookie::Theme, theme.code());
        }
        if caller.me.is_some() {
            usher_domain::profile::choose(&caller.scope, Language::from_code(&form.language), Theme::from_code(&form.theme)).await?;
        }
        Ok(own_path(&form.next).unwrap_or("/").to_owned())
    })
    .await
}

#[server]
pub async fn set_password_page(draft: Option<String>) -> Result<(shared::SetPasswordPage, Option<SavedDraft<shared::SetPassword>>), AppError> {
    serve(|caller| async move { Ok((links::invitation(&caller.scope.as_visitor(), &link(&caller)?).await?, kept(&caller, draft).await?)) })
        .await
}

#[server]
pub async fn set_password(#[server(flatten)] form: shared::SetPassword) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        links::accept(&caller.scope.as_visitor(), &link(&caller)?, &form).await?;
        end_former(&caller).await?;
        caller.set(Cookie::Link, "");
        caller.end_session().await?;
        caller.say("password_set");
        Ok("/sign-in".to_owned())
    })
    .await
}

#[server]
pub async fn confirm_email_page(draft: Option<String>) -> Result<(String, Option<SavedDraft<Confirmation>>), AppError> {
    serve(|caller| async move {
        let email = links::email_change(&caller.scope.as_visitor(), &link(&caller)?).await?;
        Ok((email, kept(&caller, draft).await?))
    })
    .await
}

#[server]
pub async fn confirm_email(#[server(flatten)] form: Confirmation) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        links::confirm_email(&caller.scope.as_visitor(), &link(&caller)?, &form).await?;
        caller.set(Cookie::Link, "");
        caller.say("email_confirmed");
        Ok(if caller.me.is_some() { "/profile" } else { "/sign-in" }.to_owned())
    })
    .await
}

#[server]
pub async fn set_up_page(draft: Option<String>) -> Result<Option<SavedDraft<shared::SetUp>>, AppError> {
    serve(|caller| async move {
        links::check_set_up(&caller.scope.as_visitor(), &link(&caller)?).await?;
        kept(&caller, draft).await
    })
    .await
}

#[server]
pub async fn set_up(#[server(flatten)] form: shared::SetUp) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        organisations::set_up(&caller.db, &caller.scope.as_visitor(), &link(&caller)?, &form, caller.language).await?;
        caller.set(Cookie::Link, "");
        caller.say("set_up");
        Ok("/sign-in".to_owned())
    })
    .await
}

/// Ends the session of whoever was signed in here before.
#[cfg(feature = "ssr")]
async fn end_former(caller: &Caller) -> Result<(), Error> {
    match &caller.session {
        Some(former) => sessions::end_former(&caller.scope.as_visitor(), former).await,
        None => Ok(()),
    }
}

/// The token of the link that was followed. Without one the link is as dead as any other.
#[cfg(feature = "ssr")]
fn link(caller: &Caller) -> Result<Token, Error> {
    caller.link.clone().ok_or_else(|| Refusal::DeadLink.into())
}
