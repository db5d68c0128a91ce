//! The pages of one action on a user: roles, temporary password, invitation, archive, restore.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::access::Preview;
use usher_types::url::encode;
use usher_types::users::{ActPage, Receiver, Status};
use usher_types::{Field, Permission, Refusal, RoleId};

use super::api::{
    ArchiveUser, FindClientsForRole, GiveRole, InviteUser, RemoveRole, RestoreUser,
    SetTemporaryPassword, UserAction, act_page,
};
use super::{StatusBadge, draft_param, id_param};
use crate::clients::LinkedFields;
use crate::ui::{
    Hidden, LiveForm, Loading, Moment, NewPassword, OverrideWarnings, PostForm, SelectField,
    TextArea, Wasm, lang, load, loaded, page_context,
};
use crate::{labels, messages};

fn page_of(act: UserAction) -> Loading<ActPage> {
    let (id, draft) = (id_param(), draft_param());
    load(
        move || (id.get(), draft.get()),
        move |(id, draft)| act_page(id, act, draft),
    )
}

fn head(page: &ActPage, title: String) -> AnyView {
    let l = lang();
    view! {
        <Title text=title.clone() />
        <div class="head">
            <div>
                <p class="crumb"><a href="/users">{messages::users(l)}</a><a href=format!("/users/{}", page.user) dir="auto">{page.name.clone()}</a></p>
                <h1>{title}</h1>
            </div>
        </div>
    }
    .into_any()
}

fn details(page: &ActPage) -> AnyView {
    let l = lang();
    let last = match page.last_activity.clone() {
        Some(when) => view! { <Moment when /> }.into_any(),
        None => messages::never(l).into_any(),
    };
    let roles = page
        .roles
        .iter()
        .map(|(role, _)| labels::role(l, role))
        .collect::<Vec<_>>()
        .join(", ");
    view! {
        <dl>
            <dt>{messages::name(l)}</dt><dd><bdi dir="auto">{page.name.clone()}</bdi></dd>
            <dt>{messages::login_name(l)}</dt><dd><bdi dir="auto">{page.login_name.clone()}</bdi></dd>
            <dt>{messages::email(l)}</dt><dd><bdi dir="auto">{page.email.clone().unwrap_or_else(|| messages::not_provided(l))}</bdi></dd>
            <dt>{messages::roles(l)}</dt><dd>{roles}</dd>
            <dt>{messages::status(l)}</dt><dd><StatusBadge status=page.status /></dd>
            <dt>{messages::last_activity(l)}</dt><dd>{last}</dd>
            {page.archived_reason.clone().map(|reason| view! { <dt>{messages::archived_because(l)}</dt><dd dir="auto">{reason}</dd> })}
        </dl>
    }
    .into_any()
}

/// The end of every confirmation: a link back, and one button that names the action.
fn review(page: &ActPage, back: String, button: String, class: &'static str) -> AnyView {
    view! {
        <div class="review">
            <span class="grow"></span>
            <a class="button" href=format!("/users/{}", page.user)>{back}</a>
            <button class=class>{button}</button>
        </div>
    }
    .into_any()
}

/// `/users/:id/roles`: the roles of a user, and a form that assigns another.
#[component]
pub fn RolesPage() -> impl IntoView {
    let query = use_query_map();
    let new_role = query.with_untracked(|query| query.get("role").unwrap_or_default());
    let removed = query.with_untracked(|query| query.get("remove").unwrap_or_default());
    loaded(page_of(UserAction::Roles), move |page| {
        let l = lang();
        let head = head(&page, messages::roles(l));
        let chosen = new_role.clone();
        let user = page.user.to_string();
        let held = page.roles.iter().map(|(role, may_take)| {
            let label = labels::role(l, role);
            let (user, id) = (user.clone(), role.id.to_string());
            let remove_label = messages::remove_role(l, &label);
            let asks_successor = page.works_by == Some(role.id);
            let remove = may_take.then(|| {
                if asks_successor {
                    // first ask who takes over the clients
                    let to = format!("/users/{user}/roles?remove={id}");
                    return view! { <a class="button slim" href=to>{remove_label}</a> }.into_any();
                }
                view! {
                    <PostForm action=RemoveRole::url() title=messages::roles(l) class="inline">
                        <Hidden name="user" value=user />
                        <Hidden name="role" value=id />
                        <button class="button slim">{remove_label}</button>
                    </PostForm>
                }
                .into_any()
            });
            let without = changes(&page, role.id).filter(|_| *may_take).map(|preview| {
                view! { <span class="hint">{messages::preview_without(l, labels::preview(l, preview))}</span> }
            });
            view! { <li><span><b>{label}</b><span class="hint">{labels::role_purpose(l, role, "")}</span>{without}</span>{remove}</li> }
        });
        let held = held.collect_view();
        let confirm = confirm_removal(&page, &removed);
        let refusal = page.refusal.clone().filter(|_| confirm.is_none());
        let makes_roles = page_context()
            .me
            .is_some_and(|me| me.grants.reaches_others(Permission::EditRoles));
        let new_role = makes_roles.then(|| {
            let to = format!(
                "/roles/new?next={}",
                encode(&format!("/users/{user}/roles"))
            );
            view! { <p><a href=to>{messages::make_new_role(l)}</a></p> }
        });
        let chosen = if chosen.is_empty() {
            page.typed.role.clone()
        } else {
            chosen
        };
        let linkable = page.linkable.clone();
        let options = page
            .givable
            .iter()
            .map(|choice| (choice.role.id.to_string(), labels::role(l, &choice.role)))
            .collect();
        let lead = messages::roles_lead(l, &page.name);
        let each = page.givable.iter().filter_map(|choice| {
            let effect = labels::preview(l, changes(&page, choice.role.id)?);
            Some(view! { <li><span><b dir="auto">{labels::role(l, &choice.role)}</b><span class="hint">{effect}</span></span></li> })
        });
        let each = each.collect_view();
        let add = if page.givable.is_empty() {
            view! { <section class="card"><div class="body">{messages::no_role_to_give(l)}</div></section> }.into_any()
        } else {
            view! {
                <PostForm action=GiveRole::url() title=messages::roles(l) refusal>
                    // Enter activates the first button of a form
                    <button class="vh" tabindex="-1" aria-hidden="true"></button>
                    <Hidden name="user" value=user />
                    <fieldset>
                        <legend>{messages::add_a_role(l)}</legend>
                        <SelectField field=Field::Role value=chosen nothing=messages::choose_role(l) options />
                        {new_role}
                    </fieldset>
                    {linkable.map(|linkable| view! { <LinkedFields linkable q=page.typed.client_q.clone() search_action=FindClientsForRole::url() folded=true /> })}
                    {review(&page, messages::cancel(l), messages::add_role(l), "button main")}
                </PostForm>
                <section class="card"><h2>{messages::preview_each(l)}</h2><ul class="lines">{each}</ul></section>
            }
            .into_any()
        };
        view! {
            {head}
            {confirm}
            <section class="card">
                <div class="body quiet">{lead}</div>
                <ul class="lines">{held}</ul>
            </section>
            {add}
        }
        .into_any()
    })
}

/// The effect of assigning or removing a role.
fn changes(page: &ActPage, role: RoleId) -> Option<&Preview> {
    page.previews
        .iter()
        .find(|(id, _)| *id == role)
        .map(|(_, preview)| preview)
}

/// The confirmation for a role whose removal has warnings, or takes clients away from the user.
/// `removed` is the role from the address.
fn confirm_removal(page: &ActPage, removed: &str) -> Option<AnyView> {
    let l = lang();
    let is_warned = matches!(page.refusal, Some(Refusal::Warned(_) | Refusal::Invalid(_)));
    let is_meant = |id: String| {
        (is_warned && id == page.typed.role) || (page.refusal.is_none() && id == removed)
    };
    let (role, _) = page
        .roles
        .iter()
        .find(|(role, may_take)| *may_take && is_meant(role.id.to_string()))?;
    let label = messages::remove_role(l, labels::role(l, role));
    let (caseload, to) = (
        page.caseload
            .clone()
            .filter(|_| page.works_by == Some(role.id)),
        page.typed.to.clone(),
    );
    let name = page.name.clone();
    // created inside the form, so that it finds the refusal
    let successor = move || {
        let (clients, colleagues) = caseload?;
        let why = messages::works_by_role(l, &name, labels::clients(l, clients, false));
        let queues = (Receiver::QUEUES.to_owned(), messages::queues_of_teams(l));
        let options = std::iter::once(queues)
            .chain(
                colleagues
                    .into_iter()
                    .map(|person| (person.user.to_string(), person.name)),
            )
            .collect();
        Some(view! {
            <p>{why}</p>
            <SelectField field=Field::To value=to nothing=messages::choose_who_takes(l) options label=messages::clients_go_to(l) required=true />
        })
    };
    let (user, id, reason) = (
        page.user.to_string(),
        role.id.to_string(),
        page.typed.reason.clone(),
    );
    let end = review(
        page,
        messages::cancel(l),
        label.clone(),
        "button danger main",
    );
    let form = view! {
        <PostForm action=RemoveRole::url() title=messages::roles(l) refusal=page.refusal.clone() class="card confirm">
            <Hidden name="user" value=user />
            <Hidden name="role" value=id />
            <p class="lead">{label}</p>
            {successor()}
            <OverrideWarnings reason />
            {end}
        </PostForm>
    };
    Some(form.into_any())
}

/// `/users/:id/password`: sets a temporary password, which the administrator hands over.
#[component]
pub fn TemporaryPasswordPage() -> impl IntoView {
    loaded(page_of(UserAction::TemporaryPassword), |page| {
        let l = lang();
        view! {
            {head(&page, messages::change_password(l))}
            <TemporaryPasswordForm page />
            <Wasm />
        }
        .into_any()
    })
}

/// The form of `/users/:id/password`.
#[island]
fn TemporaryPasswordForm(
    /// The user and the draft.
    page: ActPage,
) -> impl IntoView {
    let l = lang();
    let action = ServerAction::<SetTemporaryPassword>::new();
    view! {
        <LiveForm action title=messages::change_password(l) refusal=page.refusal.clone()>
            <Hidden name="user" value=page.user.to_string() />
            <fieldset>
                <legend>{messages::way_temporary(l)}</legend>
                <p>{messages::temporary_lead(l, &page.name)}</p>
                <NewPassword field=Field::TemporaryPassword words=Signal::stored(page.words.clone()) />
            </fieldset>
            {review(&page, messages::cancel(l), messages::way_temporary(l), "button main")}
        </LiveForm>
    }
    .into_any()
}

/// `/users/:id/invite`: sends an invitation, for the first time or again.
#[component]
pub fn InvitePage() -> impl IntoView {
    loaded(page_of(UserAction::Invite), |page| {
        let l = lang();
        let head = head(&page, messages::send_invitation(l));
        let user = page.user.to_string();
        let body = match page.email.clone() {
            Some(email) => view! {
                <PostForm action=InviteUser::url() title=messages::send_invitation(l) refusal=page.refusal.clone() class="card confirm">
                    <Hidden name="user" value=user />
                    <p class="lead">{messages::invite_lead(l, &page.name, email)}</p>
                    {details(&page)}
                    {review(&page, messages::cancel(l), messages::send_invitation(l), "button main")}
                </PostForm>
            }
            .into_any(),
            None => view! {
                <section class="card">
                    <div class="body">
                        <p>{messages::invite_needs_email(l, &page.name)}</p>
                        <p class="row">
                            <a class="button" href=format!("/users/{user}/edit")>{messages::edit_details(l)}</a>
                            <a class="button" href=format!("/users/{user}/password")>{messages::way_temporary(l)}</a>
                        </p>
                    </div>
                </section>
            }
            .into_any(),
        };
        view! { {head} {body} }.into_any()
    })
}

/// `/users/:id/archive`: the consequences, the reason, and the button.
#[component]
pub fn ArchivePage() -> impl IntoView {
    loaded(page_of(UserAction::Archive), |page| {
        let l = lang();
        let head = head(&page, messages::archive_user(l));
        view! {
            {head}
            <PostForm action=ArchiveUser::url() title=messages::archive_user(l) refusal=page.refusal.clone() class="card confirm">
                <Hidden name="user" value=page.user.to_string() />
                <p class="lead">{messages::archive_lead(l, &page.name)}</p>
                {details(&page)}
                {successor_field(&page)}
                {reason_field(&page)}
                <label class="check">
                    <input type="checkbox" name="tell" value="on" checked=!page.typed.tell.is_empty() />
                    <span>{messages::tell_colleagues(l)}<span class="hint">{messages::tell_colleagues_hint(l)}</span></span>
                </label>
                <OverrideWarnings />
                {review(&page, messages::keep_user(l), messages::archive_user(l), "button danger main")}
            </PostForm>
        }
        .into_any()
    })
}

/// The colleague who takes over the clients of an archived user.
fn successor_field(page: &ActPage) -> Option<AnyView> {
    let l = lang();
    let (clients, colleagues) = page.caseload.clone()?;
    let options = colleagues
        .into_iter()
        .map(|person| (person.user.to_string(), person.name))
        .collect();
    let hint = messages::clients_go_hint(l, labels::clients(l, clients, false));
    let (label, nothing) = (messages::clients_go_to(l), messages::queues_of_teams(l));
    Some(view! { <SelectField field=Field::To value=page.typed.to.clone() nothing options label hint /> }.into_any())
}

/// The reason for archiving: one of the organisation's reasons, if it has any, and a text.
fn reason_field(page: &ActPage) -> AnyView {
    let l = lang();
    let reason = page.typed.reason.clone();
    if page.archive_reasons.is_empty() {
        return view! { <TextArea field=Field::Reason value=reason hint=messages::reason_kept(l) required=true /> }.into_any();
    }
    let options = page
        .archive_reasons
        .iter()
        .map(|reason| (reason.clone(), reason.clone()))
        .collect();
    view! {
        <SelectField field=Field::ArchiveReason value=page.typed.archive_reason.clone() nothing=messages::other_reason(l) options />
        <TextArea field=Field::Reason value=reason label=messages::reason_more(l) hint=messages::reason_more_hint(l) />
    }
    .into_any()
}

/// `/users/:id/restore`: the consequences, and the button.
#[component]
pub fn RestorePage() -> impl IntoView {
    loaded(page_of(UserAction::Restore), |page| {
        let l = lang();
        let head = head(&page, messages::restore_user(l));
        if page.status != Status::Archived {
            let to = format!("/users/{}", page.user);
            return view! {
                {head}
                <section class="card">
                    <div class="body">
                        <p dir="auto">{messages::nothing_to_restore(l, &page.name)}</p>
                        <p class="row"><a class="button" href=to>{messages::open_account(l)}</a></p>
                    </div>
                </section>
            }
            .into_any();
        }
        view! {
            {head}
            <PostForm action=RestoreUser::url() title=messages::restore_user(l) refusal=page.refusal.clone() class="card confirm">
                <Hidden name="user" value=page.user.to_string() />
                <p class="lead">{messages::restore_lead(l, &page.name)}</p>
                {details(&page)}
                {review(&page, messages::cancel(l), messages::restore_user(l), "button main")}
            </PostForm>
        }
        .into_any()
    })
}
