//! `/help/access`: the permissions of the user. For administrators also why a person cannot sign
//! in, see a user, or add one, and how to fix it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::explanations::{
    Answer, Check, Explained, HelpPage, Named, Question, Way, What, passes,
};
use usher_types::url::encode;
use usher_types::users::May;
use usher_types::{Permission, UserId};

use super::api::access_help;
use crate::ui::{lang, load, loaded, page_context};
use crate::{labels, messages};

/// `/help/access`.
#[component]
pub fn AccessHelpPage() -> impl IntoView {
    let query = use_query_map();
    let param = move |name: &str| query.with(|query| query.get(name)).unwrap_or_default();
    let question = move || Question {
        q: param("q"),
        person: param("person"),
        about: param("about"),
        other: param("other"),
        client_q: param("client_q"),
        client: param("client"),
        typed: param("typed"),
    };
    loaded(load(question, access_help), show)
}

fn show(page: HelpPage) -> AnyView {
    let l = lang();
    let HelpPage {
        question,
        may_look,
        found,
        explained,
        support,
    } = page;
    let support = (!support.is_empty()).then(|| {
        view! { <section class="card"><h2>{messages::support(l)}</h2><div class="body" dir="auto">{support}</div></section> }
    });
    let others = may_look.then(|| {
        let nobody = (found.is_empty() && !question.q.is_empty()).then(|| view! { <div class="body quiet" role="status">{messages::nobody_found(l)}</div> });
        let found = found.into_iter().map(|person| person_choice("/help/access?person=", &person)).collect_view();
        view! {
            <section class="card">
                <h2>{messages::whom_is_it_about(l)}</h2>
                <div class="tools">
                    <form method="get" action="/help/access" role="search" aria-label=messages::search_users(l) autocomplete="off">
                        <input type="search" name="q" class="search" value=question.q.clone() aria-label=messages::search_users(l) placeholder=messages::search_hint(l) dir="auto" />
                        <button class="button">{messages::search(l)}</button>
                    </form>
                </div>
                {nobody}
                <ul class="lines">{found}</ul>
            </section>
        }
    });
    let is_about_oneself = explained.is_none();
    view! {
        <Title text=messages::access_help(l) />
        <div class="head"><div><h1>{messages::access_help(l)}</h1><p class="quiet">{messages::access_help_is(l)}</p></div></div>
        <div class="stack">
            {others}
            {explained.map(|explained| explanation(explained, &question))}
            {is_about_oneself.then(own_permissions)}
            {support}
        </div>
    }
    .into_any()
}

/// The permissions of the signed-in user.
fn own_permissions() -> AnyView {
    let l = lang();
    let grants = page_context().me.map(|me| me.grants).unwrap_or_default();
    let held = |permission: &Permission| grants.reach(*permission);
    let lines = Permission::ALL
        .iter()
        .filter(|permission| permission.area().is_some() && (!permission.is_operators() || held(permission).is_some()))
        .map(|permission| {
            let (class, badge) = match held(permission) {
                Some(reach) => ("badge good", labels::reach(l, reach)),
                None => ("badge none", messages::reach_none(l)),
            };
            view! { <li><span>{labels::permission(l, *permission)}</span><span class=class>{badge}</span></li> }
        });
    view! {
        <section class="card">
            <h2>{messages::what_may_i_do(l)}</h2>
            <div class="body quiet">{messages::what_may_i_do_why(l)}</div>
            <ul class="lines">{lines.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn person_choice(to: &str, (user, name, login_name): &Named) -> AnyView {
    let l = lang();
    let (to, label) = (format!("{to}{user}"), messages::choose_person(l, name));
    view! {
        <li>
            <span><b dir="auto">{name.clone()}</b><span class="hint" dir="auto">{login_name.clone()}</span></span>
            <a class="button slim" href=to aria-label=label>{messages::choose(l)}</a>
        </li>
    }
    .into_any()
}

fn explanation(explained: Explained, question: &Question) -> AnyView {
    let l = lang();
    let Explained {
        user,
        name,
        may,
        sign_in,
        found,
        other,
        clients,
        client,
        adds,
    } = explained;
    let here = format!("/help/access?person={user}");
    let verdict = |checks: &[Check], yes: String, no: String| {
        let (class, answer) = if passes(checks) {
            ("notice good", yes)
        } else {
            ("notice bad", no)
        };
        view! { <div class="body"><div class=class role="status"><p dir="auto"><b>{answer}</b></p></div></div> }
    };
    let signs = verdict(
        &sign_in,
        messages::can_sign_in(l, &name),
        messages::cannot_sign_in_now(l, &name),
    );
    let nobody = (found.is_empty() && !question.about.is_empty())
        .then(|| view! { <div class="body quiet" role="status">{messages::nobody_found(l)}</div> });
    let to = format!("{here}&other=");
    let found = found
        .iter()
        .map(|person| person_choice(&to, person))
        .collect_view();
    let seen = other.map(|((_, other, _), checks)| {
        let answer = verdict(
            &checks,
            messages::sees_person(l, &name, &other),
            messages::sees_person_not(l, &name, &other),
        );
        view! { {answer}{check_list(user, may, checks)} }
    });
    let views_clients = page_context()
        .me
        .is_some_and(|me| me.grants.has(Permission::ViewClients));
    let served = views_clients.then(|| {
        let none = (clients.is_empty() && !question.client_q.is_empty())
            .then(|| view! { <div class="body quiet" role="status">{messages::no_client_found(l)}</div> });
        let found = clients.iter().map(|client| {
            let (to, label) = (format!("{here}&client={}", client.id), messages::choose_person(l, &client.name));
            view! { <li><span><b dir="auto">{client.name.clone()}</b></span><a class="button slim" href=to aria-label=label>{messages::choose(l)}</a></li> }
        });
        let found = found.collect_view();
        let seen = client.map(|(client, checks)| {
            let answer = verdict(&checks, messages::sees_person(l, &name, &client.name), messages::sees_person_not(l, &name, &client.name));
            view! { {answer}{check_list(user, may, checks)} }
        });
        view! {
            <section class="card">
                <h2>{messages::why_client_not_seen(l)}</h2>
                <div class="tools">
                    <form method="get" action="/help/access" role="search" aria-label=messages::search_clients(l) autocomplete="off">
                        <input type="hidden" name="person" value=user.to_string() />
                        <input type="search" name="client_q" class="search" value=question.client_q.clone() aria-label=messages::search_clients(l) placeholder=messages::search_clients_hint(l) dir="auto" />
                        <button class="button">{messages::search(l)}</button>
                    </form>
                </div>
                {none}
                <ul class="lines">{found}</ul>
                {seen}
            </section>
        }
    });
    let added = verdict(
        &adds,
        messages::can_add(l, &name),
        messages::cannot_add(l, &name),
    );
    view! {
        <h2><a href=format!("/users/{user}") dir="auto">{name.clone()}</a></h2>
        <section class="card"><h2>{messages::why_no_sign_in(l)}</h2>{signs}{check_list(user, may, sign_in)}</section>
        <section class="card">
            <h2>{messages::why_not_seen(l)}</h2>
            <div class="tools">
                <form method="get" action="/help/access" role="search" aria-label=messages::whom_not_seen(l) autocomplete="off">
                    <input type="hidden" name="person" value=user.to_string() />
                    <input type="search" name="about" class="search" value=question.about.clone() aria-label=messages::whom_not_seen(l) placeholder=messages::search_hint(l) dir="auto" />
                    <button class="button">{messages::search(l)}</button>
                </form>
            </div>
            {nobody}
            <ul class="lines">{found}</ul>
            {seen}
        </section>
        {served}
        <section class="card">
            <h2>{messages::why_no_add(l)}</h2>
            <form method="get" action="/help/access" class="body" autocomplete="off">
                <input type="hidden" name="person" value=user.to_string() />
                <div class="field">
                    <label for="typed">{messages::typed_name(l)}</label>
                    <span class="hint" id="typed-hint">{messages::typed_name_hint(l)}</span>
                    <input id="typed" name="typed" value=question.typed.clone() dir="auto" spellcheck="false" autocapitalize="off" aria-describedby="typed-hint" />
                </div>
                <p class="row"><button class="button">{messages::check(l)}</button></p>
            </form>
            {added}
            {check_list(user, may, adds)}
        </section>
    }
    .into_any()
}

/// The list of checks, each with its result and what to do.
fn check_list(user: UserId, may: May, checks: Vec<Check>) -> AnyView {
    let l = lang();
    let lines = checks.into_iter().map(|Check { what, answer }| {
        let (class, word) = match answer {
            Answer::Yes => ("badge good", messages::answer_yes(l)),
            Answer::No => ("badge bad", messages::answer_not(l)),
            Answer::Note => ("badge none", messages::answer_note(l)),
        };
        let (advice, link) = if answer == Answer::Yes { (None, None) } else { remedy(user, may, &what) };
        let advice = advice.map(|advice| view! { <span class="hint" dir="auto">{advice}</span> });
        let link = link.map(|(to, label)| view! { <a href=to>{label}</a> });
        view! { <li><span><span class=class>{word}</span>" "<span dir="auto">{labels::access_check(l, &what)}</span>{advice}</span>{link}</li> }
    });
    view! { <ul class="lines">{lines.collect_view()}</ul> }.into_any()
}

/// How to fix a failed check, with a link to the page if the user may open it.
fn remedy(user: UserId, may: May, what: &What) -> (Option<String>, Option<(String, String)>) {
    let l = lang();
    let page = |is_mine: bool, to: &str, label: String| {
        is_mine.then(|| (format!("/users/{user}/{to}"), label))
    };
    match what {
        What::NotArchived(_) => (
            Some(messages::mend_restore(l)),
            page(may.restore, "restore", messages::restore_user(l)),
        ),
        What::NotSuspended => (Some(messages::mend_suspended(l)), None),
        What::WayIn(Way::Invited) => (
            Some(messages::mend_invited(l)),
            page(may.way_in, "invite", messages::send_invitation(l)),
        ),
        What::WayIn(Way::Expired(_)) => (
            Some(messages::mend_expired(l)),
            page(may.way_in, "password", messages::change_password(l)),
        ),
        What::WayIn(_) => (
            Some(messages::mend_way_in(l)),
            page(may.way_in, "invite", messages::send_invitation(l)),
        ),
        What::NotSlowed(_) => (
            Some(messages::mend_slowed(l)),
            page(may.way_in, "password", messages::change_password(l)),
        ),
        What::SeesPeople(_)
        | What::SeesClients(_)
        | What::SeesBank
        | What::AddsPeople(_)
        | What::Gives(_) => (
            Some(messages::mend_role(l)),
            page(may.roles, "roles", messages::add_a_role(l)),
        ),
        What::ClientNear(_) => (Some(messages::mend_client(l)), None),
        What::SameOffice(_) | What::Near(_) | What::HasTeam => (
            Some(messages::mend_place(l)),
            page(may.edit, "edit", messages::edit_details(l)),
        ),
        What::SeatLeft(_) => (Some(messages::mend_seat(l)), None),
        What::NameFree(_) => (Some(messages::mend_name(l)), None),
        What::AddressFree => (Some(messages::mend_address(l)), None),
        What::Covers => (Some(messages::cover_opens(l)), None),
        What::Here
        | What::CoversClient
        | What::ClientArchived
        | What::LastSignIn(_)
        | What::LastFailure(_)
        | What::RoleNeeded
        | What::OfficeNeeded => (None, None),
    }
}

/// The address of the access help for a user.
pub(crate) fn explanation_url(user: UserId) -> String {
    format!("/help/access?person={}", encode(&user.to_string()))
}
