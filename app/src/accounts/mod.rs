//! Linked accounts of one person in several organisations: the user's own, those of another user,
//! and the page that links them.

mod api;
mod links;
mod pages;

pub use links::LinksPage;
pub use pages::{AccountsPage, AskLinkPage};

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::accounts::Account;

use crate::ui::lang;
use crate::{labels, messages};

/// The address that the switch buttons post to.
pub fn switch_url() -> &'static str {
    api::SwitchAccount::url()
}

/// A badge that shows whether the holder of an account has agreed to a link.
fn answer_badge(has_agreed: bool) -> AnyView {
    let l = lang();
    let (badge, class) = if has_agreed {
        (messages::has_agreed(l), "badge good")
    } else {
        (messages::has_not_answered(l), "badge warn")
    };
    view! { <span class=class>{badge}</span> }.into_any()
}

/// An account in another organisation: the organisation, the login name, and why the user cannot
/// switch to it.
pub(crate) fn account_summary(account: &Account) -> AnyView {
    let l = lang();
    let hint = labels::account_state(l, account.state)
        .map(|state| view! { <span class="hint">{state}</span> });
    view! {
        <span>
            <b dir="auto">{account.organisation_name.clone()}</b>
            <span class="hint" dir="auto">{messages::you_sign_in_as_there(l, &account.name, &account.login_name)}</span>
            {hint}
        </span>
    }
    .into_any()
}
