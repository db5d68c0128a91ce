//! `/referrals` and below: the list, a referral with its history, and a new referral in four steps.

mod api;
mod detail;
mod new;

pub use detail::ReferralDetailPage;
pub use new::{ReferralNewPage, ReferralReviewPage};

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::referrals::{
    Direction, ListQuery, OPEN, ReferralList, ReferralRow, Status, TO_US,
};

use crate::ui::{Moment, cursor, empty, filter, ignored_filters, lang, load, loaded, pager};
use crate::{labels, messages};
use api::referral_list;

fn list() -> (&'static str, String) {
    ("/referrals", messages::referrals(lang()))
}

/// `/referrals`.
#[component]
pub fn ReferralListPage() -> impl IntoView {
    let query = use_query_map();
    let params = Signal::derive(move || {
        query.with(|query| {
            let text = |name: &str| query.get(name).unwrap_or_default();
            ListQuery {
                direction: text("direction"),
                status: text("status"),
                cursor: cursor(query),
            }
        })
    });
    loaded(
        load(move || params.get(), referral_list),
        |ReferralList {
             rows,
             pages,
             query,
             ignored,
             may_refer,
         }| {
            let l = lang();
            let refer = may_refer.then(|| ("/referrals/new", messages::refer_client(l)));
            let button = refer
                .clone()
                .map(|(to, label)| view! { <a class="button main" href=to>{label}</a> });
            let is_filtered = !(query.direction.is_empty() && query.status.is_empty());
            let is_there = !rows.is_empty();
            let body = match (is_there, is_filtered) {
                (true, _) => table(rows),
                (false, false) => empty(
                    "mail",
                    messages::no_referrals(l),
                    messages::no_referrals_why(l),
                    refer,
                ),
                (false, true) => empty(
                    "mail",
                    messages::no_referral_found(l),
                    messages::no_referral_found_why(l),
                    Some(("/referrals", messages::show_all(l))),
                ),
            };
            let to_us = std::iter::once((TO_US.to_owned(), messages::direction_to_us(l)));
            let ways = Direction::ALL
                .iter()
                .map(|way| (way.code().to_owned(), labels::direction(l, *way)));
            let ways = filter(
                "direction",
                messages::way(l),
                messages::all_ways(l),
                &query.direction,
                to_us.chain(ways),
            );
            let open = std::iter::once((OPEN.to_owned(), messages::open_status(l)));
            let statuses = Status::ALL.iter().map(|status| {
                (
                    status.code().to_owned(),
                    labels::referral_status(l, *status),
                )
            });
            let statuses = filter(
                "status",
                messages::status(l),
                messages::all_statuses(l),
                &query.status,
                open.chain(statuses),
            );
            let state = [("direction", &query.direction), ("status", &query.status)];
            let count = labels::referrals(l, pages.total, pages.more);
            let foot = is_there.then(|| pager("/referrals", &state, count, &pages));
            view! {
            <Title text=messages::referrals(l) />
            <div class="head"><div><h1>{messages::referrals(l)}</h1><p class="quiet">{messages::referrals_are(l)}</p></div>{button}</div>
            {ignored_filters(ignored, move |name| if name == "direction" { messages::way(l) } else { messages::status(l) })}
            <section class="card" aria-label=messages::referrals(l)>
                <div class="tools">
                    <form method="get" action="/referrals" autocomplete="off">
                        {ways}
                        {statuses}
                        <button class="button">{messages::show(l)}</button>
                    </form>
                    {is_filtered.then(|| view! { <a class="button slim text" href="/referrals">{messages::show_all(l)}</a> })}
                </div>
                {body}
                {foot}
            </section>
        }
        .into_any()
        },
    )
}

/// The table of referrals, for every page that lists some.
pub(crate) fn table(rows: Vec<ReferralRow>) -> AnyView {
    let l = lang();
    let rows = rows.into_iter().map(|row| {
        let (place, id) = (place(&row), row.id);
        view! {
            <tr>
                <th scope="row"><a href=format!("/referrals/{id}") dir="auto">{row.client_name}</a></th>
                <td data-label=messages::status(l) data-priority="1"><ReferralStatusBadge status=row.status /></td>
                <td data-label=messages::way(l) data-priority="2">{labels::direction(l, row.direction)}</td>
                <td data-label=messages::from_or_to(l) data-priority="2"><bdi dir="auto">{place}</bdi></td>
                <td data-label=messages::sent_on(l) data-priority="2" class="date quiet"><Moment when=row.created /></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{messages::client_referred(l)}</th>
                    <th scope="col">{messages::status(l)}</th>
                    <th scope="col">{messages::way(l)}</th>
                    <th scope="col">{messages::from_or_to(l)}</th>
                    <th scope="col" aria-sort="descending">{messages::sent_on(l)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
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
