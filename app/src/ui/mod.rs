//! Components that know no product word beyond labels handed to them: forms, notices, icons, loading, errors.

mod chart;
mod form;
mod load;
mod page;
mod password;

pub use chart::bars;
pub use form::{Check, Choice, Confirm, Hidden, LiveForm, PostForm, Says, SelectField, SingleName, TextArea, TextField, use_form};
pub(crate) use form::{described, labelled};
pub use load::{Loading, NotFound, load, loaded, loaded_or};
pub use page::{cursor, empty, filter, head, left_out, pager, versions};
pub use password::{NewPassword, OldPassword};

use leptos::prelude::*;
use usher_types::When;
use usher_types::session::Visit;

use crate::words;

/// What is to be said once, on the page an act led to: a code, after a colon what it is about.
#[derive(Clone)]
struct Notice(Option<String>);

/// Gives every page what it knows before it asks anything.
pub fn provide_visit() {
    provide_context(visit_of_request());
    provide_context(Notice(notice_of_request()));
}

/// Who visits, in which language. In the browser an island knows the language alone: the page's.
pub fn visit() -> Visit {
    use_context::<Visit>().unwrap_or_else(visit_of_request)
}

/// The language of the page.
pub fn lang() -> usher_types::Language {
    visit().language
}

/// A page's title as the browser shows it.
pub fn titled(title: String) -> String {
    if title.is_empty() { "Usher".to_owned() } else { format!("{title} · Usher") }
}

/// Fetches the wasm that makes the islands of this page live. A page without an island carries none.
#[component]
pub fn Wasm() -> impl IntoView {
    use_context::<LeptosOptions>().map(|options| view! { <HydrationScripts options islands=true /> })
}

#[cfg(feature = "ssr")]
fn visit_of_request() -> Visit {
    crate::request::caller().map(|caller| caller.visit()).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn visit_of_request() -> Visit {
    let language = document().document_element().and_then(|root| root.get_attribute("lang"));
    let language = language.and_then(|code| usher_types::Language::from_code(&code)).unwrap_or_default();
    Visit { language, ..Visit::default() }
}

#[cfg(feature = "ssr")]
fn notice_of_request() -> Option<String> {
    crate::request::caller().ok().and_then(|caller| caller.notice)
}

#[cfg(not(feature = "ssr"))]
fn notice_of_request() -> Option<String> {
    None
}

/// The banner that says what the last act did; gone on the next page.
#[component]
pub fn NoticeBanner() -> impl IntoView {
    let l = lang();
    let notice = use_context::<Notice>().and_then(|notice| notice.0);
    let not_kept = (notice.as_deref() == Some("not_kept")).then(|| {
        view! { <div class="notice bad" role="alert"><h2>{words::problem(l)}</h2><p>{words::not_kept(l)}</p></div> }
    });
    let done = notice.as_deref().and_then(|code| said(l, code)).map(|(title, next)| {
        view! {
            <div class="notice good" role="status">
                <h2>{words::success(l, &title)}</h2>
                {next.map(|next| view! { <p>{next}</p> })}
            </div>
        }
    });
    view! { {not_kept} {done} }
}

/// What a code says, and what comes next.
fn said(l: usher_types::Language, code: &str) -> Option<(String, Option<String>)> {
    if let Some((code, count)) = code.split_once(':')
        && let Ok(count) = count.parse()
    {
        let clients = crate::say::clients(l, count, false);
        return match code {
            "caseload_moved" => Some((words::done_caseload_moved(l, clients), None)),
            "caseload_returned" => Some((words::done_caseload_returned(l, clients), None)),
            _ => None,
        };
    }
    let title = match code {
        "created_invitation" => return Some((words::done_created(l, words::user(l)), Some(words::done_created_invited(l)))),
        "created_temporary_password" => return Some((words::done_created(l, words::user(l)), Some(words::done_created_temporary(l)))),
        "created_only_add" => return Some((words::done_created(l, words::user(l)), Some(words::done_created_only(l)))),
        "added_invitation" => return Some((words::done_created(l, words::new_staff(l)), Some(words::done_added_invited(l)))),
        "added_temporary_password" => {
            return Some((words::done_created(l, words::new_staff(l)), Some(words::done_created_temporary(l))));
        }
        "added_only_add" => return Some((words::done_created(l, words::new_staff(l)), Some(words::done_added_only(l)))),
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
    };
    Some((title, None))
}

/// An icon of the sprite, beside words.
#[component]
pub fn Icon(
    /// Its id in `public/icons.svg`.
    id: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use_ href=format!("/icons.svg#{id}")></use_>
        </svg>
    }
    .into_any()
}

/// A moment; the exact one on hover, in UTC.
#[component]
pub fn Moment(
    /// As the server formatted it.
    when: When,
) -> impl IntoView {
    view! { <time datetime=when.iso.clone() title=when.iso.clone()>{when.text}</time> }
}
