//! `/clients/:id/people`: the people who are responsible for a client, assist or have access, and
//! those who could be added.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::Field;
use usher_types::clients::{Candidate, Colleague, Part, PeoplePage};

use super::api::{PutToClient, TakeOffClient, client_people_page};
use crate::ui::{Hidden, PostForm, lang, load, loaded};
use crate::users::{draft_param, id_param};
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
    let PeoplePage {
        client,
        team,
        people,
        q,
        found,
        refusal,
    } = page;
    let (id, address) = (
        client.id.to_string(),
        format!("/clients/{}/people", client.id),
    );
    let title = messages::who_works_with(l);
    let refused = refusal.map(|refusal| view! { <div class="notice bad" role="alert"><p>{labels::refusal(l, &refusal)}</p></div> });
    let queue = people.iter().all(|(part, _)| *part != Part::Responsible).then(|| {
        let team = team.map(|team| team.name).unwrap_or_default();
        view! { <div class="body"><p><span class="badge warn">{messages::in_queue(l)}</span>" "<span dir="auto">{team}</span></p></div> }
    });
    let hidden = move |user: &Colleague, part: Part| (user.user.to_string(), part.code());
    let held = people.into_iter().map(|(part, person)| {
        let (user, code) = hidden(&person, part);
        let label = messages::remove_member(l, &person.name);
        let (client, title, q) = (id.clone(), title.clone(), q.clone());
        view! {
            <li>
                <span><b dir="auto">{person.name}</b><span class="hint">{labels::part(l, part)}</span></span>
                <PostForm action=TakeOffClient::url() title class="inline">
                    <Hidden name="client" value=client />
                    <Hidden name="q" value=q />
                    <Hidden name="user" value=user />
                    <Hidden name="part" value=code />
                    <button class="button slim" aria-label=label>{messages::remove(l)}</button>
                </PostForm>
            </li>
        }
    });
    let held = held.collect_view();
    let nobody = found
        .is_empty()
        .then(|| view! { <div class="body quiet" role="status">{messages::nobody_found(l)}</div> });
    let found = found.into_iter().map(|Candidate { person, parts, why_not }| {
        let forms = parts.into_iter().map(|part| {
            let (user, code) = hidden(&person, part);
            let (client, title, q) = (id.clone(), title.clone(), q.clone());
            let label = messages::put_as(l, &person.name, labels::part(l, part));
            view! {
                <PostForm action=PutToClient::url() title class="inline">
                    <Hidden name="client" value=client />
                    <Hidden name="q" value=q />
                    <Hidden name="user" value=user />
                    <Hidden name="part" value=code />
                    <button class="button slim" aria-label=label>{labels::part(l, part)}</button>
                </PostForm>
            }
        });
        let forms = forms.collect_view();
        let why_not = why_not.map(|problem| view! { <span class="hint">{labels::problem(l, Field::Responsible, &problem)}</span> });
        view! { <li><span><b dir="auto">{person.name.clone()}</b>{why_not}</span><span class="row">{forms}</span></li> }
    });
    let found = found.collect_view();
    view! {
        <Title text=title.clone() />
        <div class="head">
            <div>
                <p class="crumb"><a href="/clients">{messages::clients(l)}</a><a href=format!("/clients/{}", client.id) dir="auto">{client.name}</a></p>
                <h1>{title.clone()}</h1>
            </div>
        </div>
        {refused}
        <div class="stack">
            <section class="card">
                <h2>{messages::now(l)}</h2>
                {queue}
                <ul class="lines">{held}</ul>
            </section>
            <section class="card">
                <h2>{messages::add_colleague(l)}</h2>
                <div class="tools">
                    <form method="get" action=address role="search" autocomplete="off">
                        <input type="search" name="q" class="search" value=q.clone() aria-label=messages::search_users(l) placeholder=messages::search_hint(l) dir="auto" />
                        <button class="button">{messages::search(l)}</button>
                    </form>
                </div>
                {nobody}
                <ul class="lines">{found}</ul>
            </section>
        </div>
    }
    .into_any()
}
