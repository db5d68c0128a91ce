//! `/users/:id/access`: the permissions of a user, their reach, and where they come from.

use leptos::prelude::*;
use leptos_meta::Title;
use usher_types::access::AccessPage;
use usher_types::{Permission, RoleName, UserId};

use super::api::user_access;
use super::{cover_period, id_param};
use crate::roles::badges;
use crate::ui::{lang, load, loaded, page_context};
use crate::{labels, messages};

/// The tabs of the page of a user that the signed-in user may open.
pub(crate) fn tabs(user: UserId, here: &'static str) -> Option<AnyView> {
    let l = lang();
    let me = page_context().me?;
    let holds = |permission| me.grants.reaches_others(permission);
    let parts = [
        ("access", messages::access(l), holds(Permission::ViewRoles)),
        (
            "caseload",
            messages::caseload(l),
            me.grants.has(Permission::ViewClients),
        ),
        (
            "activity",
            messages::activity(l),
            holds(Permission::ViewActivity),
        ),
    ];
    let others: Vec<_> = parts.into_iter().filter(|(.., is_seen)| *is_seen).collect();
    if others.is_empty() || !holds(Permission::ViewUsers) {
        return None;
    }
    let tab = |to: &'static str, label: String| {
        let current = (to == here).then_some("page");
        let address = if to.is_empty() {
            format!("/users/{user}")
        } else {
            format!("/users/{user}/{to}")
        };
        view! { <a href=address aria-current=current>{label}</a> }
    };
    let others = others
        .into_iter()
        .map(|(to, label, _)| tab(to, label))
        .collect_view();
    Some(view! { <nav class="tabs" aria-label=messages::parts(l)>{tab("", messages::details(l))}{others}</nav> }.into_any())
}

/// `/users/:id/access`.
#[component]
pub fn UserAccessPage() -> impl IntoView {
    let id = id_param();
    loaded(load(move || id.get(), user_access), show)
}

fn show(page: AccessPage) -> AnyView {
    let l = lang();
    let sees = messages::sees_people(l, labels::visible_counts(l, &page.sight));
    let title = messages::access_of(l, &page.name);
    let lines = page.lines.iter().map(|line| {
        let why = line.why.iter().map(|(role, reach)| messages::by_role(l, labels::role(l, role), labels::reach(l, *reach).to_lowercase()));
        let why = why.collect::<Vec<_>>().join(" · ");
        view! {
            <tr>
                <th scope="row">{labels::permission(l, line.permission)}</th>
                <td data-label=messages::how_far(l) data-priority="1"><span class="badge good">{labels::reach(l, line.reach)}</span></td>
                <td data-label=messages::why(l) data-priority="1" dir="auto">{why}</td>
            </tr>
        }
    });
    let lines = lines.collect_view();
    let cut = page.office.map(|office| {
        view! { <li><span><a href=format!("/offices/{}", office.id) dir="auto">{office.name}</a><span class="hint">{messages::office_hint(l)}</span></span></li> }
    });
    let teams = page.teams.into_iter().map(|team| {
        view! { <li><span><a href=format!("/teams/{}", team.id) dir="auto">{team.name}</a><span class="hint">{messages::team_widens(l)}</span></span></li> }
    });
    let teams = teams.collect_view();
    let covers = page.covers.iter().map(|cover| {
        let when = cover_period(l, cover);
        view! {
            <li><span><a href=format!("/teams/{}", cover.team.id) dir="auto">{messages::covers_team(l, &cover.team.name)}</a><span class="hint">{when}</span></span></li>
        }
    });
    let covers = covers.collect_view();
    let is_plain = cut.is_none() && teams.is_empty() && covers.is_empty();
    view! {
        <Title text=title.clone() />
        <div class="head">
            <div>
                <p class="crumb"><a href="/users">{messages::users(l)}</a><a href=format!("/users/{}", page.user) dir="auto">{page.name.clone()}</a></p>
                <h1 dir="auto">{title}</h1>
                <p class="quiet">{sees}</p>
            </div>
        </div>
        {tabs(page.user, "access")}
        <div class="stack">
            <section class="card">
                <h2>{messages::permissions(l)}</h2>
                <table>
                    <thead><tr><th scope="col">{messages::what(l)}</th><th scope="col">{messages::how_far(l)}</th><th scope="col">{messages::why(l)}</th></tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </section>
            <section class="card">
                <h2>{messages::place(l)}</h2>
                {is_plain.then(|| view! { <div class="body quiet">{messages::not_narrowed(l)}</div> })}
                <ul class="lines">{cut}{teams}{covers}</ul>
            </section>
            {others(messages::may_give(l), &page.gives)}
            {others(messages::may_manage(l), &page.manages)}
        </div>
    }
    .into_any()
}

fn others(title: String, roles: &[RoleName]) -> AnyView {
    view! { <section class="card"><h2>{title}</h2><div class="body">{badges(roles)}</div></section> }.into_any()
}
