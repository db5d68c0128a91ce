//! `/users`: the list with its search, filters and paging, whose state is in the address.

use leptos::prelude::*;
use usher_types::Permission;
use usher_types::users::{AttentionFilter, ListQuery, Status, UserList};

use super::api::user_list;
use crate::people::table;
use crate::ui::{EmptyList, Filters, Link, ListPage, lang, load, loaded, may, pager, query_params};
use crate::{labels, messages};

/// `/users`.
#[component]
pub fn UserListPage() -> impl IntoView {
    let query = query_params(|query| ListQuery {
        q: query.text("q"),
        status: query.text("status"),
        role: query.text("role"),
        office: query.text("office"),
        team: query.text("team"),
        list: query.text("list"),
        lms: query.text("lms"),
        watch: query.text("watch"),
        cursor: query.cursor(),
    });
    loaded(load(move || query.get(), user_list), page)
}

fn page(list: UserList) -> AnyView {
    let l = lang();
    let people = labels::people(l, list.pages.total, list.pages.more);
    let untold = (list.untold > 0).then(|| view! { <li><a href="/users?status=no_way_in">{messages::untold(l, list.untold)}</a></li> });
    let bank = may(Permission::UserBank)
        .then(|| view! { <li><a href="/users?status=archived">{messages::user_bank(l)}</a></li> });
    let below = view! { <ul class="stats"><li>{people.clone()}</li>{untold}{bank}</ul> }.into_any();
    let add = may(Permission::CreateUsers).then(|| Link::new("/users/new", messages::add_user(l)));
    let filters = filters(&list);
    let pager = pager(&filters, people, &list.pages);
    let table = (!list.rows.is_empty()).then(|| table(list.rows));
    let empty = EmptyList::new(
        "users",
        messages::nobody_yet(l),
        messages::nobody_yet_why(l),
    )
    .no_match(messages::nobody_found(l), messages::nobody_found_why(l));
    view! { <ListPage title=messages::users(l) below=Some(below) add filters ignored=list.ignored table empty pager /> }
        .into_any()
}

fn filters(list: &UserList) -> Filters {
    let (l, query) = (lang(), &list.query);
    let bank = may(Permission::UserBank).then_some(Status::Archived);
    let statuses = Status::LISTED
        .into_iter()
        .chain(bank)
        .map(|status| (status.code().to_owned(), labels::status(l, status)));
    let roles = list
        .roles
        .iter()
        .map(|role| (role.code(), labels::role(l, role)));
    let offices = list
        .offices
        .iter()
        .map(|office| (office.id.to_string(), office.name.clone()));
    let teams = list
        .teams
        .iter()
        .map(|team| (team.id.to_string(), team.name.clone()));
    let lists = list
        .listing
        .lists
        .iter()
        .map(|list| (list.id.to_string(), labels::list(l, list)));
    let lms = list
        .listing
        .uses_lms
        .then(|| ("yes".to_owned(), messages::yes(l)));
    let watched = AttentionFilter::ALL
        .map(|watch| (watch.code().to_owned(), labels::attention_filter(l, watch)));
    let all = || messages::all(l);
    Filters::new("/users")
        .search(
            &query.q,
            messages::search_users(l),
            messages::search_hint(l),
        )
        .select(
            "status",
            messages::status(l),
            messages::not_archived(l),
            &query.status,
            statuses,
        )
        .select("role", messages::role(l), all(), &query.role, roles)
        .select("office", messages::office(l), all(), &query.office, offices)
        .select("team", messages::team(l), all(), &query.team, teams)
        .select("list", messages::list(l), all(), &query.list, lists)
        .select("lms", messages::lms_manager(l), all(), &query.lms, lms)
        .select(
            "watch",
            messages::look_after(l),
            all(),
            &query.watch,
            watched,
        )
}
