//! `/organisation`: the user's own organisation, its active caseworkers, and a link that adds one
//! (IZ-03 to IZ-05).

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::Permission;
use usher_types::users::{ListQuery, Status};

use crate::ui::{cursor, lang, load, loaded, page_context, pager};
use crate::users::{table, user_list};
use crate::{labels, messages};

/// `/organisation`.
#[component]
pub fn OrganisationPage() -> impl IntoView {
    let query = use_query_map();
    let params = move || {
        let cursor = query.with(cursor);
        ListQuery {
            status: Status::Active.code().to_owned(),
            role: "caseworker".to_owned(),
            cursor,
            ..ListQuery::default()
        }
    };
    let list = load(params, user_list);
    let l = lang();
    let me = page_context().me;
    let name = me
        .as_ref()
        .map(|me| me.organisation_name.clone())
        .unwrap_or_default();
    let may = |permission| {
        me.as_ref()
            .is_some_and(|me| me.grants.reaches_others(permission))
    };
    let details_page = me
        .as_ref()
        .filter(|_| may(Permission::ManageOrganisations))
        .map(|me| format!("/organisations/{}", me.organisation));
    let add = may(Permission::CreateUsers)
        .then(|| view! { <a href="/users/new?role=caseworker">{messages::add_caseworker(l)}</a> });
    let details_page =
        details_page.map(|to| view! { <a href=to>{messages::name_and_agreement(l)}</a> });
    view! {
        <Title text=name.clone() />
        <div class="head"><div><p class="quiet">{messages::organisation(l)}</p><h1 dir="auto">{name}</h1></div></div>
        <div class="two">
            <nav class="side" aria-label=messages::actions(l)>
                {add}
                <a href="/users">{messages::users(l)}</a>
                {details_page}
            </nav>
            <div class="stack">
                <section class="card">
                    <h2>{messages::active_caseworkers(l)}</h2>
                    {loaded(list, move |list| {
                        if list.rows.is_empty() {
                            return view! { <div class="body quiet">{messages::nobody_found(l)}</div> }.into_any();
                        }
                        let people = labels::people(l, list.pages.total, list.pages.more);
                        view! { {table(list.rows)} {pager("/organisation", &[], people, &list.pages)} }.into_any()
                    })}
                </section>
            </div>
        </div>
    }
    .into_any()
}
