//! `/users`: the list with its search, filters and paging, whose state is in the address.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::Permission;
use usher_types::users::{AttentionFilter, ListQuery, Row, Status, UserList};

use super::StatusBadge;
use super::api::user_list;
use crate::ui::{
    Icon, Moment, cursor, filter, ignored_filters, lang, load, loaded, page_context, pager,
};
use crate::{labels, messages};

/// `/users`.
#[component]
pub fn UserListPage() -> impl IntoView {
    let query = use_query_map();
    let query = Memo::new(move |_| {
        query.with(|query| {
            let text = |name| query.get(name).unwrap_or_default();
            ListQuery {
                q: text("q"),
                status: text("status"),
                role: text("role"),
                office: text("office"),
                team: text("team"),
                list: text("list"),
                lms: text("lms"),
                watch: text("watch"),
                cursor: cursor(query),
            }
        })
    });
    let list = load(move || query.get(), user_list);
    let l = lang();
    view! {
        <Title text=messages::users(l) />
        {loaded(list, page)}
    }
    .into_any()
}

fn page(list: UserList) -> AnyView {
    let l = lang();
    let may_create = page_context()
        .me
        .is_some_and(|me| me.grants.reaches_others(Permission::CreateUsers));
    let query = list.query.clone();
    let people = labels::people(l, list.pages.total, list.pages.more);
    let untold = (list.untold > 0).then(|| view! { <li><a href="/users?status=no_way_in">{messages::untold(l, list.untold)}</a></li> });
    let bank = page_context()
        .me
        .is_some_and(|me| me.grants.reaches_others(Permission::UserBank))
        .then_some(Status::Archived);
    let statuses = Status::LISTED
        .into_iter()
        .chain(bank)
        .map(|status| (status.code().to_owned(), labels::status(l, status)));
    let statuses = filter(
        "status",
        messages::status(l),
        messages::all_statuses(l),
        &query.status,
        statuses,
    );
    let roles = filter(
        "role",
        messages::role(l),
        messages::all_roles(l),
        &query.role,
        list.roles
            .iter()
            .map(|role| (role.code(), labels::role(l, role))),
    );
    let offices = list
        .offices
        .iter()
        .map(|office| (office.id.to_string(), office.name.clone()));
    let offices = filter(
        "office",
        messages::office(l),
        messages::all_offices(l),
        &query.office,
        offices,
    );
    let teams = list
        .teams
        .iter()
        .map(|team| (team.id.to_string(), team.name.clone()));
    let teams = filter(
        "team",
        messages::team(l),
        messages::all_teams(l),
        &query.team,
        teams,
    );
    let lists = list
        .listing
        .lists
        .iter()
        .map(|list| (list.id.to_string(), labels::list(l, list)));
    let lists = filter(
        "list",
        messages::list(l),
        messages::all_lists(l),
        &query.list,
        lists,
    );
    let lms = list
        .listing
        .uses_lms
        .then(|| ("yes".to_owned(), messages::lms_manager(l)));
    let lms = filter(
        "lms",
        messages::lms_manager(l),
        messages::lms_or_not(l),
        &query.lms,
        lms.into_iter(),
    );
    let watched = AttentionFilter::ALL
        .map(|watch| (watch.code().to_owned(), labels::attention_filter(l, watch)));
    let watched = filter(
        "watch",
        messages::look_after(l),
        messages::look_after_anybody(l),
        &query.watch,
        watched.into_iter(),
    );
    let is_filtered = [
        &query.q,
        &query.status,
        &query.role,
        &query.office,
        &query.team,
        &query.list,
        &query.lms,
        &query.watch,
    ]
    .iter()
    .any(|text| !text.is_empty());
    let rows = list.rows.clone();
    let body = if rows.is_empty() {
        empty(is_filtered, may_create)
    } else {
        view! { {table(rows)} {foot(&list, people.clone())} }.into_any()
    };
    view! {
        <div class="head">
            <div>
                <h1>{messages::users(l)}</h1>
                <ul class="stats"><li>{people}</li>{untold}</ul>
            </div>
            {may_create.then(|| view! { <a class="button main" href="/users/new">{messages::add_user(l)}</a> })}
        </div>
        {ignored_filters(list.ignored.clone(), move |name| match name {
            "status" => messages::status(l),
            "role" => messages::role(l),
            "office" => messages::office(l),
            "team" => messages::team(l),
            "list" => messages::list(l),
            _ => messages::look_after(l),
        })}
        <section class="card" aria-label=messages::users(l)>
            <div class="tools">
                <form method="get" action="/users" role="search" autocomplete="off">
                    <input type="search" name="q" class="search" value=query.q.clone() aria-label=messages::search_users(l) placeholder=messages::search_hint(l) dir="auto" />
                    {statuses}
                    {roles}
                    {offices}
                    {teams}
                    {lists}
                    {lms}
                    {watched}
                    <button class="button">{messages::search(l)}</button>
                </form>
                {is_filtered.then(|| view! { <a class="button slim text" href="/users">{messages::show_everybody(l)}</a> })}
            </div>
            {body}
        </section>
    }
    .into_any()
}

fn empty(is_filtered: bool, may_create: bool) -> AnyView {
    let l = lang();
    let (title, why) = if is_filtered {
        (messages::nobody_found(l), messages::nobody_found_why(l))
    } else {
        (messages::nobody_yet(l), messages::nobody_yet_why(l))
    };
    view! {
        <div class="empty">
            <Icon id="users" />
            <h2>{title}</h2>
            <p>{why}</p>
            <p class="row">
                {is_filtered.then(|| view! { <a class="button" href="/users">{messages::show_everybody(l)}</a> })}
                {may_create.then(|| view! { <a class="button main" href="/users/new">{messages::add_user(l)}</a> })}
            </p>
        </div>
    }
    .into_any()
}

/// The table of users.
pub(crate) fn table(rows: Vec<Row>) -> AnyView {
    let l = lang();
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col" aria-sort="ascending">{messages::name(l)}</th>
                    <th scope="col">{messages::login_name(l)}</th>
                    <th scope="col">{messages::roles(l)}</th>
                    <th scope="col">{messages::status(l)}</th>
                    <th scope="col" data-priority="3">{messages::created(l)}</th>
                    <th scope="col">{messages::last_activity(l)}</th>
                    <th scope="col"><span class="vh">{messages::actions(l)}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(row: Row) -> impl IntoView {
    let l = lang();
    let address = format!("/users/{}", row.id);
    let roles = row
        .roles
        .iter()
        .map(|role| labels::role(l, role))
        .collect::<Vec<_>>()
        .join(", ");
    let edit = row
        .may_edit
        .then(|| view! { <a href=format!("{address}/edit") aria-label=messages::edit_person(l, &row.name)>{messages::edit(l)}</a> });
    let remove = row.may_archive.then(|| {
        let label = messages::remove_member(l, &row.name);
        view! { <a class="danger" href=format!("{address}/archive") aria-label=label>{messages::remove(l)}</a> }
    });
    let restore = row.may_restore.then(|| {
        let label = messages::restore_person(l, &row.name);
        view! { <a href=format!("{address}/restore") aria-label=label>{messages::restore_user(l)}</a> }
    });
    let last = match row.last_activity {
        Some(when) => view! { <Moment when /> }.into_any(),
        None => messages::never(l).into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <span class="person">
                    <span class="face" aria-hidden="true">{row.initials}</span>
                    <span>
                        <a href=address dir="auto">{row.name}</a>
                        <span class="quiet small" dir="auto">{row.email.unwrap_or_else(|| messages::no_email(l))}</span>
                    </span>
                </span>
            </th>
            <td data-label=messages::login_name(l) data-priority="2"><bdi dir="auto">{row.login_name}</bdi></td>
            <td data-label=messages::roles(l) data-priority="2">{roles}</td>
            <td data-label=messages::status(l) data-priority="1"><StatusBadge status=row.status /></td>
            <td data-label=messages::created(l) data-priority="3" class="date quiet"><Moment when=row.created /></td>
            <td data-label=messages::last_activity(l) data-priority="2" class="date quiet">{last}</td>
            <td class="act">{edit}{remove}{restore}</td>
        </tr>
    }
    .into_any()
}

fn foot(list: &UserList, people: String) -> AnyView {
    let query = &list.query;
    let state = [
        ("q", &query.q),
        ("role", &query.role),
        ("status", &query.status),
        ("office", &query.office),
        ("team", &query.team),
        ("list", &query.list),
        ("lms", &query.lms),
        ("watch", &query.watch),
    ];
    pager("/users", &state, people, &list.pages)
}
