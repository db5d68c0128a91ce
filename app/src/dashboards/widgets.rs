//! Widgets as cards: a count, the first entries, and a link to the full list. A widget without
//! entries says so in one line.

use leptos::prelude::*;
use usher_types::Permission;
use usher_types::dashboards::{About, Content, Count, Entry, Note, Shown, Widget};
use usher_types::settings::Seats;

use super::{count_text, quiet_text};
use crate::ui::{Moment, bars, lang, page_context};
use crate::{labels, messages};

/// One widget.
pub(super) fn widget(Shown { widget, content }: Shown) -> AnyView {
    let l = lang();
    let title = labels::widget(l, widget);
    let heading = format!("widget-{}", widget.code());
    let id = heading.clone();
    let is_empty = matches!(&content, Some(Content::Entries { also, entries, .. })
        if entries.is_empty() && also.is_none_or(|also| also.count == 0));
    let (figure, body) = match content {
        None => (
            None,
            view! { <div class="notice warn"><p>{messages::widget_failed(l)}</p></div> }.into_any(),
        ),
        Some(Content::Entries {
            count,
            also,
            entries,
        }) => (Some(count_text(count)), entry_list(widget, also, entries)),
        Some(Content::Seats { used, agreed }) => {
            (Some(used.to_string()), seat_summary(used, agreed))
        }
        Some(Content::Weeks(weeks)) => {
            let total: u32 = weeks.iter().map(|(_, n)| n).sum();
            let rows = weeks.into_iter().map(|(week, n)| (week.text, n)).collect();
            (
                Some(total.to_string()),
                bars(
                    title.clone(),
                    messages::week_of(l),
                    messages::sign_ins(l),
                    rows,
                ),
            )
        }
    };
    let all = full_list_link(widget)
        .filter(|_| !is_empty)
        .map(|(to, label)| {
            let named = format!("{label}: {title}");
            view! { <div class="foot"><a href=to aria-label=named>{label}</a></div> }
        });
    view! {
        <section class="card widget" aria-labelledby=heading>
            <div class="top">
                <h3 id=id>{title.clone()}</h3>
                {figure.map(|figure| view! { <span class="figure">{figure}</span> })}
            </div>
            {(!is_empty).then(|| view! { <p class="quiet small why">{labels::widget_why(l, widget)}</p> })}
            {body}
            {all}
        </section>
    }
    .into_any()
}

/// The link to the full list, if the user may open it.
fn full_list_link(widget: Widget) -> Option<(&'static str, String)> {
    let l = lang();
    let may = |permission| {
        page_context()
            .me
            .is_some_and(|me| me.grants.reaches_others(permission))
    };
    match widget {
        Widget::MyClients => Some(("/clients?whose=mine", messages::all_clients_of_mine(l))),
        Widget::TeamQueue => Some(("/clients?whose=queue", messages::the_whole_queue(l))),
        Widget::MyReferrals => Some(("/referrals?status=open", messages::all_open_referrals(l))),
        Widget::ReferralsToAnswer => Some((
            "/referrals?direction=to_us&status=sent",
            messages::all_of_them(l),
        )),
        Widget::NotNotified => Some(("/users?watch=untold", messages::all_of_them(l))),
        Widget::NoWayIn => Some(("/users?status=no_way_in", messages::all_of_them(l))),
        Widget::NeverSignedIn => Some(("/users?watch=never_signed_in", messages::all_of_them(l))),
        Widget::Inactive => Some(("/users?watch=inactive", messages::all_of_them(l))),
        Widget::Expiring => Some(("/users?watch=expiring", messages::all_of_them(l))),
        Widget::Seats => Some(("/settings/licence", messages::licence(l))),
        Widget::CoverEnding => Some(("/teams", messages::teams(l))),
        Widget::SignIns => Some(("/reports", messages::reports(l))),
        Widget::Unusual => may(Permission::ViewReports).then(|| ("/reports", messages::reports(l))),
    }
}

fn entry_list(widget: Widget, also: Option<Count>, entries: Vec<Entry>) -> AnyView {
    let l = lang();
    let also = also
        .filter(|also| also.count > 0)
        .map(|also| labels::count_note(l, widget, count_text(also)));
    let also = also.map(|also| match widget {
        Widget::Expiring => {
            view! { <p class="also small"><a href="/users?watch=expired">{also}</a></p> }.into_any()
        }
        _ => view! { <p class="also small"><b>{also}</b></p> }.into_any(),
    });
    if entries.is_empty() {
        return also.unwrap_or_else(|| quiet_text(labels::widget_empty(l, widget)));
    }
    let lines = entries.into_iter().map(|Entry { about, name, note }| {
        let to = match about {
            About::User(user) => format!("/users/{user}"),
            About::Activity(user) => format!("/users/{user}/activity"),
            About::Client(client) => format!("/clients/{client}"),
            About::Referral(referral) => format!("/referrals/{referral}"),
        };
        view! { <li><span><a href=to dir="auto">{name}</a>{note_text(note)}</span></li> }
    });
    view! { {also}<ul class="lines">{lines.collect_view()}</ul> }.into_any()
}

/// The note beside the name of an entry.
fn note_text(note: Note) -> Option<AnyView> {
    let l = lang();
    let hint = |text: String| view! { <span class="hint" dir="auto">{text}</span> }.into_any();
    Some(match note {
        Note::Nothing => return None,
        Note::Created(when) => {
            view! { <span class="hint">{messages::added_label(l)}" "<Moment when /></span> }
                .into_any()
        }
        Note::Seen(when) => {
            view! { <span class="hint">{messages::seen_label(l)}" "<Moment when /></span> }
                .into_any()
        }
        Note::Waits { since, team } => hint(messages::waits_in(l, team, since.text)),
        Note::Invitation(when) => hint(messages::invitation_until(l, when.text)),
        Note::Temporary(when) => hint(messages::temporary_until(l, when.text)),
        Note::Covers { team, until } => hint(messages::covers_until(l, team, until.text)),
        Note::Referred { with, at } => hint(messages::referred_at(l, with, at.text)),
        Note::Anomalies(odd) => hint(
            odd.into_iter()
                .map(|(odd, n)| labels::anomaly(l, odd, n))
                .collect::<Vec<_>>()
                .join(" · "),
        ),
    })
}

fn seat_summary(used: u32, agreed: Option<Seats>) -> AnyView {
    let l = lang();
    let text = match agreed {
        Some(Seats { agreed, .. }) => messages::seats_of(l, used, agreed),
        None => messages::seats_unlimited(l, used),
    };
    let left = agreed.map(|seats| {
        let class = if seats.left() == 0 {
            "badge bad"
        } else if seats.are_nearly_used() {
            "badge warn"
        } else {
            "badge good"
        };
        view! { <p><span class=class>{messages::seats_left(l, seats.left())}</span></p> }
    });
    view! { <div class="body"><p>{text}</p>{left}</div> }.into_any()
}
