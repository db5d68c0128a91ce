//! The door: signing in and out, links that are used once, setting up.

mod api;
mod pages;

pub use pages::{ConfirmEmailPage, DeadLinkPage, SetPasswordPage, SetUpPage, SignInPage};

use leptos::server_fn::ServerFn;

/// Where the language and theme buttons post to.
pub fn choose_url() -> &'static str {
    api::ChooseLook::url()
}

/// Where the sign-out button posts to.
pub fn sign_out_url() -> &'static str {
    api::SignOutNow::url()
}
