//! The search over people, clients, actions and pages: as the palette on every page, and as a page of
//! its own, which needs no wasm.

mod api;
#[cfg(feature = "ssr")]
mod hits;
mod palette;

pub use palette::SearchLink;

use leptos::prelude::*;
use usher_types::Language;
use usher_types::search::{Group, Hit};

use self::api::find_everything;
use crate::messages;
use crate::people::StatusBadge;
use crate::ui::{EmptyState, PageHeader, lang, load, loaded, query_params};

/// `/search`.
#[component]
pub fn SearchPage() -> impl IntoView {
    let words = query_params(|query| query.text("q"));
    let asked = words.get_untracked();
    loaded(load(move || words.get(), find_everything), move |hits| {
        page(&asked, hits)
    })
}

fn page(words: &str, hits: Vec<Hit>) -> AnyView {
    let l = lang();
    let groups = by_group(hits).into_iter().map(|(group, hits)| {
        let hits = hits
            .into_iter()
            .map(|hit| (hit.to.clone(), content(hit)))
            .map(|(to, content)| view! { <li><a href=to>{content}</a></li> });
        view! { <section><h2>{group_label(l, group)}</h2><ul>{hits.collect_view()}</ul></section> }
    });
    let groups = groups.collect_view();
    let is_empty = groups.is_empty();
    let nothing = is_empty.then(|| {
        view! { <EmptyState icon="search" title=messages::nothing_found(l) why=messages::nothing_found_why(l) /> }
    });
    view! {
        <PageHeader title=messages::search(l) />
        <section class="card found">
            <form class="tools" method="get" action="/search" role="search">
                <input
                    type="search" name="q" class="search" value=words.to_owned() maxlength=MAX_LENGTH dir="auto" autofocus=true
                    aria-label=messages::search_everything(l) placeholder=messages::search_everything_hint(l)
                />
                <button class="button slim">{messages::search(l)}</button>
            </form>
            {groups}
            {nothing}
        </section>
    }
    .into_any()
}

/// The longest text of the field, in characters.
const MAX_LENGTH: usize = usher_types::search::LONGEST;

/// The results in their groups, in order.
fn by_group(hits: Vec<Hit>) -> Vec<(Group, Vec<Hit>)> {
    let mut groups: Vec<(Group, Vec<Hit>)> = Vec::new();
    for hit in hits {
        match groups.last_mut() {
            Some((group, of)) if *group == hit.group => of.push(hit),
            _ => groups.push((hit.group, vec![hit])),
        }
    }
    groups
}

fn group_label(l: Language, group: Group) -> String {
    match group {
        Group::People => messages::people(l),
        Group::Clients => messages::clients(l),
        Group::Actions => messages::actions(l),
        Group::Pages => messages::pages(l),
    }
}

/// The content of one result.
fn content(hit: Hit) -> AnyView {
    let face = match hit.initials {
        Some(initials) => view! { <span class="face" aria-hidden="true">{initials}</span> }.into_any(),
        None => view! { <svg class="icon" aria-hidden="true"><use_ href=format!("/icons.svg#{}", hit.icon)></use_></svg> }
            .into_any(),
    };
    let detail = (!hit.detail.is_empty())
        .then(|| view! { " "<span class="quiet small" dir="auto">{hit.detail}</span> });
    let status = hit.status.map(|status| view! { <StatusBadge status /> });
    view! { {face}<span class="what"><b dir="auto">{hit.label}</b>{detail}</span>{status} }
        .into_any()
}
