//! A widget as a card: what it counts, the first of what it counts, and the way to all of it.

use leptos::prelude::*;
use usher_types::Permission;
use usher_types::dashboards::{About, Content, Count, Entry, Note, Shown, Widget};
use usher_types::settings::Seats;

use super::{counted, nothing};
use crate::ui::{Moment, bars, lang, visit};
use crate::{say, words};

/// One widget.
pub(super) fn widget(Shown { widget, content }: Shown) -> AnyView {
    let l = lang();
    let title = say::widget(l, widget);
    let heading = format!("widget-{}", widget.code());
    let id = heading.clone();
    let (figure, body) = match content {
        None => (None, view! { <div class="notice warn"><p>{words::widget_failed(l)}</p></div> }.into_any()),
        Some(Content::Entries { count, also, entries }) => (Some(counted(count)), of_entries(widget, also, entries)),
        Some(Content::Seats { used, agreed }) => (Some(used.to_string()), of_seats(used, agreed)),
        Some(Content::Weeks(weeks)) => {
            let total: u32 = weeks.iter().map(|(_, n)| n).sum();
            let rows = weeks.into_iter().map(|(week, n)| (week.text, n)).collect();
            (Some(total.to_string()), bars(title.clone(), words::week_of(l), words::sign_ins(l), rows))
        }
    };
    let all = all_of(widget).map(|(to, label)| {
        let named = format!("{label}: {title}");
        view! { <div class="foot"><a href=to aria-label=named>{label}</a></div> }
    });
    view! {
        <section class="card widget" aria-labelledby=heading>
            <div class="top">
                <h3 id=id>{title.clone()}</h3>
                {figure.map(|figure| view! { <span class="figure">{figure}</span> })}
            </div>
            <p class="quiet small why">{say::widget_why(l, widget)}</p>
            {body}
            {all}
        </section>
    }
    .into_any()
}

/// Where all of it is, for who may go there.
fn all_of(widget: Widget) -> Option<(&'static str, String)> {
    let l = lang();
    let may = |permission| visit().me.is_some_and(|me| me.grants.reaches_others(permission));
    match widget {
        Widget::MyClients => Some(("/clients?whose=mine", words::all_clients_of_mine(l))),
        Widget::TeamQueue => Some(("/clients?whose=queue", words::the_whole_queue(l))),
        Widget::MyReferrals => Some(("/referrals?status=open", words::all_open_referrals(l))),
        Widget::ReferralsToAnswer => Some(("/referrals?direction=to_us&status=sent", words::all_of_them(l))),
        Widget::NotNotified => Some(("/users?watch=untold", words::all_of_them(l))),
        Widget::NoWayIn => Some(("/users?status=no_way_in", words::all_of_them(l))),
        Widget::NeverSignedIn => Some(("/users?watch=never_signed_in", words::all_of_them(l))),
        Widget::Inactive => Some(("/users?watch=inactive", words::all_of_them(l))),
        Widget::Expiring => Some(("/users?watch=expiring", words::all_of_them(l))),
        Widget::Seats => Some(("/settings/licence", words::licence(l))),
        Widget::CoverEnding => Some(("/teams", words::teams(l))),
        Widget::SignIns => Some(("/reports", words::reports(l))),
        Widget::Unusual => may(Permission::ViewReports).then(|| ("/reports", words::reports(l))),
    }
}

fn of_entries(widget: Widget, also: Option<Count>, entries: Vec<Entry>) -> AnyView {
    let l = lang();
    let also = also.filter(|also| also.count > 0).map(|also| say::also(l, widget, counted(also)));
    let also = also.map(|also| match widget {
        Widget::Expiring => view! { <p class="also small"><a href="/users?watch=expired">{also}</a></p> }.into_any(),
        _ => view! { <p class="also small"><b>{also}</b></p> }.into_any(),
    });
    if entries.is_empty() {
        return view! { {also}{nothing(say::widget_empty(l, widget))} }.into_any();
    }
    let lines = entries.into_iter().map(|Entry { about, name, note }| {
        let to = match about {
            About::User(user) => format!("/users/{user}"),
            About::Activity(user) => format!("/users/{user}/activity"),
            About::Client(client) => format!("/clients/{client}"),
            About::Referral(referral) => format!("/referrals/{referral}"),
        };
        view! { <li><span><a href=to dir="auto">{name}</a>{beside(note)}</span></li> }
    });
    view! { {also}<ul class="lines">{lines.collect_view()}</ul> }.into_any()
}

/// What stands beside a name.
fn beside(note: Note) -> Option<AnyView> {
    let l = lang();
    let hint = |text: String| view! { <span class="hint" dir="auto">{text}</span> }.into_any();
    Some(match note {
        Note::Nothing => return None,
        Note::Created(when) => view! { <span class="hint">{words::added_label(l)}" "<Moment when /></span> }.into_any(),
        Note::Seen(when) => view! { <span class="hint">{words::seen_label(l)}" "<Moment when /></span> }.into_any(),
        Note::Waits { since, team } => hint(words::waits_in(l, team, since.text)),
        Note::Invitation(when) => hint(words::invitation_until(l, when.text)),
        Note::Temporary(when) => hint(words::temporary_until(l, when.text)),
        Note::Covers { team, until } => hint(words::covers_until(l, team, until.text)),
        Note::Referred { with, at } => hint(words::referred_at(l, with, at.text)),
        Note::Anomalies(odd) => hint(odd.into_iter().map(|(odd, n)| say::odd(l, odd, n)).collect::<Vec<_>>().join(" · ")),
    })
}

fn of_seats(used: u32, agreed: Option<Seats>) -> AnyView {
    let l = lang();
    let said = match agreed {
        Some(Seats { agreed, .. }) => words::seats_of(l, used, agreed),
        None => words::seats_unlimited(l, used),
    };
    let left = agreed.map(|seats| {
        let class = if seats.left() == 0 {
            "badge bad"
        } else if seats.are_nearly_used() {
            "badge warn"
        } else {
            "badge good"
        };
        view! { <p><span class=class>{words::seats_left(l, seats.left())}</span></p> }
    });
    view! { <div class="body"><p>{said}</p>{left}</div> }.into_any()
}
