//! Sign-in and sign-out, one-time links from mails, and set-up.

mod api;
mod pages;

pub use pages::{ConfirmEmailPage, DeadLinkPage, SetPasswordPage, SetUpPage, SignInPage};

use leptos::server_fn::ServerFn;

/// The address that the language and theme buttons post to.
pub fn choose_url() -> &'static str {
    api::ChooseLook::url()
}

/// The address that the sign-out button posts to.
pub fn sign_out_url() -> &'static str {
    api::SignOutNow::url()
}
