//! `/users/:id/caseload`: the clients that a user is responsible for, and moving them to a
//! colleague (OG-12).

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::clients::{CaseloadPage as Page, Move};
use usher_types::covers::Cover;
use usher_types::{Field, Permission};

use super::api::{MoveCaseload, ReturnCaseload, caseload_page};
use super::list::{client_query, table};
use super::list_link;
use crate::people::{crumbs, tabs};
use crate::ui::{
    Card, FieldError, Filters, FormSection, Hidden, Moment, PageHeader, PostForm, SelectField,
    SubmitBar, draft_param, id_param, lang, load, loaded, may, pager, quiet_text,
};
use crate::{labels, messages, referrals};

/// `/users/:id/caseload`.
#[component]
pub fn CaseloadPage() -> impl IntoView {
    let (id, draft, query) = (id_param(), draft_param(), client_query());
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
    let referrals = page.referrals.clone();
    let open = (!referrals.is_empty()).then(
        || view! { <Card title=messages::open_referrals(l)>{referrals::table(referrals)}</Card> },
    );
    let assists = (!page.assists.is_empty()).then(|| {
        let lines = page.assists.iter().map(|client| view! { <li><a href=format!("/clients/{}", client.id) dir="auto">{client.name.clone()}</a></li> });
        view! { <Card title=messages::assists(l)><div class="body"><ul class="plain">{lines.collect_view()}</ul></div></Card> }
    });
    let unable = (!page.is_able && !page.clients.rows.is_empty())
        .then(|| view! { <div class="notice warn"><p dir="auto">{messages::able_no_more(l, &page.person.name)}</p></div> });
    // a caseworker comes from the navigation and may not see user pages
    let sees_people = may(Permission::ViewUsers);
    let crumbs = if sees_people {
        crumbs(user, &page.person.name).to_vec()
    } else {
        vec![list_link()]
    };
    let count = labels::clients(l, page.clients.pages.total, page.clients.pages.more);
    let below = view! { <ul class="stats"><li>{count}</li></ul> }.into_any();
    view! {
        <PageHeader title crumbs below=Some(below) />
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
        return view! { <Card title=messages::clients(l)>{quiet_text(messages::answers_for_nobody(l))}</Card> }.into_any();
    }
    let address = format!("/users/{}/caseload", page.person.user);
    let count = labels::clients(l, list.pages.total, list.pages.more);
    let foot = pager(&Filters::new(address), count, &list.pages);
    if !page.may_move {
        return view! { <Card title=messages::clients(l)>{table(list.rows.clone(), None)}{foot}</Card> }.into_any();
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
            <FormSection title=messages::clients(l)>
                <span class="message" id=Field::Clients.name()><FieldError field=Field::Clients /></span>
                {table(rows, Some(("clients[]", &form.clients)))}
                {foot}
                <label class="check">
                    <input type="checkbox" name="all" value="on" checked=!form.all.is_empty() />
                    <span>{all}</span>
                </label>
                <SelectField field=Field::To value=form.to.clone() nothing=messages::queues_of_teams(l) options hint=messages::move_hint(l) />
            </FormSection>
            <SubmitBar submit=messages::move_clients(l) />
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
        view! { <li><span><b dir="auto">{label(cover)}</b><span class="hint">{labels::cover_period(l, cover)}</span></span></li> }
    });
    Some(view! { <Card title><ul class="lines">{lines.collect_view()}</ul></Card> }.into_any())
}
