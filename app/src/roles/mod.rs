//! Roles: what there are, whom each is for, what it allows and how far, which roles it gives and manages, who holds it.

mod api;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use usher_types::Permission;
use usher_types::roles::{RoleName, RolePage as Page, RoleRow};

use self::api::{role_list, role_page};
use crate::ui::{lang, loaded};
use crate::{say, words};

/// `/roles`.
#[component]
pub fn RoleListPage() -> impl IntoView {
    let l = lang();
    let list = Resource::new(|| (), |()| role_list());
    view! {
        <Title text=words::roles(l) />
        <div class="head"><div><h1>{words::roles(l)}</h1><p class="quiet">{words::roles_are(l)}</p></div></div>
        <section class="card" aria-label=words::roles(l)>{loaded(list, table)}</section>
    }
    .into_any()
}

fn table(rows: Vec<RoleRow>) -> AnyView {
    let l = lang();
    let rows = rows.into_iter().map(|row| {
        view! {
            <tr>
                <th scope="row"><a href=address(&row.role) dir="auto">{say::role(l, &row.role)}</a></th>
                <td data-label=words::whom_for(l) data-priority="2">{say::whom(l, &row.role, &row.whom)}</td>
                <td data-label=words::holders(l) data-priority="1">{say::people(l, row.holders.count, row.holders.more)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{words::role(l)}</th>
                    <th scope="col">{words::whom_for(l)}</th>
                    <th scope="col">{words::holders(l)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// `/roles/:code`.
#[component]
pub fn RoleDetailPage() -> impl IntoView {
    let params = use_params_map();
    let page = Resource::new(move || params.with(|params| params.get("code").unwrap_or_default()), role_page);
    loaded(page, show)
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let name = say::role(l, &page.row.role);
    let held = format!("/users?role={}", page.row.role.code());
    let allows = Permission::ALL.iter().filter(|permission| permission.is_given_by_roles()).map(|permission| {
        let reach = page.allows.iter().find(|(allowed, _)| allowed == permission).map(|(_, reach)| *reach);
        let (class, reach) = reach.map_or(("badge none", words::reach_none(l)), |reach| ("badge good", say::reach(l, reach)));
        view! { <dt>{say::permission(l, *permission)}</dt><dd><span class=class>{reach}</span></dd> }
    });
    let allows = allows.collect_view();
    view! {
        <Title text=name.clone() />
        <div class="head">
            <div>
                <p class="crumb"><a href="/roles">{words::roles(l)}</a></p>
                <h1 dir="auto">{name}</h1>
                <p class="quiet" dir="auto">{say::whom(l, &page.row.role, &page.row.whom)}</p>
            </div>
            <a class="button" href=held>{words::held_by(l, say::people(l, page.row.holders.count, page.row.holders.more))}</a>
        </div>
        <div class="stack">
            <section class="card"><h2>{words::permissions(l)}</h2><dl>{allows}</dl></section>
            {others(words::may_give(l), words::may_give_why(l), &page.gives)}
            {others(words::may_manage(l), words::may_manage_why(l), &page.manages)}
        </div>
    }
    .into_any()
}

fn others(title: String, why: String, roles: &[RoleName]) -> AnyView {
    let l = lang();
    let names = roles.iter().map(|role| view! { <a class="badge" href=address(role) dir="auto">{say::role(l, role)}</a> });
    let names = if roles.is_empty() {
        view! { <span class="quiet">{words::none(l)}</span> }.into_any()
    } else {
        view! { <span class="row">{names.collect_view()}</span> }.into_any()
    };
    view! { <section class="card"><h2>{title}</h2><div class="body"><p class="quiet small">{why}</p>{names}</div></section> }.into_any()
}

fn address(role: &RoleName) -> String {
    format!("/roles/{}", role.code())
}
