//! `/users/:id`: details, roles, status, missing steps, activity, and the side menu.

use leptos::prelude::*;
use usher_types::audit::Subject;
use usher_types::users::{Missing, Status, UserDetails, UserPage};
use usher_types::{Customer, Permission};

use super::api::user_page;
use crate::activity::activity;
use crate::help::explanation_url;
use crate::people::{StatusBadge, list, tabs};
use crate::ui::{
    Card, DescriptionList, Detail, Icon, PageBody, PageHeader, SideMenu, id_param, lang, load,
    loaded, may, moment_or_never, typed, typed_or_none,
};
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
    let status = view! {
        <p>
            <StatusBadge status=page.status />
            " "
            <span class="quiet"><bdi dir="auto">{page.details.login_name.clone()}</bdi>" · "{main_roles}</span>
        </p>
    };
    let edit = page.may.edit.then(|| view! { <a class="button" href=format!("/users/{id}/edit")>{messages::edit_details(l)}</a> });
    view! {
        <PageHeader title=page.name.clone() crumbs=[list()] initials=page.initials.clone() below=Some(status.into_any())>{edit}</PageHeader>
        {tabs(id, "")}
        <PageBody menu=Some(menu(&page))>
            {overview(&page)}
            {still_missing(&page)}
            {details(&page)}
            {activity(page.activity, Subject::User, id)}
        </PageBody>
    }
    .into_any()
}

/// What matters first: whether they can sign in, with the action that mends it; roles, office, teams
/// and when they were last here.
fn overview(page: &UserPage) -> AnyView {
    let l = lang();
    let (id, may) = (page.details.user, page.may);
    let delivery = page
        .delivery
        .as_ref()
        .map(|delivery| labels::delivery(l, delivery));
    let temporary = page.temporary_until.as_ref();
    let invite = ("invite", messages::send_invitation(l), may.way_in);
    let restore = ("restore", messages::restore_user(l), may.restore);
    let (icon, title, why, act) = match page.status {
        Status::Active => match temporary {
            None => ("check", messages::status_can_sign_in(l), None, None),
            Some(until) => (
                "clock",
                messages::has_temporary_password(l),
                Some(messages::temporary_until(l, &until.text)),
                None,
            ),
        },
        Status::Invited => (
            "mail",
            messages::invited_not_signed_in(l),
            delivery,
            Some(invite),
        ),
        Status::NoWayIn => (
            "alert",
            messages::status_no_way_in(l),
            Some(messages::no_sign_in_why(l)),
            Some(invite),
        ),
        Status::Archived => (
            "archive",
            messages::status_archived(l),
            page.archived_reason.clone(),
            Some(restore),
        ),
    };
    let class = match page.status {
        Status::Active if temporary.is_none() => "mark good",
        Status::Active | Status::Invited => "mark warn",
        Status::NoWayIn => "mark bad",
        Status::Archived => "mark",
    };
    let act = act.filter(|(.., is_allowed)| *is_allowed).map(
        |(to, label, _)| view! { <a class="button main" href=format!("/users/{id}/{to}")>{label}</a> },
    );
    let why = why.map(|why| view! { <p class="quiet small" dir="auto">{why}</p> });
    view! {
        <section class="card" aria-label=messages::status(l)>
            <div class="standing">
                <span class=class><Icon id=icon /></span>
                <div><h2>{title}</h2>{why}</div>
                {act}
            </div>
            {facts(page)}
        </section>
    }
    .into_any()
}

fn facts(page: &UserPage) -> AnyView {
    let l = lang();
    let theirs = &page.details;
    let roles = page.roles.iter();
    let roles = roles
        .map(|role| view! { <li>{labels::role(l, role)}</li> })
        .collect_view();
    let office = theirs.office.as_ref().map(|office| {
        view! { <a href=format!("/offices/{}", office.id) dir="auto">{office.name.clone()}</a> }
            .into_any()
    });
    let teams = theirs.teams.iter().map(|team| {
        view! { <li><a href=format!("/teams/{}", team.id) dir="auto">{team.name.clone()}</a></li> }
    });
    let teams: Vec<_> = teams.collect();
    let none = || view! { <span class="quiet">{messages::none(l)}</span> }.into_any();
    let teams = if teams.is_empty() {
        none()
    } else {
        view! { <ul class="plain">{teams}</ul> }.into_any()
    };
    view! {
        <dl class="facts">
            <div><dt>{messages::roles(l)}</dt><dd><ul class="plain">{roles}</ul></dd></div>
            <div><dt>{messages::office(l)}</dt><dd>{office.unwrap_or_else(none)}</dd></div>
            <div><dt>{messages::teams(l)}</dt><dd>{teams}</dd></div>
            <div><dt>{messages::last_activity(l)}</dt><dd>{moment_or_never(page.last_activity.clone())}</dd></div>
        </dl>
    }
    .into_any()
}

/// The side menu, with the actions that the signed-in user has permission for, in the order of the
/// source documents.
fn menu(page: &UserPage) -> AnyView {
    let l = lang();
    let (id, may_act) = (page.details.user, page.may);
    let link = |to: &str, icon: &'static str, label: String| {
        view! { <a href=format!("/users/{id}/{to}")><Icon id=icon />{label}</a> }
    };
    let explained = may(Permission::EditUsers);
    let own = page
        .is_self
        .then(|| view! { <a href="/profile"><Icon id="user" />{messages::your_profile(l)}</a> });
    view! {
        <SideMenu>
            {own}
            {may_act.edit.then(|| link("edit", "edit", messages::edit_details(l)))}
            {may_act.roles.then(|| link("roles", "role", messages::add_a_role(l)))}
            {may_act.way_in.then(|| link("password", "lock", messages::change_password(l)))}
            {may_act.edit.then(|| link("dashboards", "dashboard", messages::manage_dashboards(l)))}
            {may_act.edit.then(|| link("coverage", "team", messages::team_coverage(l)))}
            {may_act.way_in.then(|| link("invite", "mail", messages::send_invitation(l)))}
            {may_act.edit.then(|| link("links", "link", messages::works_elsewhere(l)))}
            {explained.then(|| view! { <a href=explanation_url(id)><Icon id="support" />{messages::explain_access(l)}</a> })}
            {may_act.restore.then(|| link("restore", "refresh", messages::restore_user(l)))}
            {may_act.archive.then(|| view! { <a class="danger" href=format!("/users/{id}/archive")><Icon id="archive" />{messages::archive_user(l)}</a> })}
        </SideMenu>
    }
    .into_any()
}

fn still_missing(page: &UserPage) -> Option<AnyView> {
    let l = lang();
    let (id, may) = (page.details.user, page.may);
    let lines = page.missing.iter().filter_map(|missing| {
        let (label, to, act, may) = match missing {
            Missing::Role => (
                messages::missing_role(l),
                "roles",
                messages::add_a_role(l),
                may.roles,
            ),
            Missing::Email => (
                messages::missing_email(l),
                "edit",
                messages::edit_details(l),
                may.edit,
            ),
            // the status above says it
            Missing::WayIn => return None,
        };
        let act = may.then(|| view! { <a href=format!("/users/{id}/{to}")>{act}</a> });
        Some(view! { <li><span>{label}</span>{act}</li> })
    });
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() {
        return None;
    }
    Some(
        view! { <Card title=messages::still_missing(l)><ul class="missing">{lines}</ul></Card> }
            .into_any(),
    )
}

fn details(page: &UserPage) -> AnyView {
    let l = lang();
    let theirs = &page.details;
    let verified = (!theirs.email.is_empty()).then(|| email_badge(page.email_verified));
    let language = usher_types::Language::from_code(&theirs.language)
        .map(labels::language)
        .map(str::to_owned);
    let created = match &page.created_by {
        Some(by) => messages::created_by(l, &page.created.text, by),
        None => page.created.text.clone(),
    };
    view! {
        <Card title=messages::details(l)>
            <DescriptionList>
                <Detail term=messages::name(l)>{typed(&page.name)}</Detail>
                <Detail term=messages::email(l)>{typed_or_none(&theirs.email)}{verified}</Detail>
                <Detail term=messages::login_name(l)>{typed_or_none(&theirs.login_name)}</Detail>
                <Detail term=messages::phone(l)>{typed_or_none(&theirs.phone)}</Detail>
                <Detail term=messages::job_title(l)>{typed_or_none(&theirs.job_title)}</Detail>
                {optional(messages::language(l), language)}
                {optional(messages::identity_number(l), page.identity_number.clone())}
                {memberships(theirs)}
                {customers(theirs)}
                {covers_and_accounts(page)}
                <Detail term=messages::created(l)>{typed(created)}</Detail>
            </DescriptionList>
        </Card>
    }
    .into_any()
}

fn optional(term: String, value: Option<String>) -> Option<AnyView> {
    value.map(|value| view! { <Detail term>{typed(value)}</Detail> }.into_any())
}

fn email_badge(is_verified: bool) -> AnyView {
    let l = lang();
    if is_verified {
        view! { " " <span class="badge good">{messages::verified(l)}</span> }.into_any()
    } else {
        view! { " " <span class="badge warn">{messages::not_verified(l)}</span> }.into_any()
    }
}

/// The lists they are on, and whether the user manages the LMS.
fn memberships(theirs: &UserDetails) -> AnyView {
    let l = lang();
    let lists = theirs
        .lists
        .iter()
        .map(|list| badge_link(format!("/users?list={}", list.id), labels::list(l, list)));
    let lists: Vec<_> = lists.collect();
    let lms = (theirs.lms_manager == Some(true)).then(|| messages::yes(l));
    view! {
        {(!lists.is_empty()).then(|| view! { <Detail term=messages::on_lists(l)>{lists}</Detail> })}
        {optional(messages::lms_manager(l), lms)}
    }
    .into_any()
}

fn badge_link(to: String, label: String) -> AnyView {
    view! { <a class="badge" href=to dir="auto">{label}</a> " " }.into_any()
}

/// The customers of the user, and the organisation config.
fn customers(theirs: &UserDetails) -> AnyView {
    let l = lang();
    let manages = may(Permission::ManageCustomers);
    let names = theirs.customers.iter().map(|customer| {
        let name = customer.name.clone();
        if manages {
            badge_link(format!("/customers/{}", customer.id), name)
        } else {
            view! { <span class="badge" dir="auto">{name}</span> " " }.into_any()
        }
    });
    let names: Vec<_> = names.collect();
    let config = theirs
        .contract
        .and_then(|contract| Customer::config(&theirs.customers, contract));
    view! {
        {(!names.is_empty()).then(|| view! { <Detail term=messages::customers(l)>{names}</Detail> })}
        {optional(messages::config(l), config)}
    }
    .into_any()
}

/// The teams that the user covers, and the accounts that are linked with this one.
fn covers_and_accounts(page: &UserPage) -> AnyView {
    let l = lang();
    let covers = page.covers.iter().map(|cover| {
        let when = labels::cover_period(l, cover);
        view! { <li><a href=format!("/teams/{}", cover.team.id) dir="auto">{cover.team.name.clone()}</a>" "<span class="quiet small">{when}</span></li> }
    });
    let accounts = page.accounts.iter().map(|account| {
        let login_name = account.login_name.clone();
        view! { <li><span dir="auto">{account.organisation_name.clone()}</span>" "<span class="quiet small" dir="auto">{login_name}</span></li> }
    });
    let (covers, accounts) = (covers.collect_view(), accounts.collect_view());
    view! {
        {(!covers.is_empty()).then(|| view! { <Detail term=messages::covers_now(l)><ul class="plain">{covers}</ul></Detail> })}
        {(!accounts.is_empty()).then(|| view! { <Detail term=messages::linked_accounts(l)><ul class="plain">{accounts}</ul></Detail> })}
    }
    .into_any()
}
