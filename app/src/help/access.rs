//! `/help/access`: what one may do here; for who looks after people, why somebody cannot sign in, see a person, or add one, and what
//! to do about each.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::explanations::{Answer, Check, Explained, HelpPage, Named, Question, Way, What, passes};
use usher_types::session::encode;
use usher_types::users::May;
use usher_types::{Permission, UserId};

use super::api::access_help;
use crate::ui::{lang, load, loaded, visit};
use crate::{say, words};

/// `/help/access`.
#[component]
pub fn AccessHelpPage() -> impl IntoView {
    let query = use_query_map();
    let asked = move |name: &str| query.with(|query| query.get(name)).unwrap_or_default();
    let question = move || Question {
        q: asked("q"),
        person: asked("person"),
        about: asked("about"),
        other: asked("other"),
        client_q: asked("client_q"),
        client: asked("client"),
        typed: asked("typed"),
    };
    loaded(load(question, access_help), show)
}

fn show(page: HelpPage) -> AnyView {
    let l = lang();
    let HelpPage { question, may_look, found, explained, support } = page;
    let support = (!support.is_empty()).then(|| {
        view! { <section class="card"><h2>{words::support(l)}</h2><div class="body" dir="auto">{support}</div></section> }
    });
    let others = may_look.then(|| {
        let nobody = (found.is_empty() && !question.q.is_empty()).then(|| view! { <div class="body quiet" role="status">{words::nobody_found(l)}</div> });
        let found = found.into_iter().map(|person| choice("/help/access?person=", &person)).collect_view();
        view! {
            <section class="card">
                <h2>{words::whom_is_it_about(l)}</h2>
                <div class="tools">
                    <form method="get" action="/help/access" role="search" aria-label=words::search_users(l) autocomplete="off">
                        <input type="search" name="q" class="search" value=question.q.clone() aria-label=words::search_users(l) placeholder=words::search_hint(l) dir="auto" />
                        <button class="button">{words::search(l)}</button>
                    </form>
                </div>
                {nobody}
                <ul class="lines">{found}</ul>
            </section>
        }
    });
    let is_about_oneself = explained.is_none();
    view! {
        <Title text=words::access_help(l) />
        <div class="head"><div><h1>{words::access_help(l)}</h1><p class="quiet">{words::access_help_is(l)}</p></div></div>
        <div class="stack">
            {others}
            {explained.map(|explained| about(explained, &question))}
            {is_about_oneself.then(own)}
            {support}
        </div>
    }
    .into_any()
}

/// What one may do oneself.
fn own() -> AnyView {
    let l = lang();
    let grants = visit().me.map(|me| me.grants).unwrap_or_default();
    let held = |permission: &Permission| grants.reach(*permission);
    let lines = Permission::ALL
        .iter()
        .filter(|permission| permission.area().is_some() && (!permission.is_operators() || held(permission).is_some()))
        .map(|permission| {
            let (class, badge) = match held(permission) {
                Some(reach) => ("badge good", say::reach(l, reach)),
                None => ("badge none", words::reach_none(l)),
            };
            view! { <li><span>{say::permission(l, *permission)}</span><span class=class>{badge}</span></li> }
        });
    view! {
        <section class="card">
            <h2>{words::what_may_i_do(l)}</h2>
            <div class="body quiet">{words::what_may_i_do_why(l)}</div>
            <ul class="lines">{lines.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn choice(to: &str, (user, name, login_name): &Named) -> AnyView {
    let l = lang();
    let (to, label) = (format!("{to}{user}"), words::choose_person(l, name));
    view! {
        <li>
            <span><b dir="auto">{name.clone()}</b><span class="hint" dir="auto">{login_name.clone()}</span></span>
            <a class="button slim" href=to aria-label=label>{words::choose(l)}</a>
        </li>
    }
    .into_any()
}

fn about(explained: Explained, question: &Question) -> AnyView {
    let l = lang();
    let Explained { user, name, may, sign_in, found, other, clients, client, adds } = explained;
    let here = format!("/help/access?person={user}");
    let verdict = |checks: &[Check], yes: String, no: String| {
        let (class, said) = if passes(checks) { ("notice good", yes) } else { ("notice bad", no) };
        view! { <div class="body"><div class=class role="status"><p dir="auto"><b>{said}</b></p></div></div> }
    };
    let signs = verdict(&sign_in, words::can_sign_in(l, &name), words::cannot_sign_in_now(l, &name));
    let nobody = (found.is_empty() && !question.about.is_empty())
        .then(|| view! { <div class="body quiet" role="status">{words::nobody_found(l)}</div> });
    let to = format!("{here}&other=");
    let found = found.iter().map(|person| choice(&to, person)).collect_view();
    let seen = other.map(|((_, other, _), checks)| {
        let said = verdict(&checks, words::sees_person(l, &name, &other), words::sees_person_not(l, &name, &other));
        view! { {said}{list(user, may, checks)} }
    });
    let looks = visit().me.is_some_and(|me| me.grants.has(Permission::ViewClients));
    let served = looks.then(|| {
        let none = (clients.is_empty() && !question.client_q.is_empty())
            .then(|| view! { <div class="body quiet" role="status">{words::no_client_found(l)}</div> });
        let found = clients.iter().map(|client| {
            let (to, label) = (format!("{here}&client={}", client.id), words::choose_person(l, &client.name));
            view! { <li><span><b dir="auto">{client.name.clone()}</b></span><a class="button slim" href=to aria-label=label>{words::choose(l)}</a></li> }
        });
        let found = found.collect_view();
        let seen = client.map(|(client, checks)| {
            let said = verdict(&checks, words::sees_person(l, &name, &client.name), words::sees_person_not(l, &name, &client.name));
            view! { {said}{list(user, may, checks)} }
        });
        view! {
            <section class="card">
                <h2>{words::why_client_not_seen(l)}</h2>
                <div class="tools">
                    <form method="get" action="/help/access" role="search" aria-label=words::search_clients(l) autocomplete="off">
                        <input type="hidden" name="person" value=user.to_string() />
                        <input type="search" name="client_q" class="search" value=question.client_q.clone() aria-label=words::search_clients(l) placeholder=words::search_clients_hint(l) dir="auto" />
                        <button class="button">{words::search(l)}</button>
                    </form>
                </div>
                {none}
                <ul class="lines">{found}</ul>
                {seen}
            </section>
        }
    });
    let added = verdict(&adds, words::can_add(l, &name), words::cannot_add(l, &name));
    view! {
        <h2><a href=format!("/users/{user}") dir="auto">{name.clone()}</a></h2>
        <section class="card"><h2>{words::why_no_sign_in(l)}</h2>{signs}{list(user, may, sign_in)}</section>
        <section class="card">
            <h2>{words::why_not_seen(l)}</h2>
            <div class="tools">
                <form method="get" action="/help/access" role="search" aria-label=words::whom_not_seen(l) autocomplete="off">
                    <input type="hidden" name="person" value=user.to_string() />
                    <input type="search" name="about" class="search" value=question.about.clone() aria-label=words::whom_not_seen(l) placeholder=words::search_hint(l) dir="auto" />
                    <button class="button">{words::search(l)}</button>
                </form>
            </div>
            {nobody}
            <ul class="lines">{found}</ul>
            {seen}
        </section>
        {served}
        <section class="card">
            <h2>{words::why_no_add(l)}</h2>
            <form method="get" action="/help/access" class="body" autocomplete="off">
                <input type="hidden" name="person" value=user.to_string() />
                <div class="field">
                    <label for="typed">{words::typed_name(l)}</label>
                    <span class="hint" id="typed-hint">{words::typed_name_hint(l)}</span>
                    <input id="typed" name="typed" value=question.typed.clone() dir="auto" spellcheck="false" autocapitalize="off" aria-describedby="typed-hint" />
                </div>
                <p class="row"><button class="button">{words::check(l)}</button></p>
            </form>
            {added}
            {list(user, may, adds)}
        </section>
    }
    .into_any()
}

/// What was looked at, each with its answer in a word and what to do.
fn list(user: UserId, may: May, checks: Vec<Check>) -> AnyView {
    let l = lang();
    let lines = checks.into_iter().map(|Check { what, answer }| {
        let (class, word) = match answer {
            Answer::Yes => ("badge good", words::answer_yes(l)),
            Answer::No => ("badge bad", words::answer_not(l)),
            Answer::Note => ("badge none", words::answer_note(l)),
        };
        let (advice, link) = if answer == Answer::Yes { (None, None) } else { mend(user, may, &what) };
        let advice = advice.map(|advice| view! { <span class="hint" dir="auto">{advice}</span> });
        let link = link.map(|(to, label)| view! { <a href=to>{label}</a> });
        view! { <li><span><span class=class>{word}</span>" "<span dir="auto">{say::check(l, &what)}</span>{advice}</span>{link}</li> }
    });
    view! { <ul class="lines">{lines.collect_view()}</ul> }.into_any()
}

/// What to do about something that stands in the way, and the page that does it, for who may.
fn mend(user: UserId, may: May, what: &What) -> (Option<String>, Option<(String, String)>) {
    let l = lang();
    let page = |is_mine: bool, to: &str, label: String| is_mine.then(|| (format!("/users/{user}/{to}"), label));
    match what {
        What::NotArchived(_) => (Some(words::mend_restore(l)), page(may.restore, "restore", words::restore_user(l))),
        What::NotSuspended => (Some(words::mend_suspended(l)), None),
        What::WayIn(Way::Invited) => (Some(words::mend_invited(l)), page(may.way_in, "invite", words::send_invitation(l))),
        What::WayIn(Way::Expired(_)) => (Some(words::mend_expired(l)), page(may.way_in, "password", words::change_password(l))),
        What::WayIn(_) => (Some(words::mend_way_in(l)), page(may.way_in, "invite", words::send_invitation(l))),
        What::NotSlowed(_) => (Some(words::mend_slowed(l)), page(may.way_in, "password", words::change_password(l))),
        What::SeesPeople(_) | What::SeesClients(_) | What::SeesBank | What::AddsPeople(_) | What::Gives(_) => {
            (Some(words::mend_role(l)), page(may.roles, "roles", words::add_a_role(l)))
        }
        What::ClientNear(_) => (Some(words::mend_client(l)), None),
        What::SameOffice(_) | What::Near(_) | What::HasTeam => (Some(words::mend_place(l)), page(may.edit, "edit", words::edit_details(l))),
        What::SeatLeft(_) => (Some(words::mend_seat(l)), None),
        What::NameFree(_) => (Some(words::mend_name(l)), None),
        What::AddressFree => (Some(words::mend_address(l)), None),
        What::Covers => (Some(words::cover_opens(l)), None),
        What::Here
        | What::CoversClient
        | What::ClientArchived
        | What::LastSignIn(_)
        | What::LastFailure(_)
        | What::RoleNeeded
        | What::OfficeNeeded => (None, None),
    }
}

/// Where the page of somebody leads to their explanation.
pub(crate) fn explain(user: UserId) -> String {
    format!("/help/access?person={}", encode(&user.to_string()))
}
