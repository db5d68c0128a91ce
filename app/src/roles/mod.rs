//! Roles: the list, the page of a role, and creating, editing and retiring custom roles. The forms
//! are plain POSTs without validation in the browser.

mod api;
mod edit;
mod retire;

pub use edit::{RoleEditPage, RoleNewPage};
pub use retire::RoleRetirePage;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use usher_types::audit::Subject;
use usher_types::roles::{Requires, RoleList, RolePage as Page, RoleRow};
use usher_types::{Area, Permission, RoleName};

use self::api::{role_list, role_page};
use crate::ui::{lang, load, loaded, page_context};
use crate::users::activity;
use crate::{labels, messages};

fn may_edit_roles() -> bool {
    page_context()
        .me
        .is_some_and(|me| me.grants.reaches_others(Permission::EditRoles))
}

/// Whether the user may view roles. The permission to edit roles does not include it.
fn may_view_roles() -> bool {
    page_context()
        .me
        .is_some_and(|me| me.grants.reaches_others(Permission::ViewRoles))
}

/// The link back to the list, if the user may view it.
fn crumb() -> Option<AnyView> {
    may_view_roles().then(|| view! { <a href="/roles">{messages::roles(lang())}</a> }.into_any())
}

/// The code of the role from the address.
fn code_param() -> Signal<String> {
    let params = use_params_map();
    Signal::derive(move || params.with(|params| params.get("code").unwrap_or_default()))
}

/// `/roles`.
#[component]
pub fn RoleListPage() -> impl IntoView {
    let l = lang();
    let list = load(|| (), |()| role_list());
    view! {
        <Title text=messages::roles(l) />
        <div class="head">
            <div><h1>{messages::roles(l)}</h1><p class="quiet">{messages::roles_are(l)}</p></div>
            {may_edit_roles().then(|| view! { <a class="button main" href="/roles/new">{messages::new_role(l)}</a> })}
        </div>
        {loaded(list, table)}
    }
    .into_any()
}

fn table(list: RoleList) -> AnyView {
    let l = lang();
    let few = list.few_administrators.then(|| {
        view! { <div class="notice warn"><h2>{messages::few_administrators(l)}</h2><p>{messages::few_administrators_why(l)}</p></div> }
    });
    let rows = list.rows.into_iter().map(row).collect_view();
    view! {
        {few}
        <section class="card" aria-label=messages::roles(l)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{messages::role(l)}</th>
                        <th scope="col">{messages::whom_for(l)}</th>
                        <th scope="col">{messages::holders(l)}</th>
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
    let made_here = row
        .role
        .built_in
        .is_none()
        .then(|| view! { " " <span class="badge">{messages::made_here(l)}</span> });
    view! {
        <tr>
            <th scope="row"><a href=address(&row.role) dir="auto">{labels::role(l, &row.role)}</a>{made_here}</th>
            <td data-label=messages::whom_for(l) data-priority="2" dir="auto">{labels::role_purpose(l, &row.role, &row.whom)}</td>
            <td data-label=messages::holders(l) data-priority="1">{labels::people(l, row.holders.count, row.holders.more)}</td>
        </tr>
    }
    .into_any()
}

/// `/roles/:code`.
#[component]
pub fn RoleDetailPage() -> impl IntoView {
    let code = code_param();
    loaded(load(move || code.get(), role_page), show)
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let name = labels::role(l, &page.row.role);
    let retired = page.retired.as_ref().map(
        |when| view! { <p><span class="badge bad">{messages::retired(l, &when.text)}</span></p> },
    );
    let menu = (may_edit_roles() && page.retired.is_none()).then(|| menu(&page));
    let held = page.retired.is_none().then(|| {
        let label = messages::held_by(
            l,
            labels::people(l, page.row.holders.count, page.row.holders.more),
        );
        view! { <a class="button" href=holders(&page.row.role)>{label}</a> }
    });
    let class = if menu.is_some() { "two" } else { "stack" };
    let Requires {
        office,
        client,
        record,
    } = page.requires;
    let requirements = [
        (office, messages::requires_office(l)),
        (client, messages::requires_client(l)),
        (record, messages::requires_record(l)),
    ]
    .into_iter();
    let requirements: Vec<_> = requirements
        .filter_map(|(is_required, what)| is_required.then_some(what))
        .collect();
    let requires = if requirements.is_empty() {
        messages::requires_nothing(l)
    } else {
        requirements.join(" ")
    };
    view! {
        <Title text=name.clone() />
        <div class="head">
            <div>
                <p class="crumb"><a href="/roles">{messages::roles(l)}</a></p>
                <h1 dir="auto">{name}</h1>
                <p class="quiet" dir="auto">{labels::role_purpose(l, &page.row.role, &page.row.whom)}</p>
                {retired}
            </div>
            {held}
        </div>
        <div class=class>
            {menu}
            <div class="stack">
                {permissions(&page)}
                {others(messages::may_give(l), messages::may_give_why(l), &page.gives)}
                {others(messages::may_manage(l), messages::may_manage_why(l), &page.manages)}
                {brings(&page)}
                <section class="card"><h2>{messages::requires(l)}</h2><div class="body quiet">{requires}</div></section>
                {activity(page.activity, Subject::Role, page.row.role.code())}
            </div>
        </div>
    }
    .into_any()
}

/// The side menu, with the actions that the user has permission for.
fn menu(page: &Page) -> AnyView {
    let l = lang();
    let (code, may) = (page.row.role.code(), page.may_change);
    view! {
        <nav class="side" aria-label=messages::actions(l)>
            {may.then(|| view! { <a href=format!("/roles/{code}/edit")>{messages::edit_role(l)}</a> })}
            <a href=format!("/roles/new?from={code}")>{messages::clone_role(l)}</a>
            {may.then(|| view! { <a class="danger" href=format!("/roles/{code}/retire")>{messages::retire_role(l)}</a> })}
        </nav>
    }
    .into_any()
}

fn permissions(page: &Page) -> AnyView {
    let l = lang();
    // everybody has the permissions on their own data through User, so other roles do not list them
    let is_held = |area: &Area| {
        page.allows
            .iter()
            .any(|(permission, _)| permission.area() == Some(*area))
    };
    let shown = |area: &Area| !matches!(area, Area::Own | Area::Installation) || is_held(area);
    let areas = Area::ALL.into_iter().filter(shown).map(|area| {
        // permissions of the operator are only listed for roles that have them
        let is_shown = |permission: &Permission| !permission.is_operators() || page.allows.iter().any(|(allowed, _)| allowed == permission);
        let lines = area.permissions().filter(is_shown).map(|permission| {
            let reach = page.allows.iter().find(|(allowed, _)| *allowed == permission).map(|(_, reach)| *reach);
            let (class, reach) = reach.map_or(("badge none", messages::reach_none(l)), |reach| ("badge good", labels::reach(l, reach)));
            view! { <dt>{labels::permission(l, permission)}</dt><dd><span class=class>{reach}</span></dd> }
        });
        view! { <h3>{labels::area(l, area)}</h3><dl>{lines.collect_view()}</dl> }
    });
    let areas = areas.collect_view();
    view! { <section class="card areas"><h2>{messages::permissions(l)}</h2>{areas}</section> }
        .into_any()
}

fn others(title: String, why: String, roles: &[RoleName]) -> AnyView {
    view! { <section class="card"><h2>{title}</h2><div class="body"><p class="quiet small">{why}</p>{badges(roles)}</div></section> }
        .into_any()
}

/// The dashboards that the role includes. Only users who manage dashboards get links.
fn brings(page: &Page) -> AnyView {
    let l = lang();
    let makes = page_context()
        .me
        .is_some_and(|me| me.grants.reaches_others(Permission::ManageDashboards));
    let names = page.brings.iter().map(|one| {
        let name = labels::dashboard(l, one);
        if makes {
            view! { <a class="badge" href=format!("/dashboards/{}/edit", one.id) dir="auto">{name}</a> }.into_any()
        } else {
            view! { <span class="badge" dir="auto">{name}</span> }.into_any()
        }
    });
    let names: Vec<_> = names.collect();
    let names = if names.is_empty() {
        view! { <span class="quiet">{messages::none_of_these(l)}</span> }.into_any()
    } else {
        view! { <span class="row">{names}</span> }.into_any()
    };
    let why = messages::role_dashboards_why(l);
    view! { <section class="card"><h2>{messages::dashboards(l)}</h2><div class="body"><p class="quiet small">{why}</p>{names}</div></section> }
        .into_any()
}

/// The names of roles, as links to their pages.
pub(crate) fn badges(roles: &[RoleName]) -> AnyView {
    let l = lang();
    if roles.is_empty() {
        return view! { <span class="quiet">{messages::none_of_these(l)}</span> }.into_any();
    }
    let names = roles.iter().map(
        |role| view! { <a class="badge" href=address(role) dir="auto">{labels::role(l, role)}</a> },
    );
    view! { <span class="row">{names.collect_view()}</span> }.into_any()
}

fn address(role: &RoleName) -> String {
    format!("/roles/{}", role.code())
}

/// The address of the list of users with a role.
fn holders(role: &RoleName) -> String {
    format!("/users?role={}", role.code())
}
