//! `/users/:id`: details, roles, status, missing steps, activity, and the side menu.

use leptos::prelude::*;
use leptos_meta::Title;
use usher_types::audit::{ActivityEntry, Subject};
use usher_types::mail::Delivery;
use usher_types::users::{Missing, Status, UserPage};
use usher_types::{Customer, Field, Permission, When};

use super::access::tabs;
use super::api::user_page;
use super::{StatusBadge, cover_period, id_param};
use crate::help::explanation_url;
use crate::ui::{Moment, lang, load, loaded, page_context};
use crate::{labels, messages};

/// `/users/:id`.
#[component]
pub fn UserDetailPage() -> impl IntoView {
    let id = id_param();
    let page = load(move || id.get(), user_page);
    loaded(page, show)
}

fn show(page: UserPage) -> AnyView {
    let l = lang();
    let id = page.details.user;
    let roles: Vec<_> = page
        .roles
        .iter()
        .map(|role| labels::role(l, role))
        .collect();
    let main_roles = if roles.len() > 1 {
        roles[1..].join(", ")
    } else {
        roles.join(", ")
    };
    view! {
        <Title text=page.name.clone() />
        <div class="head">
            <span class="face big" aria-hidden="true">{page.initials.clone()}</span>
            <div>
                <p class="crumb"><a href="/users">{messages::users(l)}</a></p>
                <h1><bdi dir="auto">{page.name.clone()}</bdi></h1>
                <p>
                    <StatusBadge status=page.status />
                    " "
                    <span class="quiet"><bdi dir="auto">{page.details.login_name.clone()}</bdi>" · "{main_roles}</span>
                </p>
            </div>
            {page.may.edit.then(|| view! { <a class="button" href=format!("/users/{id}/edit")>{messages::edit_details(l)}</a> })}
        </div>
        {tabs(id, "")}
        <div class="two">
            {menu(&page)}
            <div class="stack">
                {still_missing(&page)}
                {details(&page)}
                {activity(page.activity, Subject::User, id)}
            </div>
        </div>
    }
    .into_any()
}

/// The side menu, with the actions that the signed-in user has permission for.
fn menu(page: &UserPage) -> AnyView {
    let l = lang();
    let (id, may) = (page.details.user, page.may);
    let link = |to: &str, label: String| view! { <a href=format!("/users/{id}/{to}")>{label}</a> };
    let explained = page_context()
        .me
        .is_some_and(|me| me.grants.reaches_others(Permission::EditUsers));
    let own = page
        .is_self
        .then(|| view! { <a href="/profile">{messages::your_profile(l)}</a> });
    view! {
        <nav class="side" aria-label=messages::actions(l)>
            {own}
            {may.edit.then(|| link("edit", messages::edit_details(l)))}
            {may.roles.then(|| link("roles", messages::add_a_role(l)))}
            {may.edit.then(|| link("coverage", messages::team_coverage(l)))}
            {may.edit.then(|| link("dashboards", messages::manage_dashboards(l)))}
            {may.edit.then(|| link("links", messages::works_elsewhere(l)))}
            {may.way_in.then(|| link("password", messages::change_password(l)))}
            {may.way_in.then(|| link("invite", messages::send_invitation(l)))}
            {may.restore.then(|| link("restore", messages::restore_user(l)))}
            {explained.then(|| view! { <a href=explanation_url(id)>{messages::explain_access(l)}</a> })}
            {may.archive.then(|| view! { <a class="danger" href=format!("/users/{id}/archive")>{messages::archive_user(l)}</a> })}
        </nav>
    }
    .into_any()
}

fn still_missing(page: &UserPage) -> Option<AnyView> {
    let l = lang();
    let (id, may) = (page.details.user, page.may);
    if page.missing.is_empty() {
        return None;
    }
    let lines = page.missing.iter().map(|missing| {
        let (label, to, act, may) = match missing {
            Missing::Role => (messages::missing_role(l), "roles", messages::add_a_role(l), may.roles),
            Missing::WayIn => (messages::missing_way_in(l), "invite", messages::send_invitation(l), may.way_in),
            Missing::Email => (messages::missing_email(l), "edit", messages::edit_details(l), may.edit),
        };
        view! { <li><span>{label}</span>{may.then(|| view! { <a href=format!("/users/{id}/{to}")>{act}</a> })}</li> }
    });
    let lines = lines.collect_view();
    Some(view! { <section class="card"><h2>{messages::still_missing(l)}</h2><ul class="missing">{lines}</ul></section> }.into_any())
}

fn details(page: &UserPage) -> AnyView {
    let l = lang();
    let theirs = &page.details;
    let or_none = |text: &str| {
        if text.is_empty() {
            view! { <span class="quiet">{messages::not_provided(l)}</span> }.into_any()
        } else {
            view! { <bdi dir="auto">{text.to_owned()}</bdi> }.into_any()
        }
    };
    let verified = (!theirs.email.is_empty()).then(|| {
        if page.email_verified {
            view! { " " <span class="badge good">{messages::verified(l)}</span> }.into_any()
        } else {
            view! { " " <span class="badge warn">{messages::not_verified(l)}</span> }.into_any()
        }
    });
    let roles = page
        .roles
        .iter()
        .map(|role| view! { <span class="badge">{labels::role(l, role)}</span> " " })
        .collect_view();
    let office = theirs.office.clone().map(|office| {
        view! { <dt>{messages::office(l)}</dt><dd><a href=format!("/offices/{}", office.id) dir="auto">{office.name}</a></dd> }
    });
    let teams = (!theirs.teams.is_empty()).then(|| {
        let links = theirs
            .teams
            .iter()
            .map(|team| view! { <a class="badge" href=format!("/teams/{}", team.id) dir="auto">{team.name.clone()}</a> " " });
        view! { <dt>{messages::teams(l)}</dt><dd>{links.collect_view()}</dd> }
    });
    let lists = (!theirs.lists.is_empty()).then(|| {
        let links = theirs
            .lists
            .iter()
            .map(|list| view! { <a class="badge" href=format!("/users?list={}", list.id) dir="auto">{labels::list(l, list)}</a> " " });
        view! { <dt>{messages::on_lists(l)}</dt><dd>{links.collect_view()}</dd> }
    });
    let lms = (theirs.lms_manager == Some(true))
        .then(|| view! { <dt>{messages::lms_manager(l)}</dt><dd>{messages::yes(l)}</dd> });
    let manages = page_context()
        .me
        .is_some_and(|me| me.grants.reaches_others(Permission::ManageCustomers));
    let customers = (!theirs.customers.is_empty()).then(|| {
        let names = theirs.customers.iter().map(|customer| {
            let name = customer.name.clone();
            if manages {
                view! { <a class="badge" href=format!("/customers/{}", customer.id) dir="auto">{name}</a> " " }.into_any()
            } else {
                view! { <span class="badge" dir="auto">{name}</span> " " }.into_any()
            }
        });
        view! { <dt>{messages::customers(l)}</dt><dd>{names.collect_view()}</dd> }
    });
    let config = theirs
        .contract
        .and_then(|contract| Customer::config(&theirs.customers, contract));
    let covers = (!page.covers.is_empty()).then(|| {
        let lines = page.covers.iter().map(|cover| {
            let when = cover_period(l, cover);
            view! { <li><a href=format!("/teams/{}", cover.team.id) dir="auto">{cover.team.name.clone()}</a>" "<span class="quiet small">{when}</span></li> }
        });
        view! { <dt>{messages::covers_now(l)}</dt><dd><ul class="plain">{lines.collect_view()}</ul></dd> }
    });
    let linked_accounts = (!page.accounts.is_empty()).then(|| {
        let lines = page.accounts.iter().map(|account| {
            let login_name = account.login_name.clone();
            view! { <li><span dir="auto">{account.organisation_name.clone()}</span>" "<span class="quiet small" dir="auto">{login_name}</span></li> }
        });
        view! { <dt>{messages::linked_accounts(l)}</dt><dd><ul class="plain">{lines.collect_view()}</ul></dd> }
    });
    let language = usher_types::Language::from_code(&theirs.language)
        .map(crate::shell::language_name)
        .map(str::to_owned);
    let optional = |label: String, value: Option<String>| {
        value.map(|value| view! { <dt>{label}</dt><dd dir="auto">{value}</dd> })
    };
    let created = match &page.created_by {
        Some(by) => messages::created_by(l, &page.created.text, by),
        None => page.created.text.clone(),
    };
    view! {
        <section class="card">
            <h2>{messages::details(l)}</h2>
            <dl>
                <dt>{messages::name(l)}</dt><dd><bdi dir="auto">{page.name.clone()}</bdi></dd>
                <dt>{messages::email(l)}</dt><dd>{or_none(&theirs.email)}{verified}</dd>
                <dt>{messages::login_name(l)}</dt><dd>{or_none(&theirs.login_name)}</dd>
                <dt>{messages::phone(l)}</dt><dd>{or_none(&theirs.phone)}</dd>
                <dt>{messages::job_title(l)}</dt><dd>{or_none(&theirs.job_title)}</dd>
                {optional(messages::language(l), language)}
                {optional(messages::identity_number(l), page.identity_number.clone())}
                <dt>{messages::roles(l)}</dt><dd>{roles}</dd>
                {office}
                {teams}
                {lists}
                {lms}
                {customers}
                {optional(messages::config(l), config)}
                {covers}
                {linked_accounts}
                {optional(messages::way_in(l), page.temporary_until.as_ref().map(|until| messages::temporary_until(l, &until.text)))}
                {optional(messages::invitation(l), page.delivery.as_ref().filter(|_| page.status == Status::Invited).map(delivery))}
                {optional(messages::archived_because(l), page.archived_reason.clone())}
                <dt>{messages::created(l)}</dt><dd dir="auto">{created}</dd>
                <dt>{messages::last_activity(l)}</dt><dd>{last(page.last_activity.clone())}</dd>
            </dl>
        </section>
    }
    .into_any()
}

fn last(when: Option<When>) -> AnyView {
    match when {
        Some(when) => view! { <Moment when /> }.into_any(),
        None => view! { <span class="quiet">{messages::never(lang())}</span> }.into_any(),
    }
}

/// The delivery status of a mail.
pub(crate) fn delivery(delivery: &Delivery) -> String {
    delivery_in(lang(), delivery)
}

/// The delivery status in a given language.
pub(crate) fn delivery_in(l: usher_types::Language, delivery: &Delivery) -> String {
    match delivery {
        Delivery::Waiting { attempts: 0 } => messages::invitation_waiting(l),
        Delivery::Waiting { attempts } => messages::invitation_retry(l, attempts),
        Delivery::Sent { at } => messages::invitation_sent(l, &at.text),
        Delivery::Failed { at } => messages::invitation_failed(l, &at.text),
    }
}

/// The latest events, newest first, with a link to all of them.
pub(crate) fn activity(
    lines: Vec<ActivityEntry>,
    of: Subject,
    id: impl std::fmt::Display,
) -> Option<AnyView> {
    let l = lang();
    if lines.is_empty() {
        return None;
    }
    let all = of.history(&id.to_string());
    Some(
        view! {
            <section class="card">
                <h2>{messages::activity(l)}</h2>
                {timeline(lines)}
                <div class="foot"><a href=all>{messages::all_activity(l)}</a></div>
            </section>
        }
        .into_any(),
    )
}

/// Events, newest first, as text.
pub(crate) fn timeline(lines: Vec<ActivityEntry>) -> AnyView {
    let l = lang();
    let lines = lines.into_iter().map(|line| {
        let who = labels::actor(l, &line);
        let changes = changes(&line);
        view! {
            <li>
                <p><b dir="auto">{who}</b>" "{labels::event(l, &line)}</p>
                <p class="meta"><Moment when=line.when.clone() /></p>
                {changes}
            </li>
        }
    });
    let lines = lines.collect_view();
    view! { <ol class="timeline">{lines}</ol> }.into_any()
}

/// The changes of an event: values before and after, and the grants that a role gained or lost.
pub(crate) fn changes(line: &ActivityEntry) -> Option<AnyView> {
    let l = lang();
    let changes = line.changes.iter().map(|change| {
        let field = if change.field == Field::Form {
            String::new()
        } else {
            labels::field(l, change.field)
        };
        let text = |text: &String| labels::changed(l, change.field, text);
        let before = change
            .before
            .as_ref()
            .map(text)
            .map(|text| view! { <del dir="auto">{text}</del> " → " });
        let after = change
            .after
            .as_ref()
            .map(text)
            .map(|text| view! { <ins dir="auto">{text}</ins> });
        view! { <li>{field}": "{before}{after}</li> }
    });
    let shifts = labels::grant_changes(l, line);
    let has_more = !line.changes.is_empty() || !shifts.is_empty();
    let shifts = shifts
        .into_iter()
        .map(|shift| view! { <li dir="auto">{shift}</li> })
        .collect_view();
    has_more.then(|| view! { <ul class="changes">{shifts}{changes.collect_view()}</ul> }.into_any())
}
