//! `/clients/:id/people`: the people who are responsible for a client, assist or have access, and
//! those who could be added.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use usher_types::Field;
use usher_types::clients::{Candidate, Colleague, Part, PeoplePage};

use super::api::{PutToClient, TakeOffClient, client_people_page};
use super::list_link;
use crate::ui::{
    Card, Filters, Hidden, Link, PageHeader, PostForm, draft_param, id_param, lang, load, loaded,
};
use crate::{labels, messages};

/// `/clients/:id/people`.
#[component]
pub fn ClientPeoplePage() -> impl IntoView {
    let (id, draft, query) = (id_param(), draft_param(), use_query_map());
    let q = move || query.with(|query| query.get("q").unwrap_or_default());
    let page = load(
        move || (id.get(), q(), draft.get()),
        |(id, q, draft)| client_people_page(id, q, draft),
    );
    loaded(page, show)
}

fn show(page: PeoplePage) -> AnyView {
    let l = lang();
    let address = format!("/clients/{}", page.client.id);
    let refused = page.refusal.as_ref().map(|refusal| view! { <div class="notice bad" role="alert"><p>{labels::refusal(l, refusal)}</p></div> });
    let is_queued = page
        .people
        .iter()
        .all(|(part, _)| *part != Part::Responsible);
    let queue = is_queued.then(|| {
        let team = page.team.as_ref().map(|team| team.name.clone());
        view! { <div class="body"><p><span class="badge warn">{messages::in_queue(l)}</span>" "<span dir="auto">{team}</span></p></div> }
    });
    let held = page
        .people
        .iter()
        .map(|(part, person)| held_part(&page, *part, person))
        .collect_view();
    let nobody = page
        .found
        .is_empty()
        .then(|| view! { <div class="body quiet" role="status">{messages::nobody_found(l)}</div> });
    let found = page
        .found
        .iter()
        .map(|candidate| offered_parts(&page, candidate))
        .collect_view();
    let search = Filters::new(format!("{address}/people")).search(
        &page.q,
        messages::search_users(l),
        messages::search_hint(l),
    );
    let client = Link::new(address, page.client.name);
    view! {
        <PageHeader title=messages::who_works_with(l) crumbs=[list_link(), client] />
        {refused}
        <div class="stack">
            <Card title=messages::now(l)>
                {queue}
                <ul class="lines">{held}</ul>
            </Card>
            <Card title=messages::add_colleague(l)>
                {search.view()}
                {nobody}
                <ul class="lines">{found}</ul>
            </Card>
        </div>
    }
    .into_any()
}

/// A person who works with the client, with the button that takes the part away.
fn held_part(page: &PeoplePage, part: Part, person: &Colleague) -> AnyView {
    let l = lang();
    let label = messages::remove_member(l, &person.name);
    let form = part_form(
        page,
        TakeOffClient::url(),
        person,
        part,
        label,
        messages::remove(l),
    );
    view! { <li><span><b dir="auto">{person.name.clone()}</b><span class="hint">{labels::part(l, part)}</span></span>{form}</li> }
        .into_any()
}

/// A person who was found, with a button for each part that they could have.
fn offered_parts(
    page: &PeoplePage,
    Candidate {
        person,
        parts,
        why_not,
    }: &Candidate,
) -> AnyView {
    let l = lang();
    let forms = parts.iter().map(|part| {
        let name = labels::part(l, *part);
        let label = messages::put_as(l, &person.name, &name);
        part_form(page, PutToClient::url(), person, *part, label, name)
    });
    let forms = forms.collect_view();
    let why_not = why_not.as_ref().map(|problem| view! { <span class="hint">{labels::problem(l, Field::Responsible, problem)}</span> });
    view! { <li><span><b dir="auto">{person.name.clone()}</b>{why_not}</span><span class="row">{forms}</span></li> }
        .into_any()
}

fn part_form(
    page: &PeoplePage,
    action: &'static str,
    person: &Colleague,
    part: Part,
    label: String,
    button: String,
) -> AnyView {
    let (client, user) = (page.client.id.to_string(), person.user.to_string());
    let q = page.q.clone();
    view! {
        <PostForm action title=messages::who_works_with(lang()) class="inline">
            <Hidden name="client" value=client />
            <Hidden name="q" value=q />
            <Hidden name="user" value=user />
            <Hidden name="part" value=part.code() />
            <button class="button slim" aria-label=label>{button}</button>
        </PostForm>
    }
    .into_any()
}
