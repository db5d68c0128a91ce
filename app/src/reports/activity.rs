//! `/users/:id/activity`: what a user did in a period.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use usher_types::reports::{Act, ActivityPage, ActivityQuery};

use super::api::activity_page;
use super::{encode_period, page_title, period_form, period_params};
use crate::activity::changes;
use crate::people::{crumbs, tabs};
use crate::ui::{
    Card, DescriptionList, Detail, Moment, PageHeader, forward_pager, id_param, lang, load, loaded,
    moment_or_never, quiet_text,
};
use crate::{labels, messages};

/// `/users/:id/activity`.
#[component]
pub fn UserActivityPage() -> impl IntoView {
    let (id, period, query) = (id_param(), period_params(), use_query_map());
    let after = move || query.with(|query| query.get("after")).unwrap_or_default();
    let params = move || {
        (
            id.get(),
            ActivityQuery {
                period: period.get(),
                after: after(),
            },
        )
    };
    loaded(load(params, |(id, query)| activity_page(id, query)), show)
}

fn show(page: ActivityPage) -> AnyView {
    let l = lang();
    let user = page.user;
    let here = format!("/users/{user}/activity");
    let title = messages::activity_of(l, &page.name);
    let window_title = page_title(&title, page.problem.as_ref());
    let form = period_form(here.clone(), &page.query, page.problem.as_ref());
    let last = moment_or_never(page.last_sign_in.clone());
    let figures = page.figures;
    let facts = [
        (messages::sign_ins(l), figures.sign_ins),
        (messages::referrals_made(l), figures.referred),
        (messages::referrals_answered(l), figures.answered),
        (messages::resources_managed(l), figures.resources),
        (messages::clients_taken_on(l), figures.clients),
        (messages::accounts_made(l), figures.created),
        (messages::accounts_archived(l), figures.archived),
    ];
    let facts = facts.map(|(label, n)| view! { <Detail term=label>{n}</Detail> });
    let is_good = page.problem.is_none();
    let facts = is_good.then(|| facts.collect_view());
    let acts = is_good.then(|| recent_actions(&here, &page));
    view! {
        <PageHeader title window_title crumbs=crumbs(user, &page.name) />
        {tabs(user, "activity")}
        {form}
        <Card title=messages::in_figures(l)>
            <DescriptionList><Detail term=messages::last_sign_in(l)>{last}</Detail>{facts}</DescriptionList>
        </Card>
        {acts}
    }
    .into_any()
}

fn recent_actions(here: &str, page: &ActivityPage) -> AnyView {
    let l = lang();
    if page.acts.is_empty() {
        return view! { <Card title=messages::recent_actions(l)>{quiet_text(messages::did_nothing(l))}</Card> }.into_any();
    }
    let lines = page.acts.iter().map(|Act { line, to }| {
        let to = to.as_ref().map(|(user, name)| view! { " · " <a href=format!("/users/{user}") dir="auto">{name.clone()}</a> });
        let changes = changes(line);
        view! {
            <li>
                <p><b dir="auto">{labels::actor(l, line)}</b>" "{labels::event(l, line)}{to}</p>
                <p class="meta"><Moment when=line.when.clone() /></p>
                {changes}
            </li>
        }
    });
    let lines = lines.collect_view();
    let period = encode_period(&page.query);
    let pager = forward_pager(here, &period, page.is_first, page.next.clone());
    view! { <Card title=messages::recent_actions(l)><ol class="timeline">{lines}</ol>{pager}</Card> }.into_any()
}
