//! `/users/:id/history` and the same of other subjects: all events, with paging and a filter.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use usher_types::audit::{EventGroup, HistoryPage as Page, HistoryQuery, Subject};
use usher_types::url::encode;

use super::api::history_page;
use crate::activity::timeline;
use crate::ui::{
    Filters, Link, PageHeader, forward_pager, lang, load, loaded, query_params, quiet_text,
};
use crate::{labels, messages};

/// The events of the subject that the address names.
#[component]
pub fn HistoryPage(
    /// The kind of the subject.
    of: Subject,
) -> impl IntoView {
    let params = use_params_map();
    let query = query_params(|query| HistoryQuery {
        group: query.text("group"),
        after: query.text("after"),
    });
    let id = move || {
        params.with(|params| {
            params
                .get("id")
                .or_else(|| params.get("code"))
                .unwrap_or_default()
        })
    };
    loaded(
        load(
            move || (id(), query.get()),
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
    let filters = Filters::new(here.clone()).select(
        "group",
        messages::what(l),
        messages::all(l),
        &query.group,
        groups,
    );
    let lines = if lines.is_empty() {
        quiet_text(messages::no_activity(l))
    } else {
        timeline(lines)
    };
    let group = if query.group.is_empty() {
        String::new()
    } else {
        format!("group={}", encode(&query.group))
    };
    let pager = forward_pager(&here, &group, query.after.is_empty(), next);
    view! {
        <PageHeader title crumbs=[Link::new(of.page(&id), name)] />
        {filters.ignored(ignored)}
        <section class="card" aria-label=messages::activity(l)>
            {filters.view()}
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
