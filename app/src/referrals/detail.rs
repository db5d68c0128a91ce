//! `/referrals/:id`: what it says, where it stands, what one may do about it, and what happened.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::referrals::{Direction, Entry, ReferralPage as Page, Step};
use usher_types::{Field, Refusal};

use super::api::{ActOnReferral, referral_page};
use super::{Stands, list};
use crate::ui::{Confirm, Hidden, Moment, PostForm, TextArea, head, lang, load, loaded};
use crate::users::{draft_of_address, id_of_address};
use crate::{say, words};

/// `/referrals/:id`.
#[component]
pub fn ReferralDetailPage() -> impl IntoView {
    let (id, draft) = (id_of_address(), draft_of_address());
    let page = load(move || (id.get(), draft.get()), |(id, draft)| referral_page(id, draft));
    loaded(page, |page| {
        let status = view! { <Stands status=page.row.status /> }.into_any();
        let title = page.row.client_name.clone();
        view! {
            {head(list(), title.clone(), Some(status))}
            <div class="stack">
                {facts(&page)}
                {acts(&page, title)}
                {history(page.history)}
            </div>
        }
        .into_any()
    })
}

/// What one may do: one message, and a button for each.
fn acts(page: &Page, title: String) -> Option<AnyView> {
    let l = lang();
    // where nothing is to be done any more, what was typed and why it was not done still stand
    if page.may.is_empty() && page.refusal.is_none() {
        return None;
    }
    let buttons = page.may.iter().map(|step| {
        let class = match step {
            Step::Accepted | Step::Replied => "button main",
            Step::Declined | Step::Withdrawn | Step::Ended => "button danger",
            _ => "button",
        };
        view! { <button class=class name="act" value=step.code()>{say::act(l, *step)}</button> }
    });
    let buttons = buttons.collect_view();
    let form = page.form.clone();
    let needs_words = page.may.iter().any(|step| step.needs_note());
    let hint = if needs_words { words::note_hint(l) } else { words::note_optional(l) };
    // only what asks for a reason shows where one goes
    let warned = matches!(page.refusal, Some(Refusal::Warned(_))) || !form.reason.is_empty();
    Some(
        view! {
            <PostForm action=ActOnReferral::url() title refusal=page.refusal.clone()>
                <Hidden name="referral" value=form.referral />
                <Hidden name="version" value=form.version />
                <fieldset>
                    <legend>{words::answer_referral(l)}</legend>
                    <TextArea field=Field::Note value=form.note hint />
                </fieldset>
                {warned.then(|| view! { <Confirm reason=form.reason /> })}
                <div class="review"><span class="grow">{words::both_are_told(l)}</span>{buttons}</div>
            </PostForm>
        }
        .into_any(),
    )
}

fn facts(page: &Page) -> AnyView {
    let l = lang();
    let row = &page.row;
    let client = match page.client {
        Some(client) => view! { <a href=format!("/clients/{client}") dir="auto">{row.client_name.clone()}</a> }.into_any(),
        None => view! { <bdi dir="auto">{row.client_name.clone()}</bdi> }.into_any(),
    };
    let resource = (!row.resource_name.is_empty()).then(|| {
        let name = row.resource_name.clone();
        let named = match page.resource {
            Some(resource) => view! { <a href=format!("/resources/{resource}") dir="auto">{name}</a> }.into_any(),
            None => view! { <bdi dir="auto">{name}</bdi> }.into_any(),
        };
        view! { <dt>{words::resource(l)}</dt><dd>{named}</dd> }
    });
    let other = (!row.other_name.is_empty()).then(|| {
        let label = if row.direction == Direction::Received { words::referred_from(l) } else { words::destination(l) };
        view! { <dt>{label}</dt><dd><bdi dir="auto">{row.other_name.clone()}</bdi></dd> }
    });
    let contact = if page.contact.is_empty() {
        view! { <span class="quiet">{words::not_provided(l)}</span> }.into_any()
    } else {
        view! { <bdi dir="auto">{page.contact.clone()}</bdi> }.into_any()
    };
    let under_way = page.is_under_way.then(|| view! { " " <span class="badge">{words::under_way(l)}</span> });
    view! {
        <section class="card">
            <h2>{words::referral(l)}</h2>
            <dl>
                <dt>{words::client_referred(l)}</dt><dd>{client}</dd>
                <dt>{words::contact_details(l)}</dt><dd>{contact}</dd>
                {resource}
                {other}
                <dt>{words::why_referred(l)}</dt><dd><span class="typed" dir="auto">{page.why.clone()}</span></dd>
                <dt>{words::status(l)}</dt><dd><Stands status=row.status />{under_way}</dd>
                <dt>{words::sent_on(l)}</dt><dd><Moment when=row.created.clone() /></dd>
            </dl>
        </section>
    }
    .into_any()
}

/// What happened, newest first, in the reader's language.
fn history(entries: Vec<Entry>) -> AnyView {
    let l = lang();
    let lines = entries.into_iter().map(|entry| {
        let class = match entry.step {
            Step::Accepted => "good",
            Step::Asked => "warn",
            Step::Declined | Step::Undelivered => "bad",
            _ => "",
        };
        let who = match (entry.who, entry.organisation, entry.step) {
            (Some(name), Some(organisation), _) => words::sender_of(l, name, organisation),
            (Some(name), None, _) => name,
            (None, Some(organisation), _) => organisation,
            (None, None, Step::Undelivered) => words::the_system(l),
            (None, None, _) => words::somebody(l),
        };
        let note = (!entry.note.is_empty()).then(|| view! { <p class="typed" dir="auto">{entry.note}</p> });
        view! {
            <li class=class>
                <p><b dir="auto">{who}</b>" "{say::step(l, entry.step)}</p>
                <p class="meta"><Moment when=entry.when /></p>
                {note}
            </li>
        }
    });
    let lines = lines.collect_view();
    view! { <section class="card"><h2>{words::history(l)}</h2><ol class="timeline">{lines}</ol></section> }.into_any()
}
