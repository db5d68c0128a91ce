//! `/help/access`: the permissions of the user. For administrators also why a person cannot sign
//! in, see a user, or add one, and how to fix it.

use leptos::prelude::*;
use usher_types::explanations::{Answer, Check, Explained, HelpPage, Question, Way, What, passes};
use usher_types::url::encode;
use usher_types::users::May;
use usher_types::{FoundUser, Permission, UserId};

use super::api::access_help;
use crate::ui::{Card, Filters, PageHeader, lang, load, loaded, page_context, query_params};
use crate::{labels, messages};

/// `/help/access`.
#[component]
pub fn AccessHelpPage() -> impl IntoView {
    let question = query_params(|query| Question {
        q: query.text("q"),
        person: query.text("person"),
        about: query.text("about"),
        other: query.text("other"),
        client_q: query.text("client_q"),
        client: query.text("client"),
        typed: query.text("typed"),
    });
    loaded(load(move || question.get(), access_help), show)
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
        view! { <Card title=messages::support(l)><div class="body" dir="auto">{support}</div></Card> }
    });
    let search = Filters::new("/help/access").search(
        &question.q,
        messages::search_users(l),
        messages::search_hint(l),
    );
    let others = may_look.then(|| {
        let nobody = (found.is_empty() && !question.q.is_empty()).then(
            || view! { <div class="body quiet" role="status">{messages::nobody_found(l)}</div> },
        );
        let found = found
            .into_iter()
            .map(|person| person_choice("/help/access?person=", &person))
            .collect_view();
        view! {
            <Card title=messages::whom_is_it_about(l)>
                {search.view()}
                {nobody}
                <ul class="lines">{found}</ul>
            </Card>
        }
    });
    let is_about_oneself = explained.is_none();
    view! {
        <PageHeader title=messages::access_help(l) lead=messages::access_help_is(l) />
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
        <Card title=messages::what_may_i_do(l)>
            <div class="body quiet">{messages::what_may_i_do_why(l)}</div>
            <ul class="lines">{lines.collect_view()}</ul>
        </Card>
    }
    .into_any()
}

fn person_choice(
    to: &str,
    FoundUser {
        user,
        name,
        login_name,
    }: &FoundUser,
) -> AnyView {
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
    let (user, may) = (explained.user, explained.may);
    let name = explained.name.clone();
    let signs = verdict(
        &explained.sign_in,
        messages::can_sign_in(l, &name),
        messages::cannot_sign_in_now(l, &name),
    );
    let checks = check_list(user, may, explained.sign_in.clone());
    let sees_clients = page_context()
        .me
        .is_some_and(|me| me.grants.has(Permission::ViewClients));
    let clients = sees_clients.then(|| client_card(&explained, question));
    view! {
        <h2><a href=format!("/users/{user}") dir="auto">{name}</a></h2>
        <Card title=messages::why_no_sign_in(l)>{signs}{checks}</Card>
        {person_card(&explained, question)}
        {clients}
        {adding_card(explained, question)}
    }
    .into_any()
}

/// Whether everything that was checked is so.
fn verdict(checks: &[Check], yes: String, no: String) -> AnyView {
    let (class, answer) = if passes(checks) {
        ("notice good", yes)
    } else {
        ("notice bad", no)
    };
    view! { <div class="body"><div class=class role="status"><p dir="auto"><b>{answer}</b></p></div></div> }
        .into_any()
}

/// The search for somebody or something that the user does not see.
fn search(user: UserId, name: &'static str, text: &str, label: String, hint: String) -> AnyView {
    Filters::new("/help/access")
        .keep("person", &user.to_string())
        .search_as(name, text, label, hint)
        .view()
}

fn nothing_found(text: String) -> AnyView {
    view! { <div class="body quiet" role="status">{text}</div> }.into_any()
}

/// Why the user does not see another person.
fn person_card(explained: &Explained, question: &Question) -> AnyView {
    let l = lang();
    let (user, name) = (explained.user, &explained.name);
    let nobody = explained.found.is_empty() && !question.about.is_empty();
    let to = format!("/help/access?person={user}&other=");
    let found = explained
        .found
        .iter()
        .map(|person| person_choice(&to, person))
        .collect_view();
    let answer = explained
        .other
        .as_ref()
        .map(|(FoundUser { name: other, .. }, checks)| {
            let (yes, no) = (
                messages::sees_person(l, name, other),
                messages::sees_person_not(l, name, other),
            );
            view! { {verdict(checks, yes, no)}{check_list(user, explained.may, checks.clone())} }
        });
    view! {
        <Card title=messages::why_not_seen(l)>
            {search(user, "about", &question.about, messages::whom_not_seen(l), messages::search_hint(l))}
            {nobody.then(|| nothing_found(messages::nobody_found(l)))}
            <ul class="lines">{found}</ul>
            {answer}
        </Card>
    }
    .into_any()
}

/// Why the user does not see a client.
fn client_card(explained: &Explained, question: &Question) -> AnyView {
    let l = lang();
    let (user, name) = (explained.user, &explained.name);
    let nobody = explained.clients.is_empty() && !question.client_q.is_empty();
    let found = explained.clients.iter().map(|client| {
        let to = format!("/help/access?person={user}&client={}", client.id);
        let label = messages::choose_person(l, &client.name);
        view! { <li><span><b dir="auto">{client.name.clone()}</b></span><a class="button slim" href=to aria-label=label>{messages::choose(l)}</a></li> }
    });
    let found = found.collect_view();
    let answer = explained.client.as_ref().map(|(client, checks)| {
        let (yes, no) = (
            messages::sees_person(l, name, &client.name),
            messages::sees_person_not(l, name, &client.name),
        );
        view! { {verdict(checks, yes, no)}{check_list(user, explained.may, checks.clone())} }
    });
    view! {
        <Card title=messages::why_client_not_seen(l)>
            {search(user, "client_q", &question.client_q, messages::search_clients(l), messages::search_clients_hint(l))}
            {nobody.then(|| nothing_found(messages::no_client_found(l)))}
            <ul class="lines">{found}</ul>
            {answer}
        </Card>
    }
    .into_any()
}

/// Why the user cannot add somebody.
fn adding_card(explained: Explained, question: &Question) -> AnyView {
    let l = lang();
    let Explained {
        user,
        name,
        may,
        adds,
        ..
    } = explained;
    let answer = verdict(
        &adds,
        messages::can_add(l, &name),
        messages::cannot_add(l, &name),
    );
    view! {
        <Card title=messages::why_no_add(l)>
            <form method="get" action="/help/access" class="body" autocomplete="off">
                <input type="hidden" name="person" value=user.to_string() />
                <div class="field">
                    <label for="typed">{messages::typed_name(l)}</label>
                    <span class="hint" id="typed-hint">{messages::typed_name_hint(l)}</span>
                    <input id="typed" name="typed" value=question.typed.clone() dir="auto" spellcheck="false" autocapitalize="off" aria-describedby="typed-hint" />
                </div>
                <p class="row"><button class="button">{messages::check(l)}</button></p>
            </form>
            {answer}
            {check_list(user, may, adds)}
        </Card>
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
