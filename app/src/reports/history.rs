//! `/users/:id/history` and the same of other subjects: all events, with paging and a filter.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use usher_types::audit::{EventGroup, HistoryPage as Page, HistoryQuery, Subject};
use usher_types::url::encode;

use super::api::history_page;
use crate::ui::{filter, ignored_filters, lang, load, loaded};
use crate::users::timeline;
use crate::{labels, messages};

/// The events of the subject that the address names.
#[component]
pub fn HistoryPage(
    /// The kind of the subject.
    of: Subject,
) -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || {
        params.with(|params| {
            params
                .get("id")
                .or_else(|| params.get("code"))
                .unwrap_or_default()
        })
    };
    let params = move || {
        query.with(|query| {
            let text = |name: &str| query.get(name).unwrap_or_default();
            HistoryQuery {
                group: text("group"),
                after: text("after"),
            }
        })
    };
    loaded(
        load(
            move || (id(), params()),
            move |(id, query)| history_page(of, id, query),
        ),
        show,
    )
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let Page {
        of,
        id,
        name,
        role,
        query,
        ignored,
        lines,
        next,
    } = page;
    let name = role.map_or(name, |role| labels::role(l, &role));
    let (title, here) = (messages::all_activity_of(l, &name), of.history(&id));
    let groups = of
        .groups()
        .iter()
        .map(|group| (group.code().to_owned(), event_group(*group)));
    let groups = filter("group", messages::what(l), messages::everything(l), &query.group, groups).map(|groups| {
        view! {
            <div class="tools">
                <form method="get" action=here.clone() autocomplete="off">{groups}<button class="button">{messages::show(l)}</button></form>
            </div>
        }
    });
    let lines = if lines.is_empty() {
        view! { <div class="body quiet">{messages::no_activity(l)}</div> }.into_any()
    } else {
        timeline(lines)
    };
    let mark = if query.group.is_empty() {
        String::new()
    } else {
        format!("group={}&", encode(&query.group))
    };
    let first = (!query.after.is_empty()).then(|| {
        let to = format!("{here}?{mark}");
        view! { <a class="button slim" href=to.trim_end_matches(['?', '&']).to_owned()>{messages::first(l)}</a> }
    });
    let next =
        next.map(|next| view! { <a class="button slim" rel="next" href=format!("{here}?{mark}after={next}")>{messages::next(l)}</a> });
    let pager = (first.is_some() || next.is_some()).then(|| {
        view! { <div class="foot"><span class="grow"></span><nav class="pager" aria-label=messages::pages(l)>{first}{next}</nav></div> }
    });
    view! {
        <Title text=title.clone() />
        <div class="head">
            <div>
                <p class="crumb"><a href=of.page(&id) dir="auto">{name}</a></p>
                <h1 dir="auto">{title}</h1>
            </div>
        </div>
        {ignored_filters(ignored, move |_| messages::what(l))}
        <section class="card" aria-label=messages::activity(l)>
            {groups}
            {lines}
            {pager}
        </section>
    }
    .into_any()
}

fn event_group(group: EventGroup) -> String {
    let l = lang();
    match group {
        EventGroup::Access => messages::group_access(l),
        EventGroup::Details => messages::details(l),
        EventGroup::SignIns => messages::sign_ins(l),
        EventGroup::Clients => messages::group_clients(l),
        EventGroup::Mails => messages::group_mails(l),
    }
}
