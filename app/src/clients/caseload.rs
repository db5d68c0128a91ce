//! `/users/:id/caseload`: the clients that a user is responsible for, and moving them to a
//! colleague (OG-12).

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use usher_types::clients::{CaseloadPage as Page, Move};
use usher_types::covers::Cover;
use usher_types::{Field, Permission};

use super::api::{MoveCaseload, ReturnCaseload, caseload_page};
use super::list::{query_params, table};
use crate::ui::{
    FieldError, Hidden, Moment, PostForm, SelectField, lang, load, loaded, page_context, pager,
};
use crate::users::{cover_period, draft_param, id_param, tabs};
use crate::{labels, messages, referrals};

/// `/users/:id/caseload`.
#[component]
pub fn CaseloadPage() -> impl IntoView {
    let (id, draft, query) = (id_param(), draft_param(), query_params());
    let page = load(
        move || (id.get(), query.get(), draft.get()),
        |(id, query, draft)| caseload_page(id, query, draft),
    );
    loaded(page, show)
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let title = messages::caseload_of(l, &page.person.name);
    let user = page.person.user;
    let moves = page
        .moves
        .iter()
        .map(|made| move_notice(&page, made))
        .collect_view();
    let open = (!page.referrals.is_empty()).then(
        || view! { <section class="card"><h2>{messages::open_referrals(l)}</h2>{referrals::table(page.referrals.clone())}</section> },
    );
    let assists = (!page.assists.is_empty()).then(|| {
        let lines = page.assists.iter().map(|client| view! { <li><a href=format!("/clients/{}", client.id) dir="auto">{client.name.clone()}</a></li> });
        view! { <section class="card"><h2>{messages::assists(l)}</h2><div class="body"><ul class="plain">{lines.collect_view()}</ul></div></section> }
    });
    let unable = (!page.is_able && !page.clients.rows.is_empty())
        .then(|| view! { <div class="notice warn"><p dir="auto">{messages::able_no_more(l, &page.person.name)}</p></div> });
    // a caseworker comes from the navigation and may not see user pages
    let sees_people = page_context()
        .me
        .is_some_and(|me| me.grants.reaches_others(Permission::ViewUsers));
    let crumb = if sees_people {
        view! {
            <p class="crumb"><a href="/users">{messages::users(l)}</a><a href=format!("/users/{user}") dir="auto">{page.person.name.clone()}</a></p>
        }
        .into_any()
    } else {
        view! { <p class="crumb"><a href="/clients">{messages::clients(l)}</a></p> }.into_any()
    };
    view! {
        <Title text=title.clone() />
        <div class="head">
            <div>
                {crumb}
                <h1 dir="auto">{title}</h1>
                <ul class="stats"><li>{labels::clients(l, page.clients.pages.total, page.clients.pages.more)}</li></ul>
            </div>
        </div>
        {tabs(user, "caseload")}
        <div class="stack">
            {moves}
            {unable}
            {clients(&page)}
            {open}
            {assists}
            {covers(messages::covers_now(l), &page.covers, |cover| cover.team.name.clone())}
            {covers(messages::covered_by(l), &page.covered_by, |cover| cover.name.clone())}
        </div>
    }
    .into_any()
}

/// The clients, and the form that moves the checked ones, or all.
fn clients(page: &Page) -> AnyView {
    let l = lang();
    let list = &page.clients;
    if list.rows.is_empty() {
        return view! { <section class="card"><h2>{messages::clients(l)}</h2><div class="body quiet">{messages::answers_for_nobody(l)}</div></section> }.into_any();
    }
    let address = format!("/users/{}/caseload", page.person.user);
    let foot = pager(
        &address,
        &[],
        labels::clients(l, list.pages.total, list.pages.more),
        &list.pages,
    );
    if !page.may_move {
        return view! { <section class="card"><h2>{messages::clients(l)}</h2>{table(list.rows.clone(), None)}{foot}</section> }.into_any();
    }
    let options = page
        .colleagues
        .iter()
        .map(|person| (person.user.to_string(), person.name.clone()))
        .collect();
    let (form, rows) = (page.form.clone(), list.rows.clone());
    let all = messages::all_these(l, labels::clients(l, list.pages.total, list.pages.more));
    view! {
        <PostForm action=MoveCaseload::url() title=messages::move_clients(l) refusal=page.refusal.clone()>
            <Hidden name="user" value=form.user.clone() />
            <fieldset>
                <legend>{messages::clients(l)}</legend>
                <span class="message" id=Field::Clients.name()><FieldError field=Field::Clients /></span>
                {table(rows, Some(("clients[]", &form.clients)))}
                {foot}
                <label class="check">
                    <input type="checkbox" name="all" value="on" checked=!form.all.is_empty() />
                    <span>{all}</span>
                </label>
                <SelectField field=Field::To value=form.to.clone() nothing=messages::queues_of_teams(l) options hint=messages::move_hint(l) />
            </fieldset>
            <div class="review">
                <span class="grow"></span>
                <button class="button main">{messages::move_clients(l)}</button>
            </div>
        </PostForm>
    }
    .into_any()
}

/// One move of clients, with the button that undoes it.
fn move_notice(page: &Page, made: &Move) -> AnyView {
    let l = lang();
    let (user, id) = (page.person.user.to_string(), made.id.to_string());
    let clients = labels::clients(l, made.clients, false);
    let summary = match &made.to {
        Some(to) => messages::moved_to(l, clients, &to.name),
        None => messages::moved_to_queues(l, clients),
    };
    let by = made
        .by
        .clone()
        .map(|by| view! { <span class="hint">{messages::by_person(l, by.name)}</span> });
    let when = made.when.clone();
    view! {
        <div class="notice">
            <p><span dir="auto">{summary}</span>" "<Moment when />" "{by}</p>
            <PostForm action=ReturnCaseload::url() title=messages::give_back(l) class="inline">
                <Hidden name="user" value=user />
                <Hidden name="moved" value=id />
                <button class="button slim">{messages::give_back(l)}</button>
            </PostForm>
        </div>
    }
    .into_any()
}

fn covers(title: String, covers: &[Cover], label: impl Fn(&Cover) -> String) -> Option<AnyView> {
    let l = lang();
    if covers.is_empty() {
        return None;
    }
    let lines = covers.iter().map(|cover| {
        view! { <li><span><b dir="auto">{label(cover)}</b><span class="hint">{cover_period(l, cover)}</span></span></li> }
    });
    Some(view! { <section class="card"><h2>{title}</h2><ul class="lines">{lines.collect_view()}</ul></section> }.into_any())
}
