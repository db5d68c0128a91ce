//! What the pages of several contexts show of people: the table, the status, and the links and tabs
//! at the top of a page about one person.

use leptos::prelude::*;
use usher_types::users::{Row, Status};
use usher_types::{Permission, UserId};

use crate::ui::{
    Column, DataTable, Icon, Link, Moment, TableRow, lang, moment_or_never, page_context,
};
use crate::{labels, messages};

/// The list of users, for links back.
pub(crate) fn list() -> Link {
    Link::new("/users", messages::users(lang()))
}

/// The pages above a page of a user.
pub(crate) fn crumbs(user: UserId, name: &str) -> [Link; 2] {
    [list(), Link::new(format!("/users/{user}"), name.to_owned())]
}

/// The status of a user, as a badge.
#[component]
pub(crate) fn StatusBadge(status: Status) -> impl IntoView {
    let class = match status {
        Status::Active => "badge good",
        Status::Invited => "badge warn",
        Status::NoWayIn => "badge bad",
        Status::Archived => "badge none",
    };
    view! { <span class=class>{labels::status(lang(), status)}</span> }
}

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

/// The table of users.
pub(crate) fn table(rows: Vec<Row>) -> AnyView {
    let l = lang();
    let columns = [
        Column::new(messages::name(l)).sorted("ascending"),
        Column::new(messages::login_name_and_email(l)).class("login"),
        Column::new(messages::roles(l)).class("what"),
        Column::new(messages::status(l)).first(),
        Column::new(messages::created(l)).last().class("date quiet"),
        Column::new(messages::last_activity(l)).class("date quiet seen"),
        Column::actions(),
    ];
    let rows = rows.into_iter().map(row).collect();
    view! { <DataTable class="people" columns rows /> }.into_any()
}

fn row(row: Row) -> TableRow {
    let l = lang();
    let address = format!("/users/{}", row.id);
    let roles = row.roles.iter().map(|role| labels::role(l, role));
    let roles = roles.collect::<Vec<_>>().join(", ");
    let title = roles.clone();
    let remove = row.may.archive.then(|| {
        let label = messages::remove_member(l, &row.name);
        view! { <a href=format!("{address}/archive") aria-label=label>{messages::remove(l)}</a> }
    });
    let menu = row_menu(&row, &address);
    let name = view! {
        <span class="person">
            <span class="face" aria-hidden="true">{row.initials}</span>
            <a href=address.clone() dir="auto">{row.name}</a>
        </span>
    };
    TableRow::new(name)
        .cell(login_and_email(row.login_name, row.email))
        .cell(view! { <span title=title>{roles}</span> })
        .cell(view! { <StatusBadge status=row.status /> })
        .cell(view! { <Moment when=row.created /> })
        .cell(moment_or_never(row.last_activity))
        .cell(view! { {remove}{menu} })
}

/// The frequent actions on a person, in the order of the menu on their page.
fn row_menu(row: &Row, address: &str) -> Option<AnyView> {
    let l = lang();
    let acts = [
        ("edit", "edit", messages::edit_details(l), row.may.edit),
        ("roles", "role", messages::add_a_role(l), row.may.roles),
        (
            "password",
            "lock",
            messages::change_password(l),
            row.may.way_in,
        ),
        ("coverage", "team", messages::team_coverage(l), row.may.edit),
        (
            "invite",
            "mail",
            messages::send_invitation(l),
            row.may.way_in,
        ),
        (
            "restore",
            "refresh",
            messages::restore_user(l),
            row.may.restore,
        ),
        (
            "archive",
            "archive",
            messages::archive_user(l),
            row.may.archive,
        ),
    ];
    let links = acts.into_iter().filter(|(.., is_allowed)| *is_allowed);
    let links: Vec<_> = links
        .map(|(path, icon, label, _)| {
            let class = (path == "archive").then_some("danger");
            view! { <a class=class href=format!("{address}/{path}")><Icon id=icon />{label}</a> }
        })
        .collect();
    if links.is_empty() {
        return None;
    }
    let label = messages::actions_for(l, &row.name);
    let menu = view! {
        <details class="dropdown" name="row">
            <summary class="button slim icon-only" aria-label=label.clone() title=label><Icon id="more" /></summary>
            <div class="panel">{links}</div>
        </details>
    };
    Some(menu.into_any())
}

/// The login name, and the address as far as it says more. Where the room is short, only the address
/// is cut: the title and the user's page have all of it.
fn login_and_email(login_name: String, email: Option<String>) -> AnyView {
    let l = lang();
    let title = email.clone();
    let rest = match email {
        None => format!(" · {}", messages::no_email(l)),
        Some(email) if email == login_name => String::new(),
        Some(email) => match email.strip_prefix(&login_name) {
            Some(domain) if domain.starts_with('@') => domain.to_owned(),
            _ => format!(" · {email}"),
        },
    };
    view! { <bdi dir="auto" title=title>{login_name}<wbr /><span class="quiet">{rest}</span></bdi> }
        .into_any()
}
