//! `/referrals` and below: the list, a referral with its history, and a new referral in four steps.

mod api;
mod detail;
mod new;

pub use detail::ReferralDetailPage;
pub use new::{ReferralNewPage, ReferralReviewPage};

use leptos::prelude::*;
use usher_types::referrals::{
    Direction, ListQuery, OPEN, ReferralList, ReferralRow, Status, TO_US,
};

use crate::ui::{
    Column, DataTable, EmptyList, Filters, Link, ListPage, Moment, TableRow, lang, load, loaded,
    pager, query_params, typed,
};
use crate::{labels, messages};
use api::referral_list;

fn list() -> Link {
    Link::new("/referrals", messages::referrals(lang()))
}

/// `/referrals`.
#[component]
pub fn ReferralListPage() -> impl IntoView {
    let query = query_params(|query| ListQuery {
        direction: query.text("direction"),
        status: query.text("status"),
        cursor: query.cursor(),
    });
    loaded(load(move || query.get(), referral_list), page)
}

fn page(list: ReferralList) -> AnyView {
    let l = lang();
    let filters = filters(&list.query);
    let count = labels::referrals(l, list.pages.total, list.pages.more);
    let pager = pager(&filters, count, &list.pages);
    let add = list
        .may_refer
        .then(|| Link::new("/referrals/new", messages::refer_client(l)));
    let table = (!list.rows.is_empty()).then(|| table(list.rows));
    let empty = EmptyList::new(
        "mail",
        messages::no_referrals(l),
        messages::no_referrals_why(l),
    )
    .no_match(
        messages::no_referral_found(l),
        messages::no_referral_found_why(l),
    );
    view! {
        <ListPage title=messages::referrals(l) lead=messages::referrals_are(l) add filters ignored=list.ignored table empty pager />
    }
    .into_any()
}

fn filters(query: &ListQuery) -> Filters {
    let l = lang();
    let to_us = [(TO_US.to_owned(), messages::direction_to_us(l))];
    let directions = Direction::ALL
        .iter()
        .map(|way| (way.code().to_owned(), labels::direction(l, *way)));
    let directions = to_us.into_iter().chain(directions);
    let open = [(OPEN.to_owned(), messages::open_status(l))];
    let statuses = Status::ALL.iter().map(|status| {
        (
            status.code().to_owned(),
            labels::referral_status(l, *status),
        )
    });
    let statuses = open.into_iter().chain(statuses);
    Filters::new("/referrals")
        .select(
            "direction",
            messages::way(l),
            messages::all(l),
            &query.direction,
            directions,
        )
        .select(
            "status",
            messages::status(l),
            messages::all(l),
            &query.status,
            statuses,
        )
}

/// The table of referrals, for every page that lists some.
pub(crate) fn table(rows: Vec<ReferralRow>) -> AnyView {
    let l = lang();
    let columns = [
        Column::new(messages::client_referred(l)),
        Column::new(messages::status(l)).first(),
        Column::new(messages::way(l)),
        Column::new(messages::from_or_to(l)),
        Column::new(messages::sent_on(l))
            .sorted("descending")
            .class("date quiet"),
    ];
    let rows = rows.into_iter().map(|row| {
        let place = place(&row);
        TableRow::new(
            view! { <a href=format!("/referrals/{}", row.id) dir="auto">{row.client_name}</a> },
        )
        .cell(view! { <ReferralStatusBadge status=row.status /> })
        .cell(labels::direction(l, row.direction))
        .cell(typed(place))
        .cell(view! { <Moment when=row.created /> })
    });
    let rows = rows.collect();
    view! { <DataTable columns rows /> }.into_any()
}

/// The names of the resource and of the other organisation, if any.
fn place(row: &ReferralRow) -> String {
    [&row.resource_name, &row.other_name]
        .into_iter()
        .filter(|name| !name.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// The status of a referral, as a badge.
#[component]
pub(crate) fn ReferralStatusBadge(status: Status) -> impl IntoView {
    let class = match status {
        Status::Sent | Status::Asked => "badge warn",
        Status::Accepted => "badge good",
        Status::Declined => "badge bad",
        Status::Withdrawn | Status::Ended => "badge none",
    };
    view! { <span class=class>{labels::referral_status(lang(), status)}</span> }
}
