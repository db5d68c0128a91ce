//! `/clients`: the list with its search and filters, whose state is in the address.

use leptos::prelude::*;
use usher_types::Permission;
use usher_types::clients::{ClientList, ClientQuery, ClientRow};

use super::api::client_list;
use crate::ui::{
    Column, DataTable, EmptyList, Filters, Link, ListPage, TableRow, lang, load, loaded, may,
    pager, query_params, typed,
};
use crate::{labels, messages};

/// The query of a client list, from the address.
pub(super) fn client_query() -> Memo<ClientQuery> {
    query_params(|query| ClientQuery {
        q: query.text("q"),
        whose: query.text("whose"),
        team: query.text("team"),
        status: query.text("status"),
        cursor: query.cursor(),
    })
}

/// `/clients`.
#[component]
pub fn ClientListPage() -> impl IntoView {
    let query = client_query();
    loaded(load(move || query.get(), client_list), page)
}

fn page(list: ClientList) -> AnyView {
    let l = lang();
    let count = labels::clients(l, list.pages.total, list.pages.more);
    let queued = (list.queued > 0)
        .then(|| view! { <li><a href="/clients?whose=queue">{messages::queued(l, labels::clients(l, list.queued, false))}</a></li> });
    let of = list.of.as_ref().map(
        |person| view! { <p class="quiet">{messages::clients_of_person(l, &person.name)}</p> },
    );
    let below = view! { <ul class="stats"><li>{count.clone()}</li>{queued}</ul>{of} }.into_any();
    let filters = filters(&list);
    let pager = pager(&filters, count, &list.pages);
    let table = (!list.rows.is_empty()).then(|| table(list.rows, None));
    // assistants and clients see few clients, so they have no search
    let is_long = list.pages.previous.is_some() || list.pages.next.is_some();
    let is_searched =
        may(Permission::ViewClients) || is_long || filters.is_set() || list.may_create;
    let add = list
        .may_create
        .then(|| Link::new("/clients/new", messages::add_client(l)));
    let why = if list.may_create {
        messages::no_client_why(l)
    } else {
        messages::no_client_yours(l)
    };
    let empty = EmptyList::new("users", messages::no_client(l), why)
        .no_match(messages::no_client_found(l), messages::nobody_found_why(l));
    let filters = is_searched.then_some(filters);
    view! { <ListPage title=messages::clients(l) below=Some(below) add filters ignored=list.ignored table empty pager /> }
        .into_any()
}

fn filters(list: &ClientList) -> Filters {
    let (l, query) = (lang(), &list.query);
    let chosen = list
        .of
        .iter()
        .filter(|_| query.whose != "mine")
        .map(|person| (person.user.to_string(), person.name.clone()));
    let whose = [
        ("mine".to_owned(), messages::my_clients(l)),
        ("queue".to_owned(), messages::in_queue(l)),
    ];
    let teams = list
        .teams
        .iter()
        .map(|team| (team.id.to_string(), team.name.clone()));
    let archived = [("archived".to_owned(), messages::status_archived(l))];
    let (search, hint) = (
        messages::search_clients(l),
        messages::search_clients_hint(l),
    );
    Filters::new("/clients")
        .search(&query.q, search, hint)
        .select(
            "whose",
            messages::whose(l),
            messages::anyone(l),
            &query.whose,
            whose.into_iter().chain(chosen),
        )
        .select(
            "team",
            messages::team(l),
            messages::all(l),
            &query.team,
            teams,
        )
        .select(
            "status",
            messages::status(l),
            messages::not_archived(l),
            &query.status,
            archived,
        )
}

/// The table of clients. `ticks` adds a check box to each row: the name of the input, and the ids
/// that are checked initially.
pub(super) fn table(rows: Vec<ClientRow>, ticks: Option<(&'static str, &[String])>) -> AnyView {
    let l = lang();
    let columns = [
        Column::new(messages::name(l)).sorted("ascending"),
        Column::new(messages::team(l)),
        Column::new(messages::responsible(l)).first(),
    ];
    let rows = rows.into_iter().map(|row| {
        let tick = ticks.map(|(name, chosen)| {
            let id = row.id.to_string();
            let checked = chosen.contains(&id);
            view! { <label><input type="checkbox" name=name value=id checked=checked /><span class="vh">{messages::choose_person(l, &row.name)}</span></label> }
                .into_any()
        });
        let responsible = match row.responsible {
            Some(person) => typed(person.name),
            None => view! { <span class="badge warn">{messages::in_queue(l)}</span> }.into_any(),
        };
        let name = view! {
            <span class="person">
                <span class="face" aria-hidden="true">{row.initials}</span>
                <span>
                    <a href=format!("/clients/{}", row.id) dir="auto">{row.name}</a>
                    <span class="quiet small" dir="auto">{row.number}</span>
                </span>
            </span>
        };
        TableRow::new(name)
            .tick(tick)
            .cell(row.team.map(|team| typed(team.name)))
            .cell(responsible)
    });
    let rows = rows.collect();
    view! { <DataTable columns rows has_ticks=ticks.is_some() /> }.into_any()
}
