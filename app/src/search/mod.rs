//! The search over people, clients, actions and pages: as the palette on every page, and as a page of
//! its own, which needs no wasm.

mod api;
#[cfg(feature = "ssr")]
pub(crate) mod hits;
mod palette;
mod results;

pub use palette::SearchLink;

use leptos::prelude::*;
use usher_types::search::Hit;

use self::api::find_everything;
use self::results::{MAX_LENGTH, by_group, content, group_label};
use crate::messages;
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
