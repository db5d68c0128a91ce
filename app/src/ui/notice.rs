//! The banner that shows the flash message of the last action.

use leptos::prelude::*;
use usher_types::users::Created;
use usher_types::{Language, Permission, SignInSetup};

use super::{lang, page_context};
use crate::messages;
use crate::notice::Notice;

/// The flash message of this page, and a temporary password that is shown once.
#[derive(Clone, Default)]
pub(super) struct Flash {
    notice: Option<Notice>,
    password: Option<String>,
}

#[cfg(feature = "ssr")]
pub(super) fn of_request() -> Flash {
    crate::request::caller()
        .map(|caller| Flash {
            notice: caller.notice,
            password: caller.flashed_password,
        })
        .unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
pub(super) fn of_request() -> Flash {
    Flash::default()
}

/// Shows the flash message. It is gone on the next page.
#[component]
pub fn NoticeBanner() -> impl IntoView {
    let l = lang();
    let Flash { notice, password } = use_context::<Flash>().unwrap_or_default();
    notice.map(|notice| match notice {
        Notice::Created(created) => created_banner(l, created, password),
        Notice::NotKept => view! { <div class="notice bad" role="alert"><h2>{messages::problem(l)}</h2><p>{Notice::NotKept.message(l, "")}</p></div> }.into_any(),
        done => {
            let me = page_context().me;
            let organisation = me.map(|me| me.organisation_name).unwrap_or_default();
            let message = done.message(l, &organisation);
            view! { <div class="notice good" role="status"><h2>{messages::success(l, message)}</h2></div> }.into_any()
        }
    })
}

/// The banner after a user was created: their name, how they are notified, and links to the next
/// steps (IZ-21).
fn created_banner(l: Language, created: Created, password: Option<String>) -> AnyView {
    let Created {
        user, way_in, name, ..
    } = created;
    let lead = match (way_in, user) {
        (SignInSetup::Invitation, _) => messages::created_invited(l),
        (SignInSetup::TemporaryPassword, _) => messages::created_temporary(l),
        (SignInSetup::OnlyAdd, Some(_)) => messages::created_only(l),
        (SignInSetup::OnlyAdd, None) => messages::added_only(l),
    };
    let may = |permission| {
        page_context()
            .me
            .is_some_and(|me| me.grants.reaches_others(permission))
    };
    let steps = user.map(|user| {
        let step = |path: &str, label: String| view! { <a class="button slim" href=format!("/users/{user}/{path}")>{label}</a> };
        let roles = may(Permission::GiveRoles).then(|| step("roles", messages::roles(l)));
        let invite =
            (way_in == SignInSetup::OnlyAdd && may(Permission::ManageSignIn)).then(|| step("invite", messages::send_invitation(l)));
        let dashboards = may(Permission::EditUsers).then(|| step("dashboards", messages::dashboards(l)));
        view! { <p class="row"><span>{messages::next_step(l)}</span>{roles}{invite}{dashboards}</p> }
    });
    let password = password.map(|password| {
        view! {
            <details>
                <summary>{messages::show_temporary_once(l)}</summary>
                <p><code class="copied">{password}</code></p>
                <p class="quiet small">{messages::shown_this_once(l)}</p>
            </details>
        }
    });
    view! {
        <div class="notice good" role="status">
            <h2>{messages::success(l, messages::was_created(l, name))}</h2>
            <p>{lead}</p>
            {password}
            {steps}
        </div>
    }
    .into_any()
}
