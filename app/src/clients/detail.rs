//! `/clients/:id`: who the client is, who works with them, and what happened.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use usher_types::audit::Subject;
use usher_types::clients::{ClientPage, Colleague};

use super::api::{RestoreClient, client_page};
use crate::ui::{Hidden, PostForm, lang, load, loaded, page_context};
use crate::users::{activity, id_param};
use crate::{messages, referrals};

/// `/clients/:id`.
#[component]
pub fn ClientDetailPage() -> impl IntoView {
    let id = id_param();
    loaded(load(move || id.get(), client_page), show)
}

fn show(page: ClientPage) -> AnyView {
    let l = lang();
    let id = page.id;
    let is_open = page.archived.is_none();
    let edit =
        (page.may_edit && is_open).then(|| view! { <a class="button" href=format!("/clients/{id}/edit")>{messages::edit_details(l)}</a> });
    let crumb = (!page.is_self)
        .then(|| view! { <p class="crumb"><a href="/clients">{messages::clients(l)}</a></p> });
    let number = (!page.shown.number.is_empty())
        .then(|| view! { <p class="quiet"><bdi dir="auto">{page.shown.number.clone()}</bdi></p> });
    let covering = page.covering.as_ref().map(
        |team| view! { <div class="notice"><p>{messages::covering_for(l, &team.name)}</p></div> },
    );
    let menu = (page.may_edit && is_open).then(|| menu(&page));
    let class = if menu.is_some() { "two" } else { "stack" };
    let restore = page
        .archived
        .clone()
        .map(|(when, why)| archived(&page, when.text, why));
    view! {
        <Title text=page.name.clone() />
        <div class="head">
            <span class="face big" aria-hidden="true">{page.initials.clone()}</span>
            <div>
                {crumb}
                <h1><bdi dir="auto">{page.name.clone()}</bdi></h1>
                {number}
            </div>
            {edit}
        </div>
        {covering}
        {restore}
        <div class=class>
            {menu}
            <div class="stack">
                {details(&page)}
                {people(&page)}
                {referrals_card(&page)}
                {activity(page.activity, Subject::Client, page.id)}
            </div>
        </div>
    }
    .into_any()
}

/// The side menu for users who may change the client.
fn menu(page: &ClientPage) -> AnyView {
    let (l, id) = (lang(), page.id);
    let account = page.may_give_account.then(
        || view! { <a href=format!("/users/new?client={id}")>{messages::give_account(l)}</a> },
    );
    view! {
        <nav class="side" aria-label=messages::actions(l)>
            <a href=format!("/clients/{id}/edit")>{messages::edit_details(l)}</a>
            <a href=format!("/clients/{id}/people")>{messages::who_works_with(l)}</a>
            {account}
            <a class="danger" href=format!("/clients/{id}/archive")>{messages::archive_client(l)}</a>
        </nav>
    }
    .into_any()
}

fn archived(page: &ClientPage, when: String, why: String) -> AnyView {
    let l = lang();
    let id = page.id.to_string();
    let restore = page.may_edit.then(|| {
        view! {
            <PostForm action=RestoreClient::url() title=messages::restore_client(l) class="inline">
                <Hidden name="client" value=id />
                <button class="button slim">{messages::restore_client(l)}</button>
            </PostForm>
        }
    });
    view! {
        <div class="notice warn">
            <p><b>{messages::archived_on(l, when)}</b>" "<span dir="auto">{why}</span></p>
            {restore}
        </div>
    }
    .into_any()
}

fn details(page: &ClientPage) -> AnyView {
    let l = lang();
    let shown = &page.shown;
    let or_none = |text: &str| {
        if text.is_empty() {
            view! { <span class="quiet">{messages::not_provided(l)}</span> }.into_any()
        } else {
            view! { <bdi dir="auto">{text.to_owned()}</bdi> }.into_any()
        }
    };
    let team = shown
        .team
        .clone()
        .map(|team| view! { <dt>{messages::team(l)}</dt><dd dir="auto">{team.name}</dd> });
    let note = (!shown.note.is_empty())
        .then(|| view! { <dt>{messages::client_note(l)}</dt><dd class="lines" dir="auto">{shown.note.clone()}</dd> });
    let account = match page.account {
        _ if page.is_self => None,
        None => Some(messages::no_account(l).into_any()),
        Some(Some(user)) => Some(
            view! { <a href=format!("/users/{user}")>{messages::has_account(l)}</a> }.into_any(),
        ),
        Some(None) => Some(messages::has_account(l).into_any()),
    };
    let account =
        account.map(|account| view! { <dt>{messages::account(l)}</dt><dd>{account}</dd> });
    view! {
        <section class="card">
            <h2>{messages::details(l)}</h2>
            <dl>
                <dt>{messages::name(l)}</dt><dd><bdi dir="auto">{page.name.clone()}</bdi></dd>
                <dt>{messages::phone(l)}</dt><dd>{or_none(&shown.phone)}</dd>
                <dt>{messages::email(l)}</dt><dd>{or_none(&shown.email)}</dd>
                {team}
                {note}
                {account}
                <dt>{messages::created(l)}</dt><dd>{page.created.text.clone()}</dd>
            </dl>
        </section>
    }
    .into_any()
}

/// The referrals of the client, and a link to a new one.
fn referrals_card(page: &ClientPage) -> Option<AnyView> {
    let l = lang();
    if page.referrals.is_empty() && !page.may_refer {
        return None;
    }
    let refer = page.may_refer.then(|| {
        view! { <p class="body"><a class="button slim" href=format!("/referrals/new?client={}", page.id)>{messages::refer_person(l, &page.name)}</a></p> }
    });
    let rows = page.referrals.clone();
    let list = (!rows.is_empty()).then(|| referrals::table(rows));
    Some(
        view! { <section class="card"><h2>{messages::referrals(l)}</h2>{list}{refer}</section> }
            .into_any(),
    )
}

fn people(page: &ClientPage) -> AnyView {
    let l = lang();
    let sees_people = page_context()
        .me
        .is_some_and(|me| me.grants.reaches_others(usher_types::Permission::ViewUsers));
    let named = |people: &[Colleague]| {
        let people = people.iter().map(|person| {
            let name = person.name.clone();
            if sees_people {
                view! { <li><a href=format!("/users/{}", person.user) dir="auto">{name}</a></li> }
                    .into_any()
            } else {
                view! { <li dir="auto">{name}</li> }.into_any()
            }
        });
        view! { <ul class="plain">{people.collect_view()}</ul> }
    };
    let responsible = match &page.shown.responsible {
        Some(person) => {
            let unable = (!page.is_able).then(
                || view! { <span class="badge warn">{messages::cannot_change_clients(l)}</span> },
            );
            view! { {named(std::slice::from_ref(person))}{unable} }.into_any()
        }
        None => view! { <span class="badge warn">{messages::in_queue(l)}</span> }.into_any(),
    };
    let line = |label: String, people: &[Colleague]| {
        (!people.is_empty()).then(|| view! { <dt>{label}</dt><dd>{named(people)}</dd> })
    };
    view! {
        <section class="card">
            <h2>{if page.is_self { messages::who_works_with_you(l) } else { messages::who_works_with(l) }}</h2>
            <dl>
                <dt>{messages::responsible(l)}</dt><dd>{responsible}</dd>
                {line(messages::assistants(l), &page.assistants)}
                {line(messages::given_access(l), &page.access)}
            </dl>
        </section>
    }
    .into_any()
}
