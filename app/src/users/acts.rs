//! The small pages about one act on a person: roles, temporary password, invitation, archive, restore.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::access::Preview;
use usher_types::session::encode;
use usher_types::users::{ActPage, Receiver, Status};
use usher_types::{Field, Permission, Refusal, RoleId};

use super::api::{Act, ArchiveUser, FindClientsForRole, GiveRole, InviteUser, RemoveRole, RestoreUser, SetTemporaryPassword, act_page};
use super::{StatusBadge, draft_of_address, id_of_address};
use crate::clients::LinkedFields;
use crate::ui::{
    Confirm, Hidden, LiveForm, Loading, Moment, NewPassword, PostForm, SelectField, TextArea, Wasm, lang, load, loaded, visit,
};
use crate::{say, words};

fn page_of(act: Act) -> Loading<ActPage> {
    let (id, draft) = (id_of_address(), draft_of_address());
    load(move || (id.get(), draft.get()), move |(id, draft)| act_page(id, act, draft))
}

fn head(page: &ActPage, title: String) -> AnyView {
    let l = lang();
    view! {
        <Title text=title.clone() />
        <div class="head">
            <div>
                <p class="crumb"><a href="/users">{words::users(l)}</a><a href=format!("/users/{}", page.user) dir="auto">{page.name.clone()}</a></p>
                <h1>{title}</h1>
            </div>
        </div>
    }
    .into_any()
}

fn facts(page: &ActPage) -> AnyView {
    let l = lang();
    let last = match page.last_activity.clone() {
        Some(when) => view! { <Moment when /> }.into_any(),
        None => words::never(l).into_any(),
    };
    let roles = page.roles.iter().map(|(role, _)| say::role(l, role)).collect::<Vec<_>>().join(", ");
    view! {
        <dl>
            <dt>{words::name(l)}</dt><dd><bdi dir="auto">{page.name.clone()}</bdi></dd>
            <dt>{words::login_name(l)}</dt><dd><bdi dir="auto">{page.login_name.clone()}</bdi></dd>
            <dt>{words::email(l)}</dt><dd><bdi dir="auto">{page.email.clone().unwrap_or_else(|| words::not_provided(l))}</bdi></dd>
            <dt>{words::roles(l)}</dt><dd>{roles}</dd>
            <dt>{words::status(l)}</dt><dd><StatusBadge status=page.status /></dd>
            <dt>{words::last_activity(l)}</dt><dd>{last}</dd>
            {page.archived_reason.clone().map(|reason| view! { <dt>{words::archived_because(l)}</dt><dd dir="auto">{reason}</dd> })}
        </dl>
    }
    .into_any()
}

/// What ends every confirmation: a way back, and one button that names the act.
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

/// `/users/:id/roles`: roles, each with remove, and those one may add.
#[component]
pub fn RolesPage() -> impl IntoView {
    let query = use_query_map();
    let made_meanwhile = query.with_untracked(|query| query.get("role").unwrap_or_default());
    let removed = query.with_untracked(|query| query.get("remove").unwrap_or_default());
    loaded(page_of(Act::Roles), move |page| {
        let l = lang();
        let head = head(&page, words::roles(l));
        let chosen = made_meanwhile.clone();
        let user = page.user.to_string();
        let held = page.roles.iter().map(|(role, may_take)| {
            let label = say::role(l, role);
            let (user, id) = (user.clone(), role.id.to_string());
            let remove_label = words::remove_role(l, &label);
            let is_asked = page.works_by == Some(role.id);
            let remove = may_take.then(|| {
                if is_asked {
                    // who takes the clients is asked first
                    let to = format!("/users/{user}/roles?remove={id}");
                    return view! { <a class="button slim" href=to>{remove_label}</a> }.into_any();
                }
                view! {
                    <PostForm action=RemoveRole::url() title=words::roles(l) class="inline">
                        <Hidden name="user" value=user />
                        <Hidden name="role" value=id />
                        <button class="button slim">{remove_label}</button>
                    </PostForm>
                }
                .into_any()
            });
            let without = changes(&page, role.id).filter(|_| *may_take).map(|preview| {
                view! { <span class="hint">{words::preview_without(l, say::preview(l, preview))}</span> }
            });
            view! { <li><span><b>{label}</b><span class="hint">{say::whom(l, role, "")}</span>{without}</span>{remove}</li> }
        });
        let held = held.collect_view();
        let confirm = confirm_removal(&page, &removed);
        let refusal = page.refusal.clone().filter(|_| confirm.is_none());
        let makes_roles = visit().me.is_some_and(|me| me.grants.reaches_others(Permission::EditRoles));
        let new_role = makes_roles.then(|| {
            let to = format!("/roles/new?next={}", encode(&format!("/users/{user}/roles")));
            view! { <p><a href=to>{words::make_new_role(l)}</a></p> }
        });
        let chosen = if chosen.is_empty() { page.typed.role.clone() } else { chosen };
        let linkable = page.linkable.clone();
        let options = page.givable.iter().map(|choice| (choice.role.id.to_string(), say::role(l, &choice.role))).collect();
        let lead = words::roles_lead(l, &page.name);
        let each = page.givable.iter().filter_map(|choice| {
            let said = say::preview(l, changes(&page, choice.role.id)?);
            Some(view! { <li><span><b dir="auto">{say::role(l, &choice.role)}</b><span class="hint">{said}</span></span></li> })
        });
        let each = each.collect_view();
        let add = if page.givable.is_empty() {
            view! { <section class="card"><div class="body">{words::no_role_to_give(l)}</div></section> }.into_any()
        } else {
            view! {
                <PostForm action=GiveRole::url() title=words::roles(l) refusal>
                    // the first button is the one that Enter presses
                    <button class="vh" tabindex="-1" aria-hidden="true"></button>
                    <Hidden name="user" value=user />
                    <fieldset>
                        <legend>{words::add_a_role(l)}</legend>
                        <SelectField field=Field::Role value=chosen nothing=words::choose_role(l) options />
                        {new_role}
                    </fieldset>
                    {linkable.map(|linkable| view! { <LinkedFields linkable q=page.typed.client_q.clone() find=FindClientsForRole::url() folded=true /> })}
                    {review(&page, words::cancel(l), words::add_role(l), "button main")}
                </PostForm>
                <section class="card"><h2>{words::preview_each(l)}</h2><ul class="lines">{each}</ul></section>
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

/// What giving or taking a role would change.
fn changes(page: &ActPage, role: RoleId) -> Option<&Preview> {
    page.previews.iter().find(|(id, _)| *id == role).map(|(_, preview)| preview)
}

/// The box of a role whose removal has warnings, or takes somebody off their clients. `removed` is the role an address names.
fn confirm_removal(page: &ActPage, removed: &str) -> Option<AnyView> {
    let l = lang();
    let is_warned = matches!(page.refusal, Some(Refusal::Warned(_) | Refusal::Invalid(_)));
    let is_meant = |id: String| (is_warned && id == page.typed.role) || (page.refusal.is_none() && id == removed);
    let (role, _) = page.roles.iter().find(|(role, may_take)| *may_take && is_meant(role.id.to_string()))?;
    let label = words::remove_role(l, say::role(l, role));
    let (caseload, to) = (page.caseload.clone().filter(|_| page.works_by == Some(role.id)), page.typed.to.clone());
    let name = page.name.clone();
    // made inside the form, which tells it why it was refused
    let takes_over = move || {
        let (clients, colleagues) = caseload?;
        let why = words::works_by_role(l, &name, say::clients(l, clients, false));
        let queues = (Receiver::QUEUES.to_owned(), words::queues_of_teams(l));
        let options = std::iter::once(queues).chain(colleagues.into_iter().map(|person| (person.user.to_string(), person.name))).collect();
        Some(view! {
            <p>{why}</p>
            <SelectField field=Field::To value=to nothing=words::choose_who_takes(l) options label=words::clients_go_to(l) required=true />
        })
    };
    let (user, id, reason) = (page.user.to_string(), role.id.to_string(), page.typed.reason.clone());
    let end = review(page, words::cancel(l), label.clone(), "button danger main");
    let form = view! {
        <PostForm action=RemoveRole::url() title=words::roles(l) refusal=page.refusal.clone() class="card confirm">
            <Hidden name="user" value=user />
            <Hidden name="role" value=id />
            <p class="lead">{label}</p>
            {takes_over()}
            <Confirm reason />
            {end}
        </PostForm>
    };
    Some(form.into_any())
}

/// `/users/:id/password`: a temporary password, which the administrator hands over.
#[component]
pub fn TemporaryPasswordPage() -> impl IntoView {
    loaded(page_of(Act::TemporaryPassword), |page| {
        let l = lang();
        view! {
            {head(&page, words::change_password(l))}
            <TemporaryPasswordForm page />
            <Wasm />
        }
        .into_any()
    })
}

/// The form of `/users/:id/password`.
#[island]
fn TemporaryPasswordForm(
    /// Whose.
    page: ActPage,
) -> impl IntoView {
    let l = lang();
    let action = ServerAction::<SetTemporaryPassword>::new();
    view! {
        <LiveForm action title=words::change_password(l) refusal=page.refusal.clone()>
            <Hidden name="user" value=page.user.to_string() />
            <fieldset>
                <legend>{words::way_temporary(l)}</legend>
                <p>{words::temporary_lead(l, &page.name)}</p>
                <NewPassword field=Field::TemporaryPassword words=Signal::stored(page.words.clone()) />
            </fieldset>
            {review(&page, words::cancel(l), words::way_temporary(l), "button main")}
        </LiveForm>
    }
    .into_any()
}

/// `/users/:id/invite`: the invitation, for the first time or again.
#[component]
pub fn InvitePage() -> impl IntoView {
    loaded(page_of(Act::Invite), |page| {
        let l = lang();
        let head = head(&page, words::send_invitation(l));
        let user = page.user.to_string();
        let body = match page.email.clone() {
            Some(email) => view! {
                <PostForm action=InviteUser::url() title=words::send_invitation(l) refusal=page.refusal.clone() class="card confirm">
                    <Hidden name="user" value=user />
                    <p class="lead">{words::invite_lead(l, &page.name, email)}</p>
                    {facts(&page)}
                    {review(&page, words::cancel(l), words::send_invitation(l), "button main")}
                </PostForm>
            }
            .into_any(),
            None => view! {
                <section class="card">
                    <div class="body">
                        <p>{words::invite_needs_email(l, &page.name)}</p>
                        <p class="row">
                            <a class="button" href=format!("/users/{user}/edit")>{words::edit_details(l)}</a>
                            <a class="button" href=format!("/users/{user}/password")>{words::way_temporary(l)}</a>
                        </p>
                    </div>
                </section>
            }
            .into_any(),
        };
        view! { {head} {body} }.into_any()
    })
}

/// `/users/:id/archive`: what will happen, a reason, and the button.
#[component]
pub fn ArchivePage() -> impl IntoView {
    loaded(page_of(Act::Archive), |page| {
        let l = lang();
        let head = head(&page, words::archive_user(l));
        view! {
            {head}
            <PostForm action=ArchiveUser::url() title=words::archive_user(l) refusal=page.refusal.clone() class="card confirm">
                <Hidden name="user" value=page.user.to_string() />
                <p class="lead">{words::archive_lead(l, &page.name)}</p>
                {facts(&page)}
                {takes_over(&page)}
                {why(&page)}
                <label class="check">
                    <input type="checkbox" name="tell" value="on" checked=!page.typed.tell.is_empty() />
                    <span>{words::tell_colleagues(l)}<span class="hint">{words::tell_colleagues_hint(l)}</span></span>
                </label>
                <Confirm />
                {review(&page, words::keep_user(l), words::archive_user(l), "button danger main")}
            </PostForm>
        }
        .into_any()
    })
}

/// Who takes the clients of whom is archived: nobody stays with who is gone.
fn takes_over(page: &ActPage) -> Option<AnyView> {
    let l = lang();
    let (clients, colleagues) = page.caseload.clone()?;
    let options = colleagues.into_iter().map(|person| (person.user.to_string(), person.name)).collect();
    let hint = words::clients_go_hint(l, say::clients(l, clients, false));
    let (label, nothing) = (words::clients_go_to(l), words::queues_of_teams(l));
    Some(view! { <SelectField field=Field::To value=page.typed.to.clone() nothing options label hint /> }.into_any())
}

/// Why somebody is archived: one of the organisation's reasons, where it has some, and more about it.
fn why(page: &ActPage) -> AnyView {
    let l = lang();
    let reason = page.typed.reason.clone();
    if page.archive_reasons.is_empty() {
        return view! { <TextArea field=Field::Reason value=reason hint=words::reason_kept(l) required=true /> }.into_any();
    }
    let options = page.archive_reasons.iter().map(|reason| (reason.clone(), reason.clone())).collect();
    view! {
        <SelectField field=Field::ArchiveReason value=page.typed.archive_reason.clone() nothing=words::other_reason(l) options />
        <TextArea field=Field::Reason value=reason label=words::reason_more(l) hint=words::reason_more_hint(l) />
    }
    .into_any()
}

/// `/users/:id/restore`: what comes back, and what does not.
#[component]
pub fn RestorePage() -> impl IntoView {
    loaded(page_of(Act::Restore), |page| {
        let l = lang();
        let head = head(&page, words::restore_user(l));
        if page.status != Status::Archived {
            let to = format!("/users/{}", page.user);
            return view! {
                {head}
                <section class="card">
                    <div class="body">
                        <p dir="auto">{words::nothing_to_restore(l, &page.name)}</p>
                        <p class="row"><a class="button" href=to>{words::open_account(l)}</a></p>
                    </div>
                </section>
            }
            .into_any();
        }
        view! {
            {head}
            <PostForm action=RestoreUser::url() title=words::restore_user(l) refusal=page.refusal.clone() class="card confirm">
                <Hidden name="user" value=page.user.to_string() />
                <p class="lead">{words::restore_lead(l, &page.name)}</p>
                {facts(&page)}
                {review(&page, words::cancel(l), words::restore_user(l), "button main")}
            </PostForm>
        }
        .into_any()
    })
}
