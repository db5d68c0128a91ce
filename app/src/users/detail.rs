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
    Card, DescriptionList, Detail, PageBody, PageHeader, SideMenu, id_param, lang, load, loaded,
    may, moment_or_never, typed, typed_or_none,
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
            {still_missing(&page)}
            {details(&page)}
            {activity(page.activity, Subject::User, id)}
        </PageBody>
    }
    .into_any()
}

/// The side menu, with the actions that the signed-in user has permission for.
fn menu(page: &UserPage) -> AnyView {
    let l = lang();
    let (id, may_act) = (page.details.user, page.may);
    let link = |to: &str, label: String| view! { <a href=format!("/users/{id}/{to}")>{label}</a> };
    let explained = may(Permission::EditUsers);
    let own = page
        .is_self
        .then(|| view! { <a href="/profile">{messages::your_profile(l)}</a> });
    view! {
        <SideMenu>
            {own}
            {may_act.edit.then(|| link("edit", messages::edit_details(l)))}
            {may_act.roles.then(|| link("roles", messages::add_a_role(l)))}
            {may_act.edit.then(|| link("coverage", messages::team_coverage(l)))}
            {may_act.edit.then(|| link("dashboards", messages::manage_dashboards(l)))}
            {may_act.edit.then(|| link("links", messages::works_elsewhere(l)))}
            {may_act.way_in.then(|| link("password", messages::change_password(l)))}
            {may_act.way_in.then(|| link("invite", messages::send_invitation(l)))}
            {may_act.restore.then(|| link("restore", messages::restore_user(l)))}
            {explained.then(|| view! { <a href=explanation_url(id)>{messages::explain_access(l)}</a> })}
            {may_act.archive.then(|| view! { <a class="danger" href=format!("/users/{id}/archive")>{messages::archive_user(l)}</a> })}
        </SideMenu>
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
    Some(
        view! { <Card title=messages::still_missing(l)><ul class="missing">{lines}</ul></Card> }
            .into_any(),
    )
}

fn details(page: &UserPage) -> AnyView {
    let l = lang();
    let theirs = &page.details;
    let verified = (!theirs.email.is_empty()).then(|| email_badge(page.email_verified));
    let roles = page
        .roles
        .iter()
        .map(|role| view! { <span class="badge">{labels::role(l, role)}</span> " " })
        .collect_view();
    let language = usher_types::Language::from_code(&theirs.language)
        .map(labels::language)
        .map(str::to_owned);
    let temporary = page
        .temporary_until
        .as_ref()
        .map(|until| messages::temporary_until(l, &until.text));
    let invitation = page
        .delivery
        .as_ref()
        .filter(|_| page.status == Status::Invited)
        .map(|delivery| labels::delivery(l, delivery));
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
                <Detail term=messages::roles(l)>{roles}</Detail>
                {memberships(theirs)}
                {customers(theirs)}
                {covers_and_accounts(page)}
                {optional(messages::way_in(l), temporary)}
                {optional(messages::invitation(l), invitation)}
                {optional(messages::archived_because(l), page.archived_reason.clone())}
                <Detail term=messages::created(l)>{typed(created)}</Detail>
                <Detail term=messages::last_activity(l)>{moment_or_never(page.last_activity.clone())}</Detail>
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

/// Office, teams and lists, and whether the user manages the LMS.
fn memberships(theirs: &UserDetails) -> AnyView {
    let l = lang();
    let office = theirs.office.as_ref().map(|office| {
        view! { <Detail term=messages::office(l)><a href=format!("/offices/{}", office.id) dir="auto">{office.name.clone()}</a></Detail> }
    });
    let teams = theirs
        .teams
        .iter()
        .map(|team| badge_link(format!("/teams/{}", team.id), team.name.clone()));
    let lists = theirs
        .lists
        .iter()
        .map(|list| badge_link(format!("/users?list={}", list.id), labels::list(l, list)));
    let (teams, lists) = (teams.collect::<Vec<_>>(), lists.collect::<Vec<_>>());
    let lms = (theirs.lms_manager == Some(true)).then(|| messages::yes(l));
    view! {
        {office}
        {(!teams.is_empty()).then(|| view! { <Detail term=messages::teams(l)>{teams}</Detail> })}
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
