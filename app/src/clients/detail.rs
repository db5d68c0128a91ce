//! `/clients/:id`: who the client is, who works with them, and what happened.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::Permission;
use usher_types::audit::Subject;
use usher_types::clients::{ClientPage, Colleague};

use super::api::{RestoreClient, client_page};
use super::list_link;
use crate::activity::activity;
use crate::ui::{
    Card, DescriptionList, Detail, Hidden, PageBody, PageHeader, PostForm, SideMenu, id_param,
    lang, load, loaded, may, typed, typed_lines, typed_or_none,
};
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
    let crumbs: Vec<_> = (!page.is_self).then(list_link).into_iter().collect();
    let number = Some(page.shown.number.clone()).filter(|number| !number.is_empty());
    let covering = page.covering.as_ref().map(
        |team| view! { <div class="notice"><p>{messages::covering_for(l, &team.name)}</p></div> },
    );
    let menu = (page.may_edit && is_open).then(|| menu(&page));
    let restore = page
        .archived
        .clone()
        .map(|(when, why)| archived(&page, when.text, why));
    view! {
        <PageHeader title=page.name.clone() crumbs initials=page.initials.clone() lead=number>{edit}</PageHeader>
        {covering}
        {restore}
        <PageBody menu>
            {details(&page)}
            {people(&page)}
            {referrals_card(&page)}
            {activity(page.activity, Subject::Client, page.id)}
        </PageBody>
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
        <SideMenu>
            <a href=format!("/clients/{id}/edit")>{messages::edit_details(l)}</a>
            <a href=format!("/clients/{id}/people")>{messages::who_works_with(l)}</a>
            {account}
            <a class="danger" href=format!("/clients/{id}/archive")>{messages::archive_client(l)}</a>
        </SideMenu>
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
    let team = shown
        .team
        .clone()
        .map(|team| view! { <Detail term=messages::team(l)>{typed(team.name)}</Detail> });
    let note = (!shown.note.is_empty()).then(
        || view! { <Detail term=messages::client_note(l)>{typed_lines(&shown.note)}</Detail> },
    );
    let account = match page.account {
        _ if page.is_self => None,
        None => Some(messages::no_account(l).into_any()),
        Some(Some(user)) => Some(
            view! { <a href=format!("/users/{user}")>{messages::has_account(l)}</a> }.into_any(),
        ),
        Some(None) => Some(messages::has_account(l).into_any()),
    };
    let account =
        account.map(|account| view! { <Detail term=messages::account(l)>{account}</Detail> });
    view! {
        <Card title=messages::details(l)>
            <DescriptionList>
                <Detail term=messages::name(l)>{typed(&page.name)}</Detail>
                <Detail term=messages::phone(l)>{typed_or_none(&shown.phone)}</Detail>
                <Detail term=messages::email(l)>{typed_or_none(&shown.email)}</Detail>
                {team}
                {note}
                {account}
                <Detail term=messages::created(l)>{page.created.text.clone()}</Detail>
            </DescriptionList>
        </Card>
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
    Some(view! { <Card title=messages::referrals(l)>{list}{refer}</Card> }.into_any())
}

fn people(page: &ClientPage) -> AnyView {
    let l = lang();
    let sees_people = may(Permission::ViewUsers);
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
    let title = if page.is_self {
        messages::who_works_with_you(l)
    } else {
        messages::who_works_with(l)
    };
    let line = |label: String, people: &[Colleague]| {
        (!people.is_empty()).then(|| view! { <Detail term=label>{named(people)}</Detail> })
    };
    view! {
        <Card title>
            <DescriptionList>
                <Detail term=messages::responsible(l)>{responsible}</Detail>
                {line(messages::assistants(l), &page.assistants)}
                {line(messages::given_access(l), &page.access)}
            </DescriptionList>
        </Card>
    }
    .into_any()
}
