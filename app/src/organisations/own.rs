//! `/organisation`: one's own organisation, its active caseworkers, and the way to a new one (IZ-03 to IZ-05).

use leptos::prelude::*;
use leptos_meta::Title;
use usher_types::Permission;
use usher_types::users::{ListQuery, Status};

use crate::ui::{lang, load, loaded, visit};
use crate::users::{table, user_list};
use crate::words;

/// `/organisation`.
#[component]
pub fn OrganisationPage() -> impl IntoView {
    let query = || ListQuery { status: Status::Active.code().to_owned(), role: "caseworker".to_owned(), ..ListQuery::default() };
    let list = load(|| (), move |()| user_list(query()));
    let l = lang();
    let me = visit().me;
    let name = me.as_ref().map(|me| me.organisation_name.clone()).unwrap_or_default();
    let may_create = me.is_some_and(|me| me.grants.beyond_own(Permission::CreateUsers));
    view! {
        <Title text=name.clone() />
        <div class="head"><div><p class="quiet">{words::organisation(l)}</p><h1 dir="auto">{name}</h1></div></div>
        <div class="stack">
            <nav class="side" aria-label=words::actions(l)>
                {may_create.then(|| view! { <a href="/users/new?role=caseworker">{words::add_caseworker(l)}</a> })}
                <a href="/users">{words::users(l)}</a>
            </nav>
            <section class="card">
                <h2>{words::active_caseworkers(l)}</h2>
                {loaded(list, move |list| {
                    if list.rows.is_empty() {
                        view! { <div class="body quiet">{words::nobody_found(l)}</div> }.into_any()
                    } else {
                        table(list.rows)
                    }
                })}
            </section>
        </div>
    }
    .into_any()
}
