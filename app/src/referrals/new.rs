//! `/referrals/new` and `/referrals/review`: client, destination, reason, preview. Each step is an
//! address of its own, so that it works without wasm, and with the browser's Back button.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::referrals::{
    NewReferral as Form, NewReferralPage as Page, NewReferralParams, ReferredClient, ReviewPage,
    Target, address,
};
use usher_types::url::encode;
use usher_types::{Field, Refusal};

use super::api::{CreateReferral, ReviewReferral, new_referral_page, review_referral_page};
use super::list;
use crate::messages;
use crate::resources::{capacity_text, full_badge, shared_resource};
use crate::ui::{
    Card, Choice, DescriptionList, Detail, Filters, FormSection, Hidden, Link, OverrideWarnings,
    PageHeader, PostForm, SubmitBar, TextArea, draft_param, lang, load, loaded, query_params,
    typed, typed_lines,
};

/// `/referrals/new`.
#[component]
pub fn ReferralNewPage() -> impl IntoView {
    let draft = draft_param();
    let params = query_params(|query| NewReferralParams {
        client: query.text("client"),
        resource: query.text("resource"),
        at: query.text("at"),
        q: query.text("q"),
    });
    let page = load(
        move || (params.get(), draft.get()),
        |(params, draft)| new_referral_page(params, draft),
    );
    loaded(page, |page| match page {
        Page::Client {
            q,
            found,
            resource,
            at,
        } => choose_client(q, found, &resource, &at),
        Page::Destination { .. } => choose_destination(page),
        Page::Words {
            client,
            target,
            contact,
            form,
            refusal,
        } => write_reason(&client, &target, &contact, *form, refusal),
    })
}

/// The step in which the user says why the client is referred.
fn write_reason(
    client: &ReferredClient,
    target: &Target,
    contact: &str,
    form: Form,
    refusal: Option<Refusal>,
) -> AnyView {
    let l = lang();
    let title = messages::refer_person(l, &client.name);
    let client = client_row(client, Some(address("", &form.resource, &form.at)));
    let destination = destination_row(target, Some(address(&form.client, "", "")));
    let contact = if contact.is_empty() {
        view! { <p class="quiet small">{messages::no_contact(l)}</p> }.into_any()
    } else {
        let checked = !form.with_contact.is_empty();
        let title = messages::with_contact(l, contact);
        view! { <Choice kind="checkbox" name="with_contact" value="on" title hint=messages::with_contact_hint(l) checked /> }
            .into_any()
    };
    view! {
        <PageHeader title=title.clone() crumbs=[list()] />
        <PostForm action=ReviewReferral::url() title refusal>
            {hidden_ids(&form)}
            <DescriptionList>{client}{destination}</DescriptionList>
            <FormSection title=messages::referral(l)>
                <TextArea field=Field::Why value=form.why.clone() hint=messages::why_referred_hint(l) required=true />
                {contact}
            </FormSection>
            <OverrideWarnings reason=form.reason.clone() />
            <SubmitBar submit=messages::review_referral(l) cancel=Link::new("/referrals", messages::cancel(l))>{messages::review_referral_why(l)}</SubmitBar>
        </PostForm>
    }
    .into_any()
}

/// The hidden fields that each step passes on.
fn hidden_ids(form: &Form) -> AnyView {
    view! {
        <Hidden name="client" value=form.client.clone() />
        <Hidden name="resource" value=form.resource.clone() />
        <Hidden name="at" value=form.at.clone() />
        <Hidden name="key" value=form.key.clone() />
    }
    .into_any()
}

fn change_link(to: Option<String>, what: String) -> Option<AnyView> {
    let l = lang();
    to.map(|to| {
        view! { " " <a href=to aria-label=messages::change_this(l, what)>{messages::change(l)}</a> }
            .into_any()
    })
}

fn client_row(client: &ReferredClient, to: Option<String>) -> AnyView {
    let l = lang();
    view! { <Detail term=messages::client_referred(l)><bdi dir="auto">{client.name.clone()}</bdi>{change_link(to, messages::client_referred(l))}</Detail> }.into_any()
}

fn destination_row(target: &Target, to: Option<String>) -> AnyView {
    let l = lang();
    let names = [
        Some(target.resource.clone()).filter(|name| !name.is_empty()),
        target.organisation.clone(),
    ];
    let names = names.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! { <Detail term=messages::destination(l)><bdi dir="auto">{names}</bdi>" "{full_badge(target.is_full)}{change_link(to, messages::destination(l))}</Detail> }
        .into_any()
}

/// The search of a step. `keep` holds the parameters of the earlier steps.
fn search(label: String, hint: String, q: &str, keep: [(&'static str, &str); 2]) -> AnyView {
    let filters = Filters::new("/referrals/new").search(q, label, hint);
    keep.into_iter()
        .fold(filters, |filters, (name, value)| filters.keep(name, value))
        .view()
}

fn choose_client(q: String, found: Vec<ReferredClient>, resource: &str, at: &str) -> AnyView {
    let l = lang();
    let nobody = found.is_empty().then(
        || view! { <div class="body quiet" role="status">{messages::no_client_to_refer(l)}</div> },
    );
    let lines = found.into_iter().map(|client| {
        let to = address(&client.id.to_string(), resource, at);
        let number = (!client.number.is_empty())
            .then(|| view! { <span class="hint" dir="auto">{client.number}</span> });
        let label = messages::choose_person(l, &client.name);
        view! {
            <li>
                <span><b dir="auto">{client.name}</b>{number}</span>
                <a class="button slim" href=to aria-label=label>{messages::choose(l)}</a>
            </li>
        }
    });
    let lines = lines.collect_view();
    let (label, hint) = (
        messages::search_clients_to_refer(l),
        messages::search_clients_to_refer_hint(l),
    );
    view! {
        <PageHeader title=messages::refer_client(l) crumbs=[list()] />
        <Card title=messages::choose_client(l)>
            <div class="body"><p class="quiet">{messages::choose_client_why(l)}</p></div>
            {search(label, hint, &q, [("resource", resource), ("at", at)])}
            {nobody}
            <ul class="lines">{lines}</ul>
        </Card>
    }
    .into_any()
}

fn choose_destination(page: Page) -> AnyView {
    let l = lang();
    let Page::Destination {
        client,
        q,
        own,
        offered,
        organisations,
        is_gone,
        draft,
    } = page
    else {
        return ().into_any();
    };
    let id = client.id.to_string();
    let again = draft
        .as_deref()
        .map(|draft| format!("&draft={}", encode(draft)))
        .unwrap_or_default();
    let choose = |resource: &str, at: &str, name: &str| {
        let to = format!("{}{again}", address(&id, resource, at));
        view! { <a class="button slim" href=to aria-label=messages::choose_this(l, name)>{messages::choose(l)}</a> }
    };
    let note = draft.is_some().then(|| messages::typed_is_kept(l));
    let gone = is_gone.then(|| view! { <div class="notice warn" role="alert"><p>{messages::destination_gone(l)}" "{note}</p></div> });
    let none = (own.is_empty() && offered.is_empty() && organisations.is_empty())
        .then(|| view! { <section class="card"><div class="body quiet" role="status">{messages::no_destination_found(l)}</div></section> });
    let card = |title: String, lines: Vec<AnyView>| {
        (!lines.is_empty()).then(|| view! { <Card title><ul class="lines">{lines}</ul></Card> })
    };
    let own = own.iter().map(|row| {
        let facts = [capacity_text(row), row.opening.clone()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
        let resource = row.id.to_string();
        view! { <li><span><b dir="auto">{row.name.clone()}</b>" "{full_badge(row.is_full())}<span class="hint" dir="auto">{facts}</span></span>{choose(&resource, "", &row.name)}</li> }
            .into_any()
    });
    let own = card(messages::own_resources(l), own.collect());
    let offered = offered.iter().map(|offered| {
        let (resource, at) = (
            offered.resource.to_string(),
            offered.organisation.to_string(),
        );
        view! { <li>{shared_resource(offered)}{choose(&resource, &at, &offered.name)}</li> }
            .into_any()
    });
    let offered = card(messages::offered_by_others(l), offered.collect());
    let organisations = organisations
        .iter()
        .map(|(at, name)| view! { <li><span><b dir="auto">{name.clone()}</b></span>{choose("", &at.to_string(), name)}</li> }.into_any());
    let organisations = card(messages::organisations_taking(l), organisations.collect());
    let (label, hint) = (
        messages::search_resources(l),
        messages::search_resources_hint(l),
    );
    view! {
        <PageHeader title=messages::refer_person(l, &client.name) crumbs=[list()] />
        {gone}
        <div class="stack">
            <Card title=messages::choose_destination(l)>
                {search(label, hint, &q, [("client", &id), ("draft", draft.as_deref().unwrap_or_default())])}
            </Card>
            {none}
            {own}
            {offered}
            {organisations}
        </div>
    }
    .into_any()
}

/// `/referrals/review`.
#[component]
pub fn ReferralReviewPage() -> impl IntoView {
    let draft = draft_param();
    let page = load(
        move || draft.get().unwrap_or_default(),
        review_referral_page,
    );
    loaded(
        page,
        |ReviewPage {
             target,
             preview,
             form,
             draft,
         }| {
            let l = lang();
            let back = format!(
                "{}&draft={}",
                address(&form.client, &form.resource, &form.at),
                encode(&draft)
            );
            let lead = match &target.organisation {
                Some(organisation) => messages::goes_to(l, organisation),
                None => messages::goes_internal(l),
            };
            let contact = if preview.contact.is_empty() {
                view! { <span class="quiet">{messages::contact_stays(l)}</span> }.into_any()
            } else {
                typed(&preview.contact)
            };
            let sender = messages::sender_of(l, &preview.sender, &preview.organisation);
            view! {
            <PageHeader title=messages::review_referral(l) crumbs=[list()] />
            <PostForm action=CreateReferral::url() title=messages::review_referral(l) class="card confirm">
                {hidden_ids(&form)}
                <Hidden name="why" value=form.why.clone() />
                <Hidden name="with_contact" value=form.with_contact.clone() />
                <Hidden name="seen" value=form.seen.clone() />
                <Hidden name="override_warnings" value=form.override_warnings.clone() />
                <Hidden name="reason" value=form.reason.clone() />
                <p class="lead">{lead}</p>
                <DescriptionList>
                    {destination_row(&target, None)}
                    <Detail term=messages::client_referred(l)>{typed(&preview.client_name)}</Detail>
                    <Detail term=messages::contact_details(l)>{contact}</Detail>
                    <Detail term=messages::why_referred(l)>{typed_lines(&form.why)}</Detail>
                    <Detail term=messages::referred_from(l)>{typed(sender)}</Detail>
                </DescriptionList>
                <SubmitBar submit=messages::send_referral(l) cancel=Link::new(back, messages::change(l))>{messages::review_referral_why(l)}</SubmitBar>
            </PostForm>
        }
        .into_any()
        },
    )
}
