//! `/referrals/:id`: the content, the status, the actions and the history of a referral.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::referrals::{Direction, Entry, ReferralPage as Page};
use usher_types::{Field, ReferralStep, Refusal};

use super::api::{ActOnReferral, referral_page};
use super::{ReferralStatusBadge, list};
use crate::ui::{
    Card, DescriptionList, Detail, FormSection, Hidden, Moment, OverrideWarnings, PageHeader,
    PostForm, TextArea, lang, load_with_draft, loaded, typed, typed_lines, typed_or_none,
};
use crate::{labels, messages};

/// `/referrals/:id`.
#[component]
pub fn ReferralDetailPage() -> impl IntoView {
    loaded(load_with_draft(referral_page), |page| {
        let status = view! { <ReferralStatusBadge status=page.row.status /> }.into_any();
        let title = page.row.client_name.clone();
        view! {
            <PageHeader title=title.clone() crumbs=[list()]>{status}</PageHeader>
            <div class="stack">
                {details(&page)}
                {actions_form(&page, title)}
                {history(page.history)}
            </div>
        }
        .into_any()
    })
}

/// The form with one message, and a button for each action.
fn actions_form(page: &Page, title: String) -> Option<AnyView> {
    let l = lang();
    // after a refusal the form is shown even if no action is left, with what was typed
    if page.may.is_empty() && page.refusal.is_none() {
        return None;
    }
    let buttons = page.may.iter().map(|step| {
        let class = match step {
            ReferralStep::Accepted | ReferralStep::Replied => "button main",
            ReferralStep::Declined | ReferralStep::Withdrawn | ReferralStep::Ended => "button danger",
            _ => "button",
        };
        view! { <button class=class name="act" value=step.code()>{labels::referral_action(l, *step)}</button> }
    });
    let buttons = buttons.collect_view();
    let form = page.form.clone();
    let needs_words = page.may.iter().any(|step| step.needs_note());
    let hint = if needs_words {
        messages::note_hint(l)
    } else {
        messages::note_optional(l)
    };
    // the reason is only shown if there are warnings
    let warned = matches!(page.refusal, Some(Refusal::Warned(_))) || !form.reason.is_empty();
    Some(
        view! {
            <PostForm action=ActOnReferral::url() title refusal=page.refusal.clone()>
                <Hidden name="referral" value=form.referral />
                <Hidden name="version" value=form.version />
                <FormSection title=messages::answer_referral(l)>
                    <TextArea field=Field::Note value=form.note hint />
                </FormSection>
                {warned.then(|| view! { <OverrideWarnings reason=form.reason /> })}
                <div class="review"><span class="grow">{messages::both_are_told(l)}</span>{buttons}</div>
            </PostForm>
        }
        .into_any(),
    )
}

fn details(page: &Page) -> AnyView {
    let l = lang();
    let row = &page.row;
    let client = match page.client {
        Some(client) => {
            view! { <a href=format!("/clients/{client}") dir="auto">{row.client_name.clone()}</a> }
                .into_any()
        }
        None => typed(&row.client_name),
    };
    let resource = (!row.resource_name.is_empty()).then(|| {
        let name = row.resource_name.clone();
        let named = match page.resource {
            Some(resource) => {
                view! { <a href=format!("/resources/{resource}") dir="auto">{name}</a> }.into_any()
            }
            None => typed(name),
        };
        view! { <Detail term=messages::resource(l)>{named}</Detail> }
    });
    let other = (!row.other_name.is_empty()).then(|| {
        let label = if row.direction == Direction::Received {
            messages::referred_from(l)
        } else {
            messages::destination(l)
        };
        view! { <Detail term=label>{typed(&row.other_name)}</Detail> }
    });
    let under_way = page
        .is_under_way
        .then(|| view! { " " <span class="badge">{messages::under_way(l)}</span> });
    view! {
        <Card title=messages::referral(l)>
            <DescriptionList>
                <Detail term=messages::client_referred(l)>{client}</Detail>
                <Detail term=messages::contact_details(l)>{typed_or_none(&page.contact)}</Detail>
                {resource}
                {other}
                <Detail term=messages::why_referred(l)>{typed_lines(&page.why)}</Detail>
                <Detail term=messages::status(l)><ReferralStatusBadge status=row.status />{under_way}</Detail>
                <Detail term=messages::sent_on(l)><Moment when=row.created.clone() /></Detail>
            </DescriptionList>
        </Card>
    }
    .into_any()
}

/// The history, newest first, in the language of the reader.
fn history(entries: Vec<Entry>) -> AnyView {
    let l = lang();
    let lines = entries.into_iter().map(|entry| {
        let class = match entry.step {
            ReferralStep::Accepted => "good",
            ReferralStep::Asked => "warn",
            ReferralStep::Declined | ReferralStep::Undelivered => "bad",
            _ => "",
        };
        let who = match (entry.who, entry.organisation, entry.step) {
            (Some(name), Some(organisation), _) => messages::sender_of(l, name, organisation),
            (Some(name), None, _) => name,
            (None, Some(organisation), _) => organisation,
            (None, None, ReferralStep::Undelivered) => messages::the_system(l),
            (None, None, _) => messages::somebody(l),
        };
        let note = (!entry.note.is_empty())
            .then(|| view! { <p class="typed" dir="auto">{entry.note}</p> });
        view! {
            <li class=class>
                <p><b dir="auto">{who}</b>" "{labels::step(l, entry.step)}</p>
                <p class="meta"><Moment when=entry.when /></p>
                {note}
            </li>
        }
    });
    let lines = lines.collect_view();
    view! { <Card title=messages::history(l)><ol class="timeline">{lines}</ol></Card> }.into_any()
}
