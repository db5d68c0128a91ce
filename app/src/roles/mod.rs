//! Roles: the list, the page of a role, and creating, editing and retiring custom roles. The forms
//! are plain POSTs without validation in the browser.

mod api;
mod edit;
mod retire;

pub use edit::{RoleEditPage, RoleNewPage};
pub use retire::RoleRetirePage;

use leptos::prelude::*;
use usher_types::audit::Subject;
use usher_types::roles::{Requires, RoleList, RolePage as Page, RoleRow};
use usher_types::{Area, Permission, RoleName};

use self::api::{role_list, role_page};
use crate::activity::activity;
use crate::ui::{
    Card, Column, DataTable, DescriptionList, Detail, EmptyList, Link, ListPage, PageBody,
    PageHeader, SideMenu, TableRow, lang, load, loaded, may, path_param, quiet_text,
};
use crate::{labels, messages};

fn may_edit_roles() -> bool {
    may(Permission::EditRoles)
}

/// Whether the user may view roles. The permission to edit roles does not include it.
fn may_view_roles() -> bool {
    may(Permission::ViewRoles)
}

/// The list of roles, for links back.
fn list() -> Link {
    Link::new("/roles", messages::roles(lang()))
}

/// The pages above a page about a role, if the user may view them.
fn crumbs(role: Option<&RoleName>) -> Vec<Link> {
    if !may_view_roles() {
        return Vec::new();
    }
    let role = role.map(|role| Link::new(address(role), labels::role(lang(), role)));
    std::iter::once(list()).chain(role).collect()
}

/// The code of the role from the address.
fn code_param() -> Signal<String> {
    path_param("code")
}

/// `/roles`.
#[component]
pub fn RoleListPage() -> impl IntoView {
    loaded(load(|| (), |()| role_list()), page)
}

fn page(list: RoleList) -> AnyView {
    let l = lang();
    let few = list.few_administrators.then(|| {
        view! { <div class="notice warn"><h2>{messages::few_administrators(l)}</h2><p>{messages::few_administrators_why(l)}</p></div> }.into_any()
    });
    let add = may_edit_roles().then(|| Link::new("/roles/new", messages::new_role(l)));
    let table = Some(table(list.rows));
    let empty = EmptyList::new("role", messages::roles(l), messages::roles_are(l));
    view! { <ListPage title=messages::roles(l) lead=messages::roles_are(l) notice=few add table empty /> }
        .into_any()
}

fn table(rows: Vec<RoleRow>) -> AnyView {
    let l = lang();
    let columns = [
        Column::new(messages::role(l)),
        Column::new(messages::role_purpose(l)),
        Column::new(messages::holders(l)).first(),
    ];
    let rows = rows.into_iter().map(|row| {
        let role = &row.role;
        let is_custom = role.built_in.is_none();
        let custom =
            is_custom.then(|| view! { " " <span class="badge">{messages::made_here(l)}</span> });
        TableRow::new(
            view! { <a href=address(role) dir="auto">{labels::role(l, role)}</a>{custom} },
        )
        .cell(view! { <span dir="auto">{labels::role_purpose(l, role, &row.purpose)}</span> })
        .cell(labels::people(l, row.holders.count, row.holders.more))
    });
    let rows = rows.collect();
    view! { <DataTable columns rows /> }.into_any()
}

/// `/roles/:code`.
#[component]
pub fn RoleDetailPage() -> impl IntoView {
    let code = code_param();
    loaded(load(move || code.get(), role_page), show)
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let role = page.row.role.clone();
    let is_in_use = page.retired.is_none();
    let retired = page.retired.as_ref().map(|when| {
        view! { <p><span class="badge bad">{messages::retired(l, &when.text)}</span></p> }
            .into_any()
    });
    let menu = (may_edit_roles() && is_in_use).then(|| menu(&page));
    let people = labels::people(l, page.row.holders.count, page.row.holders.more);
    let held = is_in_use.then(
        || view! { <a class="button" href=holders(&role)>{messages::held_by(l, people)}</a> },
    );
    view! {
        <PageHeader title=labels::role(l, &role) crumbs=[list()] lead=labels::role_purpose(l, &role, &page.row.purpose) below=retired>
            {held}
        </PageHeader>
        <PageBody menu>
            {permissions(&page)}
            {others(messages::may_give(l), messages::may_give_why(l), &page.gives)}
            {others(messages::may_manage(l), messages::may_manage_why(l), &page.manages)}
            {brings(&page)}
            {requirements(page.requires)}
            {activity(page.activity, Subject::Role, role.code())}
        </PageBody>
    }
    .into_any()
}

fn requirements(requires: Requires) -> AnyView {
    let l = lang();
    let requirements = [
        (requires.office, messages::requires_office(l)),
        (requires.client, messages::requires_client(l)),
        (requires.record, messages::requires_record(l)),
    ]
    .into_iter()
    .filter_map(|(is_required, what)| is_required.then_some(what))
    .collect::<Vec<_>>();
    let text = if requirements.is_empty() {
        messages::requires_nothing(l)
    } else {
        requirements.join(" ")
    };
    view! { <Card title=messages::requires(l)>{quiet_text(text)}</Card> }.into_any()
}

/// The side menu, with the actions that the user has permission for.
fn menu(page: &Page) -> AnyView {
    let l = lang();
    let (code, may_change) = (page.row.role.code(), page.may_change);
    view! {
        <SideMenu>
            {may_change.then(|| view! { <a href=format!("/roles/{code}/edit")>{messages::edit_role(l)}</a> })}
            <a href=format!("/roles/new?from={code}")>{messages::clone_role(l)}</a>
            {may_change.then(|| view! { <a class="danger" href=format!("/roles/{code}/retire")>{messages::retire_role(l)}</a> })}
        </SideMenu>
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
            view! { <Detail term=labels::permission(l, permission)><span class=class>{reach}</span></Detail> }
        });
        view! { <h3>{labels::area(l, area)}</h3><DescriptionList>{lines.collect_view()}</DescriptionList> }
    });
    let areas = areas.collect_view();
    view! { <section class="card areas"><h2>{messages::permissions(l)}</h2>{areas}</section> }
        .into_any()
}

fn others(title: String, why: String, roles: &[RoleName]) -> AnyView {
    view! { <Card title><div class="body"><p class="quiet small">{why}</p>{badges(roles)}</div></Card> }
        .into_any()
}

/// The dashboards that the role includes. Only users who manage dashboards get links.
fn brings(page: &Page) -> AnyView {
    let l = lang();
    let makes = may(Permission::ManageDashboards);
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
    view! { <Card title=messages::dashboards(l)><div class="body"><p class="quiet small">{why}</p>{names}</div></Card> }
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
