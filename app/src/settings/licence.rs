//! `/settings/licence`: the seats, and the notices to the vendor.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::Refusal;
use usher_types::settings::{Due, Figures, Licence, LicencePage as Page, Notice, Seats};

use super::api::{SendNotice, licence_page};
use crate::ui::{
    Card, DescriptionList, Detail, Hidden, Link, Moment, PageHeader, PostForm, draft_param, lang,
    load, loaded, quiet_text,
};
use crate::{labels, messages};

/// `/settings/licence`.
#[component]
pub fn LicencePage() -> impl IntoView {
    let draft = draft_param();
    loaded(
        load(move || draft.get(), licence_page),
        |Page {
             organisation,
             licence,
             notices,
             refusal,
         }| {
            let l = lang();
            let notices = notices
                .into_iter()
                .map(|shown| {
                    let refusal = refusal
                        .clone()
                        .filter(|(id, _)| *id == shown.id)
                        .map(|(_, refusal)| refusal);
                    notice(&organisation, shown, refusal)
                })
                .collect_view();
            let none = notices
                .is_empty()
                .then(|| quiet_text(messages::no_notices(l)));
            view! {
            <PageHeader title=messages::licence(l) crumbs=[Link::new("/settings", messages::settings(l))] />
            <Card title=messages::agreed(l)>
                {agreement(&licence)}
            </Card>
            <Card title=messages::notices(l)>
                <div class="body quiet small">{messages::notices_are(l)}</div>
                {none}
                <ul class="lines">{notices}</ul>
            </Card>
        }
        .into_any()
        },
    )
}

/// The licence agreement: seats, period, address of the vendor.
pub(crate) fn agreement(licence: &Licence) -> AnyView {
    let l = lang();
    let seats = match licence.seats {
        Some(Seats { agreed, used }) => messages::seats_of(l, used, agreed),
        None => messages::no_limit(l),
    };
    let period = match (licence.from, licence.until) {
        (None, None) => messages::not_provided(l),
        (Some(from), None) => messages::period_from(l, from),
        (None, Some(until)) => messages::period_until(l, until),
        (Some(from), Some(until)) => messages::period(l, from, until),
    };
    let ended = licence
        .has_ended
        .then(|| view! { " " <span class="badge warn">{messages::licence_ended(l)}</span> });
    let nearly = licence
        .seats
        .filter(|seats| seats.are_nearly_used())
        .map(|seats| {
            view! { " " <span class="badge warn">{messages::seats_left(l, seats.left())}</span> }
        });
    view! {
        <DescriptionList>
            <Detail term=messages::seats(l)>{seats}{nearly}</Detail>
            <Detail term=messages::licence_period(l)>{period}{ended}</Detail>
            <Detail term=messages::vendor_address(l)>{licence.vendor.clone().unwrap_or_else(|| messages::not_provided(l))}</Detail>
        </DescriptionList>
    }
    .into_any()
}

fn notice(organisation: &str, notice: Notice, refusal: Option<Refusal>) -> AnyView {
    let l = lang();
    let lines = notice_lines(l, organisation, &notice.figures)
        .into_iter()
        .map(|line| view! { <span class="hint">{line}</span> })
        .collect_view();
    let end = match notice.sent {
        Some(sent) => {
            let sent_to = match sent.by {
                Some(by) => messages::sent_to_by(l, sent.to, by),
                None => messages::sent_to(l, sent.to),
            };
            let state = sent.delivery.map(|state| labels::delivery(l, &state));
            view! { <span class="small">{sent_to}" "<Moment when=sent.at />" "<span class="quiet">{state}</span></span> }
                .into_any()
        }
        None => view! {
            <PostForm action=SendNotice::url() title=messages::licence(l) refusal class="inline">
                <Hidden name="notice" value=notice.id.to_string() />
                <button class="button slim">{messages::send_notice(l)}</button>
            </PostForm>
        }
        .into_any(),
    };
    let title = match notice.figures.due {
        Due::Daily => messages::notice_daily(l),
        Due::NearlyUsed => messages::notice_nearly(l),
    };
    view! { <li><span><b>{title}</b>" "<span class="quiet small"><Moment when=notice.drafted /></span>{lines}</span>{end}</li> }.into_any()
}

/// The lines of a notice, for the page and for the mail.
pub(crate) fn notice_lines(
    l: usher_types::Language,
    organisation: &str,
    figures: &Figures,
) -> Vec<String> {
    let seats = match figures.seats {
        Some(seats) => messages::notice_seats(l, figures.used, seats),
        None => messages::notice_no_limit(l, figures.used),
    };
    vec![
        messages::notice_accounts(l, organisation, &figures.since.text, figures.accounts),
        seats,
    ]
}
