//! The administrators of another organisation, on its page, and the page of one action on one of
//! them.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;
use usher_types::organisations::{Administrator, AdministratorPage as Page};
use usher_types::users::Status;
use usher_types::{AdministratorAct as Act, Field, OrganisationId, durations};

use super::api::{ActOnAdministrator, administrator_page};
use super::list;
use crate::people::StatusBadge;
use crate::ui::{
    Card, DescriptionList, Detail, Hidden, Link, OverrideWarnings, PageHeader, PostForm, SubmitBar,
    TextArea, draft_param, lang, load, loaded, moment_or_never, quiet_text, typed, typed_or_none,
};
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
                    <span class="hint">{messages::last_activity(l)}": "{moment_or_never(person.last_activity.clone())}</span>
                </span>
                <span class="row">{acts}</span>
            </li>
        }
    });
    let rows = rows.collect_view();
    let body = if rows.is_empty() {
        quiet_text(messages::no_administrators(l))
    } else {
        view! { <ul class="lines">{rows}</ul> }.into_any()
    };
    view! { <Card title=messages::administrators(l) id="administrators">{body}</Card> }.into_any()
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
        show,
    )
}

fn show(page: Page) -> AnyView {
    let title = label(page.act);
    let back = format!("/organisations/{}", page.organisation);
    let organisation = page.organisation_name.clone();
    let body = match lead(&page) {
        Ok(lead) => form(page, lead, title.clone(), back.clone()),
        Err(why) => blocked(&back, why),
    };
    view! {
        <PageHeader title crumbs=[list(), Link::new(back, organisation)] />
        {body}
    }
    .into_any()
}

/// What the action will do.
///
/// # Errors
/// Why it is not possible.
fn lead(page: &Page) -> Result<String, Vec<String>> {
    let l = lang();
    let (name, organisation) = (&page.administrator.name, &page.organisation_name);
    if page.act.takes_away() && page.is_last {
        return Err(vec![
            messages::last_administrator(l, name, organisation),
            messages::last_administrator_next(l),
        ]);
    }
    match (page.act, &page.administrator.email) {
        (Act::Invite, None) => Err(vec![messages::new_link_needs_email(l, name)]),
        (Act::Invite, Some(email)) => Ok(messages::new_link_lead(
            l,
            name,
            email,
            durations::days(durations::INVITATION),
        )),
        (Act::RemoveRole, _) => Ok(messages::remove_administrator_lead(l, name, organisation)),
        (Act::Archive, _) => Ok(messages::archive_administrator_lead(l, name, organisation)),
        (Act::Restore, _) => Ok(messages::restore_administrator_lead(l, name, organisation)),
    }
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
    let danger = page.act.takes_away();
    view! {
        <PostForm action=ActOnAdministrator::url() title=title.clone() refusal=page.refusal.clone() class="card confirm">
            <Hidden name="id" value=page.form.id.clone() />
            <Hidden name="user" value=page.form.user.clone() />
            <Hidden name="act" value=page.form.act.clone() />
            <p class="lead">{lead}</p>
            {details(&page.administrator)}
            <div class="body">{clients}<p>{messages::administrators_are_told(l, &page.organisation_name)}</p></div>
            {fields()}
            <SubmitBar submit=title cancel=Link::new(back, messages::cancel(l)) danger />
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
        <DescriptionList>
            <Detail term=messages::name(l)>{typed(&person.name)}</Detail>
            <Detail term=messages::login_name(l)>{typed(&person.login_name)}</Detail>
            <Detail term=messages::email(l)>{typed_or_none(person.email.as_deref().unwrap_or_default())}</Detail>
            <Detail term=messages::status(l)><StatusBadge status=person.status /></Detail>
            <Detail term=messages::last_activity(l)>{moment_or_never(person.last_activity.clone())}</Detail>
            {archived.map(|reason| view! { <Detail term=messages::archived_because(l)>{typed(reason)}</Detail> })}
        </DescriptionList>
    }
    .into_any()
}
