//! The administrators of another organisation, on its page, and the page of one action on one of
//! them.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use usher_types::organisations::{Administrator, AdministratorPage as Page};
use usher_types::users::Status;
use usher_types::{AdministratorAct as Act, Field, OrganisationId};

use super::api::{ActOnAdministrator, administrator_page};
use crate::ui::{Hidden, Moment, OverrideWarnings, PostForm, TextArea, lang, load, loaded};
use crate::users::{StatusBadge, draft_param};
use crate::{labels, messages};

/// The list of administrators, each with the actions of the operator.
pub fn administrators(organisation: OrganisationId, administrators: Vec<Administrator>) -> AnyView {
    let l = lang();
    let rows = administrators.into_iter().map(|person| {
        let acts = Act::ALL.into_iter().filter(|act| act.suits(person.status)).map(|act| {
            let to = format!("/organisations/{organisation}/administrators/{}/{}", person.user, act.code());
            view! { <a class="button slim" href=to aria-label=label_of(act, &person.name)>{label(act)}</a> }
        });
        let acts = acts.collect_view();
        let email = person.email.clone().unwrap_or_else(|| messages::not_provided(l));
        view! {
            <li>
                <span>
                    <b dir="auto">{person.name.clone()}</b>" "<StatusBadge status=person.status />
                    <span class="hint"><bdi dir="auto">{email}</bdi></span>
                    <span class="hint">{messages::last_activity(l)}": "{last(&person)}</span>
                </span>
                <span class="row">{acts}</span>
            </li>
        }
    });
    let rows = rows.collect_view();
    let body = if rows.is_empty() {
        view! { <div class="body quiet">{messages::no_administrators(l)}</div> }.into_any()
    } else {
        view! { <ul class="lines">{rows}</ul> }.into_any()
    };
    view! { <section class="card" id="administrators"><h2>{messages::administrators(l)}</h2>{body}</section> }.into_any()
}

fn last(person: &Administrator) -> AnyView {
    match person.last_activity.clone() {
        Some(when) => view! { <Moment when /> }.into_any(),
        None => messages::never(lang()).into_any(),
    }
}

fn label(act: Act) -> String {
    let l = lang();
    match act {
        Act::Invite => messages::send_new_link(l),
        Act::RemoveRole => messages::remove_administrator(l),
        Act::Archive => messages::archive_user(l),
        Act::Restore => messages::restore_user(l),
    }
}

/// The label with the name of the person, for screen readers.
fn label_of(act: Act, name: &str) -> String {
    let l = lang();
    match act {
        Act::Invite => messages::send_new_link_to(l, name),
        Act::RemoveRole => messages::remove_administrator_of(l, name),
        Act::Archive => messages::archive_person(l, name),
        Act::Restore => messages::restore_person(l, name),
    }
}

/// `/organisations/:id/administrators/:user/:act`: confirms an action, or explains why it is not
/// possible.
#[component]
pub fn AdministratorPage() -> impl IntoView {
    let (params, draft) = (use_params_map(), draft_param());
    let params = move || {
        let named = |name: &str| params.with(|params| params.get(name).unwrap_or_default());
        (named("id"), named("user"), named("act"), draft.get())
    };
    loaded(
        load(params, |(id, user, act, draft)| {
            administrator_page(id, user, act, draft)
        }),
        |page| {
            let l = lang();
            let title = label(page.act);
            let back = format!("/organisations/{}", page.organisation);
            let (name, organisation) = (
                page.administrator.name.clone(),
                page.organisation_name.clone(),
            );
            let body = match (page.act, page.administrator.email.clone()) {
                (Act::Invite, None) => {
                    blocked(&back, vec![messages::new_link_needs_email(l, &name)])
                }
                (act, _) if act.takes_away() && page.is_last => blocked(
                    &back,
                    vec![
                        messages::last_administrator(l, &name, &organisation),
                        messages::last_administrator_next(l),
                    ],
                ),
                (Act::Invite, Some(email)) => form(
                    page.clone(),
                    messages::new_link_lead(l, &name, email),
                    title.clone(),
                    back.clone(),
                ),
                (Act::RemoveRole, _) => form(
                    page.clone(),
                    messages::remove_administrator_lead(l, &name, &organisation),
                    title.clone(),
                    back.clone(),
                ),
                (Act::Archive, _) => form(
                    page.clone(),
                    messages::archive_administrator_lead(l, &name, &organisation),
                    title.clone(),
                    back.clone(),
                ),
                (Act::Restore, _) => form(
                    page.clone(),
                    messages::restore_administrator_lead(l, &name, &organisation),
                    title.clone(),
                    back.clone(),
                ),
            };
            view! {
            <Title text=title.clone() />
            <div class="head">
                <div>
                    <p class="crumb"><a href="/organisations">{messages::organisations(l)}</a><a href=back dir="auto">{organisation}</a></p>
                    <h1>{title}</h1>
                </div>
            </div>
            {body}
        }
        .into_any()
        },
    )
}

/// Explains why the action is not possible, with a link back.
fn blocked(back: &str, why: Vec<String>) -> AnyView {
    let why = why
        .into_iter()
        .map(|why| view! { <p dir="auto">{why}</p> })
        .collect_view();
    view! {
        <section class="card">
            <div class="body">
                {why}
                <p class="row"><a class="button" href=back.to_owned()>{messages::open_organisation(lang())}</a></p>
            </div>
        </section>
    }
    .into_any()
}

fn form(page: Page, lead: String, title: String, back: String) -> AnyView {
    let l = lang();
    let clients = (page.act.takes_away() && page.clients > 0)
        .then(|| view! { <p>{messages::administrators_clients(l, labels::clients(l, page.clients, false))}</p> });
    // created inside the form, so that they find its refusal
    let (act, reason) = (page.act, page.form.reason.clone());
    let fields = move || {
        match act {
        Act::Archive => Some(
            view! { <TextArea field=Field::Reason value=reason hint=messages::reason_kept(l) required=true /> <OverrideWarnings /> }
                .into_any(),
        ),
        Act::RemoveRole => Some(view! { <OverrideWarnings reason /> }.into_any()),
        Act::Invite | Act::Restore => None,
    }
    };
    let class = if page.act.takes_away() {
        "button danger main"
    } else {
        "button main"
    };
    view! {
        <PostForm action=ActOnAdministrator::url() title=title.clone() refusal=page.refusal.clone() class="card confirm">
            <Hidden name="id" value=page.form.id.clone() />
            <Hidden name="user" value=page.form.user.clone() />
            <Hidden name="act" value=page.form.act.clone() />
            <p class="lead">{lead}</p>
            {details(&page.administrator)}
            <div class="body">{clients}<p>{messages::administrators_are_told(l, &page.organisation_name)}</p></div>
            {fields()}
            <div class="review">
                <span class="grow"></span>
                <a class="button" href=back>{messages::cancel(l)}</a>
                <button class=class>{title}</button>
            </div>
        </PostForm>
    }
    .into_any()
}

fn details(person: &Administrator) -> AnyView {
    let l = lang();
    let archived = person
        .archived_reason
        .clone()
        .filter(|_| person.status == Status::Archived);
    view! {
        <dl>
            <dt>{messages::name(l)}</dt><dd><bdi dir="auto">{person.name.clone()}</bdi></dd>
            <dt>{messages::login_name(l)}</dt><dd><bdi dir="auto">{person.login_name.clone()}</bdi></dd>
            <dt>{messages::email(l)}</dt><dd><bdi dir="auto">{person.email.clone().unwrap_or_else(|| messages::not_provided(l))}</bdi></dd>
            <dt>{messages::status(l)}</dt><dd><StatusBadge status=person.status /></dd>
            <dt>{messages::last_activity(l)}</dt><dd>{last(person)}</dd>
            {archived.map(|reason| view! { <dt>{messages::archived_because(l)}</dt><dd dir="auto">{reason}</dd> })}
        </dl>
    }
    .into_any()
}
