//! The banner that says once what the last act did, on the page it led to.

use leptos::prelude::*;
use usher_types::users::{Created, SignInSetup};
use usher_types::{Language, Permission};

use super::{lang, visit};
use crate::{say, words};

/// What is to be said: a code, after a colon what it is about; and the password it names, which is shown this once.
#[derive(Clone, Default)]
pub(super) struct Notice {
    code: Option<String>,
    password: Option<String>,
}

#[cfg(feature = "ssr")]
pub(super) fn of_request() -> Notice {
    crate::request::caller().map(|caller| Notice { code: caller.notice, password: caller.handed_on }).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
pub(super) fn of_request() -> Notice {
    Notice::default()
}

/// The banner that says what the last act did; gone on the next page.
#[component]
pub fn NoticeBanner() -> impl IntoView {
    let l = lang();
    let Notice { code, password } = use_context::<Notice>().unwrap_or_default();
    let code = code.unwrap_or_default();
    let not_kept = (code == "not_kept").then(|| {
        view! { <div class="notice bad" role="alert"><h2>{words::problem(l)}</h2><p>{words::not_kept(l)}</p></div> }
    });
    let done = match Created::from_code(&code) {
        Some(created) => Some(created_banner(l, created, password)),
        None => {
            said(l, &code).map(|said| view! { <div class="notice good" role="status"><h2>{words::success(l, &said)}</h2></div> }.into_any())
        }
    };
    view! { {not_kept} {done} }
}

/// Who was created, what they know of it, and what comes next: roles, a way to sign in, dashboards (IZ-21).
fn created_banner(l: Language, created: Created, password: Option<String>) -> AnyView {
    let Created { user, way_in, name, .. } = created;
    let told = match (way_in, user) {
        (SignInSetup::Invitation, _) => words::created_invited(l),
        (SignInSetup::TemporaryPassword, _) => words::created_temporary(l),
        (SignInSetup::OnlyAdd, Some(_)) => words::created_only(l),
        (SignInSetup::OnlyAdd, None) => words::added_only(l),
    };
    let may = |permission| visit().me.is_some_and(|me| me.grants.reaches_others(permission));
    let steps = user.map(|user| {
        let step = |path: &str, label: String| view! { <a class="button slim" href=format!("/users/{user}/{path}")>{label}</a> };
        let roles = may(Permission::GiveRoles).then(|| step("roles", words::roles(l)));
        let invite = (way_in == SignInSetup::OnlyAdd && may(Permission::ManageSignIn)).then(|| step("invite", words::send_invitation(l)));
        let dashboards = may(Permission::EditUsers).then(|| step("dashboards", words::dashboards(l)));
        view! { <p class="row"><span>{words::next_step(l)}</span>{roles}{invite}{dashboards}</p> }
    });
    let password = password.map(|password| {
        view! {
            <details>
                <summary>{words::show_temporary_once(l)}</summary>
                <p><code class="copied">{password}</code></p>
                <p class="quiet small">{words::shown_this_once(l)}</p>
            </details>
        }
    });
    view! {
        <div class="notice good" role="status">
            <h2>{words::success(l, words::was_created(l, name))}</h2>
            <p>{told}</p>
            {password}
            {steps}
        </div>
    }
    .into_any()
}

/// What a code says.
fn said(l: Language, code: &str) -> Option<String> {
    if let Some((code, count)) = code.split_once(':')
        && let Ok(count) = count.parse()
    {
        let clients = say::clients(l, count, false);
        return match code {
            "caseload_moved" => Some(words::done_caseload_moved(l, clients)),
            "caseload_returned" => Some(words::done_caseload_returned(l, clients)),
            _ => None,
        };
    }
    Some(match code {
        "saved" => words::done_saved(l),
        "list_made" => words::done_list_made(l),
        "list_closed" => words::done_list_closed(l),
        "customer_made" => words::done_customer_made(l),
        "customer_closed" => words::done_customer_closed(l),
        "contract_made" => words::done_contract_made(l),
        "contract_closed" => words::done_contract_closed(l),
        "dashboard_made" => words::done_dashboard_made(l),
        "dashboard_closed" => words::done_dashboard_closed(l),
        "office_made" => words::done_office_made(l),
        "office_closed" => words::done_office_closed(l),
        "team_made" => words::done_team_made(l),
        "team_closed" => words::done_team_closed(l),
        "member_added" => words::done_member_added(l),
        "cover_given" => words::done_cover_given(l),
        "cover_ended" => words::done_cover_ended(l),
        "member_removed" => words::done_member_removed(l),
        "organisation_made" => words::done_organisation_made(l),
        "organisation_suspended" => words::done_organisation_suspended(l),
        "administrator_managed" => words::done_administrator_managed(l),
        "organisation_resumed" => words::done_organisation_resumed(l),
        "notice_sent" => words::done_notice_sent(l),
        "client_created" => words::done_client_created(l),
        "client_archived" => words::done_client_archived(l),
        "client_restored" => words::done_client_restored(l),
        "resource_made" => words::done_resource_made(l),
        "resource_closed" => words::done_resource_closed(l),
        "referral_sent" => words::done_referral_sent(l),
        "referral_moved" => words::done_referral_moved(l),
        "role_given" => words::done_role_given(l),
        "role_removed" => words::done_role_removed(l),
        "role_given_before" => words::done_role_given_before(l),
        "role_removed_before" => words::done_role_removed_before(l),
        "role_made" => words::done_role_made(l),
        "role_retired" => words::done_role_retired(l),
        "temporary" => words::done_temporary(l),
        "invited" => words::done_invited(l),
        "archived" => words::done_archived(l),
        "restored" => words::done_restored(l),
        "password" => words::done_password(l),
        "profile" => words::done_profile(l),
        "email_asked" => words::done_email_asked(l),
        "password_set" => words::done_password_set(l),
        "email_confirmed" => words::done_email_confirmed(l),
        "switched" => words::done_switched(l, visit().me.map(|me| me.organisation_name).unwrap_or_default()),
        "link_asked" => words::done_link_asked(l),
        "link_proposed" => words::done_link_proposed(l),
        "proposal_withdrawn" => words::done_proposal_withdrawn(l),
        "link_agreed" => words::done_link_agreed(l),
        "proposal_declined" => words::done_proposal_declined(l),
        "link_declined" => words::done_link_declined(l),
        "account_unlinked" => words::done_account_unlinked(l),
        "signed_out" => words::done_signed_out(l),
        "set_up" => words::done_set_up(l),
        _ => return None,
    })
}
