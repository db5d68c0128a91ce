//! The banner that shows the flash message of the last action.

use leptos::prelude::*;
use usher_types::users::{Created, SignInSetup};
use usher_types::{Language, Permission};

use super::{lang, page_context};
use crate::{labels, messages};

/// A flash message: a code, optionally followed by a colon and its subject, and a temporary
/// password that is shown once.
#[derive(Clone, Default)]
pub(super) struct Notice {
    code: Option<String>,
    password: Option<String>,
}

#[cfg(feature = "ssr")]
pub(super) fn of_request() -> Notice {
    crate::request::caller()
        .map(|caller| Notice {
            code: caller.notice,
            password: caller.flashed_password,
        })
        .unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
pub(super) fn of_request() -> Notice {
    Notice::default()
}

/// Shows the flash message. It is gone on the next page.
#[component]
pub fn NoticeBanner() -> impl IntoView {
    let l = lang();
    let Notice { code, password } = use_context::<Notice>().unwrap_or_default();
    let code = code.unwrap_or_default();
    let not_kept = (code == "not_kept").then(|| {
        view! { <div class="notice bad" role="alert"><h2>{messages::problem(l)}</h2><p>{messages::not_kept(l)}</p></div> }
    });
    let done = match Created::from_code(&code) {
        Some(created) => Some(created_banner(l, created, password)),
        None => message(l, &code)
            .map(|message| view! { <div class="notice good" role="status"><h2>{messages::success(l, &message)}</h2></div> }.into_any()),
    };
    view! { {not_kept} {done} }
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

/// The message of a code.
fn message(l: Language, code: &str) -> Option<String> {
    if let Some((code, count)) = code.split_once(':')
        && let Ok(count) = count.parse()
    {
        let clients = labels::clients(l, count, false);
        return match code {
            "caseload_moved" => Some(messages::done_caseload_moved(l, clients)),
            "caseload_returned" => Some(messages::done_caseload_returned(l, clients)),
            _ => None,
        };
    }
    Some(match code {
        "saved" => messages::done_saved(l),
        "list_made" => messages::done_list_made(l),
        "list_closed" => messages::done_list_closed(l),
        "customer_made" => messages::done_customer_made(l),
        "customer_closed" => messages::done_customer_closed(l),
        "contract_made" => messages::done_contract_made(l),
        "contract_closed" => messages::done_contract_closed(l),
        "dashboard_made" => messages::done_dashboard_made(l),
        "dashboard_closed" => messages::done_dashboard_closed(l),
        "office_made" => messages::done_office_made(l),
        "office_closed" => messages::done_office_closed(l),
        "team_made" => messages::done_team_made(l),
        "team_closed" => messages::done_team_closed(l),
        "member_added" => messages::done_member_added(l),
        "cover_given" => messages::done_cover_given(l),
        "cover_ended" => messages::done_cover_ended(l),
        "member_removed" => messages::done_member_removed(l),
        "organisation_made" => messages::done_organisation_made(l),
        "organisation_suspended" => messages::done_organisation_suspended(l),
        "administrator_managed" => messages::done_administrator_managed(l),
        "organisation_resumed" => messages::done_organisation_resumed(l),
        "notice_sent" => messages::done_notice_sent(l),
        "client_created" => messages::done_client_created(l),
        "client_archived" => messages::done_client_archived(l),
        "client_restored" => messages::done_client_restored(l),
        "resource_made" => messages::done_resource_made(l),
        "resource_closed" => messages::done_resource_closed(l),
        "referral_sent" => messages::done_referral_sent(l),
        "referral_moved" => messages::done_referral_moved(l),
        "role_given" => messages::done_role_given(l),
        "role_removed" => messages::done_role_removed(l),
        "role_given_before" => messages::done_role_given_before(l),
        "role_removed_before" => messages::done_role_removed_before(l),
        "role_made" => messages::done_role_made(l),
        "role_retired" => messages::done_role_retired(l),
        "temporary" => messages::done_temporary(l),
        "invited" => messages::done_invited(l),
        "archived" => messages::done_archived(l),
        "restored" => messages::done_restored(l),
        "password" => messages::done_password(l),
        "profile" => messages::done_profile(l),
        "email_asked" => messages::done_email_asked(l),
        "password_set" => messages::done_password_set(l),
        "email_confirmed" => messages::done_email_confirmed(l),
        "switched" => messages::done_switched(
            l,
            page_context()
                .me
                .map(|me| me.organisation_name)
                .unwrap_or_default(),
        ),
        "link_asked" => messages::done_link_asked(l),
        "link_proposed" => messages::done_link_proposed(l),
        "proposal_withdrawn" => messages::done_proposal_withdrawn(l),
        "link_agreed" => messages::done_link_agreed(l),
        "proposal_declined" => messages::done_proposal_declined(l),
        "link_declined" => messages::done_link_declined(l),
        "account_unlinked" => messages::done_account_unlinked(l),
        "signed_out" => messages::done_signed_out(l),
        "set_up" => messages::done_set_up(l),
        _ => return None,
    })
}
