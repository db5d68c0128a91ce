//! `/users/:id/activity`: what a user did in a period.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::reports::{Act, ActivityPage, ActivityQuery};

use super::api::activity_page;
use super::{encode_period, page_title, period_form, period_params};
use crate::ui::{Moment, lang, load, loaded};
use crate::users::{id_param, tabs};
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
    let form = period_form(here.clone(), &page.query, page.problem.as_ref());
    let last = match page.last_sign_in.clone() {
        Some(when) => view! { <Moment when /> }.into_any(),
        None => view! { <span class="quiet">{messages::never(l)}</span> }.into_any(),
    };
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
    let facts = facts.map(|(label, n)| view! { <dt>{label}</dt><dd>{n}</dd> });
    let is_good = page.problem.is_none();
    let facts = is_good.then(|| facts.collect_view());
    let acts = is_good.then(|| recent_actions(&here, &page));
    view! {
        <Title text=page_title(&title, page.problem.as_ref()) />
        <div class="head">
            <div>
                <p class="crumb"><a href="/users">{messages::users(l)}</a><a href=format!("/users/{user}") dir="auto">{page.name.clone()}</a></p>
                <h1 dir="auto">{title}</h1>
            </div>
        </div>
        {tabs(user, "activity")}
        {form}
        <section class="card">
            <h2>{messages::in_figures(l)}</h2>
            <dl><dt>{messages::last_sign_in(l)}</dt><dd>{last}</dd>{facts}</dl>
        </section>
        {acts}
    }
    .into_any()
}

fn recent_actions(here: &str, page: &ActivityPage) -> AnyView {
    let l = lang();
    if page.acts.is_empty() {
        return view! { <section class="card"><h2>{messages::recent_actions(l)}</h2><div class="body quiet">{messages::did_nothing(l)}</div></section> }.into_any();
    }
    let lines = page.acts.iter().map(|Act { line, to }| {
        let to = to.as_ref().map(|(user, name)| view! { " · " <a href=format!("/users/{user}") dir="auto">{name.clone()}</a> });
        let changes = crate::users::changes(line);
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
    let first = (!page.is_first).then(|| view! { <a class="button slim" href=format!("{here}?{period}")>{messages::first(l)}</a> });
    let next = page
        .next
        .as_ref()
        .map(|next| view! { <a class="button slim" rel="next" href=format!("{here}?{period}&after={next}")>{messages::next(l)}</a> });
    let pager = (first.is_some() || next.is_some()).then(|| {
        view! { <div class="foot"><span class="grow"></span><nav class="pager" aria-label=messages::pages(l)>{first}{next}</nav></div> }
    });
    view! { <section class="card"><h2>{messages::recent_actions(l)}</h2><ol class="timeline">{lines}</ol>{pager}</section> }.into_any()
}
