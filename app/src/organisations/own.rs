//! `/organisation`: one's own organisation, its active caseworkers, and the way to a new one (IZ-03 to IZ-05).

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::Permission;
use usher_types::users::{ListQuery, Status};

use crate::ui::{cursor, lang, load, loaded, pager, visit};
use crate::users::{table, user_list};
use crate::{say, words};

/// `/organisation`.
#[component]
pub fn OrganisationPage() -> impl IntoView {
    let query = use_query_map();
    let asked = move || {
        let cursor = query.with(cursor);
        ListQuery { status: Status::Active.code().to_owned(), role: "caseworker".to_owned(), cursor, ..ListQuery::default() }
    };
    let list = load(asked, user_list);
    let l = lang();
    let me = visit().me;
    let name = me.as_ref().map(|me| me.organisation_name.clone()).unwrap_or_default();
    let may = |permission| me.as_ref().is_some_and(|me| me.grants.reaches_others(permission));
    let settled = me.as_ref().filter(|_| may(Permission::ManageOrganisations)).map(|me| format!("/organisations/{}", me.organisation));
    let add = may(Permission::CreateUsers).then(|| view! { <a href="/users/new?role=caseworker">{words::add_caseworker(l)}</a> });
    let settled = settled.map(|to| view! { <a href=to>{words::name_and_agreement(l)}</a> });
    view! {
        <Title text=name.clone() />
        <div class="head"><div><p class="quiet">{words::organisation(l)}</p><h1 dir="auto">{name}</h1></div></div>
        <div class="two">
            <nav class="side" aria-label=words::actions(l)>
                {add}
                <a href="/users">{words::users(l)}</a>
                {settled}
            </nav>
            <div class="stack">
                <section class="card">
                    <h2>{words::active_caseworkers(l)}</h2>
                    {loaded(list, move |list| {
                        if list.rows.is_empty() {
                            return view! { <div class="body quiet">{words::nobody_found(l)}</div> }.into_any();
                        }
                        let people = say::people(l, list.pages.total, list.pages.more);
                        view! { {table(list.rows)} {pager("/organisation", &[], people, &list.pages)} }.into_any()
                    })}
                </section>
            </div>
        </div>
    }
    .into_any()
}
