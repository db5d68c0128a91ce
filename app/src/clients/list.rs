//! `/clients`: the list with its search and filters, whose state is in the address.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::Permission;
use usher_types::clients::{ClientList, ClientQuery, ClientRow};

use super::api::client_list;
use crate::ui::{cursor, empty, filter, ignored_filters, lang, load, loaded, page_context, pager};
use crate::{labels, messages};

/// The query of a client list, from the address.
pub(super) fn query_params() -> Memo<ClientQuery> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let text = |name| query.get(name).unwrap_or_default();
            ClientQuery {
                q: text("q"),
                whose: text("whose"),
                team: text("team"),
                status: text("status"),
                cursor: cursor(query),
            }
        })
    })
}

/// `/clients`.
#[component]
pub fn ClientListPage() -> impl IntoView {
    let query = query_params();
    let list = load(move || query.get(), client_list);
    let l = lang();
    view! {
        <Title text=messages::clients(l) />
        {loaded(list, page)}
    }
    .into_any()
}

fn page(list: ClientList) -> AnyView {
    let l = lang();
    let query = list.query.clone();
    let count = labels::clients(l, list.pages.total, list.pages.more);
    let queued = (list.queued > 0)
        .then(|| view! { <li><a href="/clients?whose=queue">{messages::queued(l, labels::clients(l, list.queued, false))}</a></li> });
    let of = list.of.clone().map(
        |person| view! { <p class="quiet">{messages::clients_of_person(l, &person.name)}</p> },
    );
    let mut whose = vec![
        ("mine".to_owned(), messages::my_clients(l)),
        ("queue".to_owned(), messages::in_queue(l)),
    ];
    whose.extend(
        list.of
            .clone()
            .filter(|_| query.whose != "mine")
            .map(|person| (person.user.to_string(), person.name)),
    );
    let whose = filter(
        "whose",
        messages::whose(l),
        messages::everybodys(l),
        &query.whose,
        whose.into_iter(),
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
    let archived = std::iter::once(("archived".to_owned(), messages::status_archived(l)));
    let archived = filter(
        "status",
        messages::status(l),
        messages::not_archived(l),
        &query.status,
        archived,
    );
    let is_filtered = [&query.q, &query.whose, &query.team, &query.status]
        .iter()
        .any(|text| !text.is_empty());
    let add = list.may_create.then(
        || view! { <a class="button main" href="/clients/new">{messages::add_client(l)}</a> },
    );
    let body = if list.rows.is_empty() {
        empty_list(is_filtered, list.may_create)
    } else {
        let state = [
            ("q", &query.q),
            ("whose", &query.whose),
            ("team", &query.team),
            ("status", &query.status),
        ];
        view! {
            {table(list.rows.clone(), None)}
            {pager("/clients", &state, count.clone(), &list.pages)}
        }
        .into_any()
    };
    // assistants and clients see few clients, so they have no search
    let sees_others = page_context()
        .me
        .is_some_and(|me| me.grants.reaches_others(Permission::ViewClients));
    let is_long = list.pages.previous.is_some() || list.pages.next.is_some();
    let is_searched = sees_others || is_long || is_filtered || list.may_create;
    let tools = is_searched.then(|| {
        view! {
            <div class="tools">
                <form method="get" action="/clients" role="search" autocomplete="off">
                    <input type="search" name="q" class="search" value=query.q.clone() aria-label=messages::search_clients(l) placeholder=messages::search_clients_hint(l) dir="auto" />
                    {whose}
                    {teams}
                    {archived}
                    <button class="button">{messages::search(l)}</button>
                </form>
                {is_filtered.then(|| view! { <a class="button slim text" href="/clients">{messages::show_all(l)}</a> })}
            </div>
        }
    });
    view! {
        <div class="head">
            <div>
                <h1>{messages::clients(l)}</h1>
                <ul class="stats"><li>{count}</li>{queued}</ul>
                {of}
            </div>
            {add}
        </div>
        {ignored_filters(list.ignored.clone(), move |name| match name {
            "whose" => messages::whose(l),
            "team" => messages::team(l),
            _ => messages::status(l),
        })}
        <section class="card" aria-label=messages::clients(l)>
            {tools}
            {body}
        </section>
    }
    .into_any()
}

fn empty_list(is_filtered: bool, may_create: bool) -> AnyView {
    let l = lang();
    if is_filtered {
        return empty(
            "users",
            messages::no_client_found(l),
            messages::nobody_found_why(l),
            Some(("/clients", messages::show_all(l))),
        );
    }
    let add = may_create.then(|| ("/clients/new", messages::add_client(l)));
    let why = if may_create {
        messages::no_client_why(l)
    } else {
        messages::no_client_yours(l)
    };
    empty("users", messages::no_client(l), why, add)
}

/// The table of clients. `ticks` adds a check box to each row: the name of the input, and the ids
/// that are checked initially.
pub(super) fn table(rows: Vec<ClientRow>, ticks: Option<(&'static str, &[String])>) -> AnyView {
    let l = lang();
    let rows = rows.into_iter().map(|row| {
        let tick = ticks.map(|(name, chosen)| {
            let id = row.id.to_string();
            let checked = chosen.contains(&id);
            view! {
                <td class="pick">
                    <label><input type="checkbox" name=name value=id checked=checked /><span class="vh">{messages::choose_person(l, &row.name)}</span></label>
                </td>
            }
        });
        let responsible = match row.responsible {
            Some(person) => view! { <bdi dir="auto">{person.name}</bdi> }.into_any(),
            None => view! { <span class="badge warn">{messages::in_queue(l)}</span> }.into_any(),
        };
        view! {
            <tr>
                {tick}
                <th scope="row">
                    <span class="person">
                        <span class="face" aria-hidden="true">{row.initials}</span>
                        <span>
                            <a href=format!("/clients/{}", row.id) dir="auto">{row.name}</a>
                            <span class="quiet small" dir="auto">{row.number}</span>
                        </span>
                    </span>
                </th>
                <td data-label=messages::team(l) data-priority="2" dir="auto">{row.team.map(|team| team.name)}</td>
                <td data-label=messages::responsible(l) data-priority="1">{responsible}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let choose = ticks.map(|_| view! { <th scope="col" class="pick"><span class="vh">{messages::choose(l)}</span></th> });
    view! {
        <table>
            <thead>
                <tr>
                    {choose}
                    <th scope="col" aria-sort="ascending">{messages::name(l)}</th>
                    <th scope="col">{messages::team(l)}</th>
                    <th scope="col">{messages::responsible(l)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
