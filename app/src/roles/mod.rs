//! Roles: what there are, whom each is for, what it allows and how far, which roles it gives and manages, who holds it; and making,
//! changing and retiring an organisation's own. Its forms are posted plainly: nothing on them is checked as it is typed.

mod api;
mod edit;
mod retire;

pub use edit::{RoleEditPage, RoleNewPage};
pub use retire::RoleRetirePage;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use usher_types::Permission;
use usher_types::audit::Subject;
use usher_types::permission::Area;
use usher_types::roles::{Requires, RoleList, RoleName, RolePage as Page, RoleRow};

use self::api::{role_list, role_page};
use crate::ui::{lang, load, loaded, visit};
use crate::users::activity;
use crate::{say, words};

fn may_make() -> bool {
    visit().me.is_some_and(|me| me.grants.reaches_others(Permission::EditRoles))
}

/// Who makes roles need not see them.
fn sees() -> bool {
    visit().me.is_some_and(|me| me.grants.reaches_others(Permission::ViewRoles))
}

/// The way back to the list, for who may see it.
fn crumb() -> Option<AnyView> {
    sees().then(|| view! { <a href="/roles">{words::roles(lang())}</a> }.into_any())
}

/// The role's code in the address.
fn code_of_address() -> Signal<String> {
    let params = use_params_map();
    Signal::derive(move || params.with(|params| params.get("code").unwrap_or_default()))
}

/// `/roles`.
#[component]
pub fn RoleListPage() -> impl IntoView {
    let l = lang();
    let list = load(|| (), |()| role_list());
    view! {
        <Title text=words::roles(l) />
        <div class="head">
            <div><h1>{words::roles(l)}</h1><p class="quiet">{words::roles_are(l)}</p></div>
            {may_make().then(|| view! { <a class="button main" href="/roles/new">{words::new_role(l)}</a> })}
        </div>
        {loaded(list, table)}
    }
    .into_any()
}

fn table(list: RoleList) -> AnyView {
    let l = lang();
    let few = list.few_administrators.then(|| {
        view! { <div class="notice warn"><h2>{words::few_administrators(l)}</h2><p>{words::few_administrators_why(l)}</p></div> }
    });
    let rows = list.rows.into_iter().map(row).collect_view();
    view! {
        {few}
        <section class="card" aria-label=words::roles(l)>
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
        </section>
    }
    .into_any()
}

fn row(row: RoleRow) -> AnyView {
    let l = lang();
    let made_here = row.role.built_in.is_none().then(|| view! { " " <span class="badge">{words::made_here(l)}</span> });
    view! {
        <tr>
            <th scope="row"><a href=address(&row.role) dir="auto">{say::role(l, &row.role)}</a>{made_here}</th>
            <td data-label=words::whom_for(l) data-priority="2" dir="auto">{say::whom(l, &row.role, &row.whom)}</td>
            <td data-label=words::holders(l) data-priority="1">{say::people(l, row.holders.count, row.holders.more)}</td>
        </tr>
    }
    .into_any()
}

/// `/roles/:code`.
#[component]
pub fn RoleDetailPage() -> impl IntoView {
    let code = code_of_address();
    loaded(load(move || code.get(), role_page), show)
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let name = say::role(l, &page.row.role);
    let retired = page.retired.as_ref().map(|when| view! { <p><span class="badge bad">{words::retired(l, &when.text)}</span></p> });
    let menu = (may_make() && page.retired.is_none()).then(|| menu(&page));
    let held = page.retired.is_none().then(|| {
        let label = words::held_by(l, say::people(l, page.row.holders.count, page.row.holders.more));
        view! { <a class="button" href=holders(&page.row.role)>{label}</a> }
    });
    let class = if menu.is_some() { "two" } else { "stack" };
    let Requires { office, client, record } = page.requires;
    let asked = [(office, words::requires_office(l)), (client, words::requires_client(l)), (record, words::requires_record(l))].into_iter();
    let asked: Vec<_> = asked.filter_map(|(is_asked, what)| is_asked.then_some(what)).collect();
    let requires = if asked.is_empty() { words::requires_nothing(l) } else { asked.join(" ") };
    view! {
        <Title text=name.clone() />
        <div class="head">
            <div>
                <p class="crumb"><a href="/roles">{words::roles(l)}</a></p>
                <h1 dir="auto">{name}</h1>
                <p class="quiet" dir="auto">{say::whom(l, &page.row.role, &page.row.whom)}</p>
                {retired}
            </div>
            {held}
        </div>
        <div class=class>
            {menu}
            <div class="stack">
                {permissions(&page)}
                {others(words::may_give(l), words::may_give_why(l), &page.gives)}
                {others(words::may_manage(l), words::may_manage_why(l), &page.manages)}
                {brings(&page)}
                <section class="card"><h2>{words::requires(l)}</h2><div class="body quiet">{requires}</div></section>
                {activity(page.activity, Subject::Role, page.row.role.code())}
            </div>
        </div>
    }
    .into_any()
}

/// The left-hand menu: only what one may do with this role.
fn menu(page: &Page) -> AnyView {
    let l = lang();
    let (code, may) = (page.row.role.code(), page.may_change);
    view! {
        <nav class="side" aria-label=words::actions(l)>
            {may.then(|| view! { <a href=format!("/roles/{code}/edit")>{words::edit_role(l)}</a> })}
            <a href=format!("/roles/new?from={code}")>{words::clone_role(l)}</a>
            {may.then(|| view! { <a class="danger" href=format!("/roles/{code}/retire")>{words::retire_role(l)}</a> })}
        </nav>
    }
    .into_any()
}

fn permissions(page: &Page) -> AnyView {
    let l = lang();
    // what is one's own is everybody's, by User: other roles do not say so
    let is_held = |area: &Area| page.allows.iter().any(|(permission, _)| permission.area() == Some(*area));
    let shown = |area: &Area| !matches!(area, Area::Own | Area::Installation) || is_held(area);
    let areas = Area::ALL.into_iter().filter(shown).map(|area| {
        // what only the operator's roles can hold is not said of every other role
        let told = |permission: &Permission| !permission.is_operators() || page.allows.iter().any(|(allowed, _)| allowed == permission);
        let lines = area.permissions().filter(told).map(|permission| {
            let reach = page.allows.iter().find(|(allowed, _)| *allowed == permission).map(|(_, reach)| *reach);
            let (class, reach) = reach.map_or(("badge none", words::reach_none(l)), |reach| ("badge good", say::reach(l, reach)));
            view! { <dt>{say::permission(l, permission)}</dt><dd><span class=class>{reach}</span></dd> }
        });
        view! { <h3>{say::area(l, area)}</h3><dl>{lines.collect_view()}</dl> }
    });
    let areas = areas.collect_view();
    view! { <section class="card areas"><h2>{words::permissions(l)}</h2>{areas}</section> }.into_any()
}

fn others(title: String, why: String, roles: &[RoleName]) -> AnyView {
    view! { <section class="card"><h2>{title}</h2><div class="body"><p class="quiet small">{why}</p>{badges(roles)}</div></section> }
        .into_any()
}

/// The dashboards the role brings; they are looked at by who makes them alone.
fn brings(page: &Page) -> AnyView {
    let l = lang();
    let makes = visit().me.is_some_and(|me| me.grants.reaches_others(Permission::ManageDashboards));
    let names = page.brings.iter().map(|one| {
        let name = say::dashboard(l, one);
        if makes {
            view! { <a class="badge" href=format!("/dashboards/{}/edit", one.id) dir="auto">{name}</a> }.into_any()
        } else {
            view! { <span class="badge" dir="auto">{name}</span> }.into_any()
        }
    });
    let names: Vec<_> = names.collect();
    let names = if names.is_empty() {
        view! { <span class="quiet">{words::none(l)}</span> }.into_any()
    } else {
        view! { <span class="row">{names}</span> }.into_any()
    };
    let why = words::role_dashboards_why(l);
    view! { <section class="card"><h2>{words::dashboards(l)}</h2><div class="body"><p class="quiet small">{why}</p>{names}</div></section> }
        .into_any()
}

/// Roles by their names, each leading to its page.
pub(crate) fn badges(roles: &[RoleName]) -> AnyView {
    let l = lang();
    if roles.is_empty() {
        return view! { <span class="quiet">{words::none(l)}</span> }.into_any();
    }
    let names = roles.iter().map(|role| view! { <a class="badge" href=address(role) dir="auto">{say::role(l, role)}</a> });
    view! { <span class="row">{names.collect_view()}</span> }.into_any()
}

fn address(role: &RoleName) -> String {
    format!("/roles/{}", role.code())
}

/// The list of who holds a role.
fn holders(role: &RoleName) -> String {
    format!("/users?role={}", role.code())
}
