//! `/users/:id/access`: the permissions of a user, their reach, and where they come from.

use leptos::prelude::*;
use usher_types::RoleName;
use usher_types::access::AccessPage;

use super::api::user_access;
use crate::people::{crumbs, tabs};
use crate::roles::badges;
use crate::ui::{
    Card, Column, DataTable, PageHeader, TableRow, id_param, lang, load, loaded, quiet_text,
};
use crate::{labels, messages};

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
    let rows = page.lines.iter().map(|line| {
        let why = line.why.iter().map(|(role, reach)| {
            messages::by_role(
                l,
                labels::role(l, role),
                labels::reach(l, *reach).to_lowercase(),
            )
        });
        let why = why.collect::<Vec<_>>().join(" · ");
        TableRow::new(labels::permission(l, line.permission))
            .cell(view! { <span class="badge good">{labels::reach(l, line.reach)}</span> })
            .cell(view! { <span dir="auto">{why}</span> })
    });
    let rows = rows.collect();
    let columns = [
        Column::new(messages::what(l)),
        Column::new(messages::how_far(l)).first(),
        Column::new(messages::why(l)).first(),
    ];
    let cut = page.office.map(|office| {
        view! { <li><span><a href=format!("/offices/{}", office.id) dir="auto">{office.name}</a><span class="hint">{messages::office_hint(l)}</span></span></li> }
    });
    let teams = page.teams.into_iter().map(|team| {
        view! { <li><span><a href=format!("/teams/{}", team.id) dir="auto">{team.name}</a><span class="hint">{messages::team_widens(l)}</span></span></li> }
    });
    let teams = teams.collect_view();
    let covers = page.covers.iter().map(|cover| {
        let when = labels::cover_period(l, cover);
        view! {
            <li><span><a href=format!("/teams/{}", cover.team.id) dir="auto">{messages::covers_team(l, &cover.team.name)}</a><span class="hint">{when}</span></span></li>
        }
    });
    let covers = covers.collect_view();
    let is_plain = cut.is_none() && teams.is_empty() && covers.is_empty();
    view! {
        <PageHeader title crumbs=crumbs(page.user, &page.name) lead=sees />
        {tabs(page.user, "access")}
        <div class="stack">
            <Card title=messages::permissions(l)><DataTable columns rows /></Card>
            <Card title=messages::place(l)>
                {is_plain.then(|| quiet_text(messages::not_narrowed(l)))}
                <ul class="lines">{cut}{teams}{covers}</ul>
            </Card>
            {others(messages::may_give(l), &page.gives)}
            {others(messages::may_manage(l), &page.manages)}
        </div>
    }
    .into_any()
}

fn others(title: String, roles: &[RoleName]) -> AnyView {
    view! { <Card title><div class="body">{badges(roles)}</div></Card> }.into_any()
}
