//! The pages of one action on a user: roles, temporary password, invitation, archive, restore.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use usher_types::access::Preview;
use usher_types::url::encode;
use usher_types::users::{ActPage, Receiver, Status};
use usher_types::{Field, Permission, Refusal, RoleId, RoleName, durations};

use super::api::{
    ArchiveUser, FindClientsForRole, GiveRole, InviteUser, RemoveRole, RestoreUser,
    SetTemporaryPassword, UserAction, act_page,
};
use crate::clients::LinkedFields;
use crate::people::{StatusBadge, crumbs};
use crate::ui::{
    Card, ConfirmForm, DescriptionList, Detail, FormSection, Hidden, Link, LiveForm, Loading,
    NewPassword, OverrideWarnings, PageHeader, PostForm, SelectField, SubmitBar, TextArea, Wasm,
    lang, load_with_draft, loaded, may, moment_or_never, typed, typed_or_none,
};
use crate::{labels, messages};

fn page_of(act: UserAction) -> Loading<ActPage> {
    load_with_draft(move |id, draft| act_page(id, act, draft))
}

fn head(page: &ActPage, title: String) -> AnyView {
    view! { <PageHeader title crumbs=crumbs(page.user, &page.name) /> }.into_any()
}

fn details(page: &ActPage) -> AnyView {
    let l = lang();
    let roles = page
        .roles
        .iter()
        .map(|(role, _)| labels::role(l, role))
        .collect::<Vec<_>>()
        .join(", ");
    view! {
        <DescriptionList>
            <Detail term=messages::name(l)>{typed(&page.name)}</Detail>
            <Detail term=messages::login_name(l)>{typed(&page.login_name)}</Detail>
            <Detail term=messages::email(l)>{typed_or_none(page.email.as_deref().unwrap_or_default())}</Detail>
            <Detail term=messages::roles(l)>{roles}</Detail>
            <Detail term=messages::status(l)><StatusBadge status=page.status /></Detail>
            <Detail term=messages::last_activity(l)>{moment_or_never(page.last_activity.clone())}</Detail>
            {page.archived_reason.clone().map(|reason| view! { <Detail term=messages::archived_because(l)>{typed(reason)}</Detail> })}
        </DescriptionList>
    }
    .into_any()
}

/// The link back to the user.
fn account(page: &ActPage, label: String) -> Link {
    Link::new(format!("/users/{}", page.user), label)
}

/// `/users/:id/roles`: the roles of a user, and a form that assigns another.
#[component]
pub fn RolesPage() -> impl IntoView {
    let query = use_query_map();
    let chosen = query.with_untracked(|query| query.get("role").unwrap_or_default());
    let removed = query.with_untracked(|query| query.get("remove").unwrap_or_default());
    loaded(page_of(UserAction::Roles), move |page| {
        let l = lang();
        let held = page
            .roles
            .iter()
            .map(|(role, may_take)| held_role(&page, role, *may_take))
            .collect_view();
        let confirm = confirm_removal(&page, &removed);
        let refusal = page.refusal.clone().filter(|_| confirm.is_none());
        view! {
            {head(&page, messages::roles(l))}
            {confirm}
            <section class="card">
                <div class="body quiet">{messages::roles_lead(l, &page.name)}</div>
                <ul class="lines">{held}</ul>
            </section>
            {add_role(page, chosen.clone(), refusal)}
        }
        .into_any()
    })
}

/// A role that the user has, with the button that removes it.
fn held_role(page: &ActPage, role: &RoleName, may_take: bool) -> AnyView {
    let l = lang();
    let label = labels::role(l, role);
    let (user, id) = (page.user.to_string(), role.id.to_string());
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
    let without = changes(page, role.id).filter(|_| may_take).map(|preview| {
        view! { <span class="hint">{messages::preview_without(l, labels::preview(l, preview))}</span> }
    });
    view! { <li><span><b>{label}</b><span class="hint">{labels::role_purpose(l, role, "")}</span>{without}</span>{remove}</li> }
        .into_any()
}

/// The form that assigns a role, and what each role would change.
fn add_role(page: ActPage, chosen: String, refusal: Option<Refusal>) -> AnyView {
    let l = lang();
    if page.givable.is_empty() {
        return view! { <section class="card"><div class="body">{messages::no_role_to_give(l)}</div></section> }.into_any();
    }
    let new_role = may(Permission::EditRoles).then(|| {
        let next = encode(&format!("/users/{}/roles", page.user));
        view! { <p><a href=format!("/roles/new?next={next}")>{messages::make_new_role(l)}</a></p> }
    });
    let chosen = if chosen.is_empty() {
        page.typed.role.clone()
    } else {
        chosen
    };
    let options = page
        .givable
        .iter()
        .map(|choice| (choice.role.id.to_string(), labels::role(l, &choice.role)))
        .collect();
    let each = page.givable.iter().filter_map(|choice| {
        let effect = labels::preview(l, changes(&page, choice.role.id)?);
        Some(view! { <li><span><b dir="auto">{labels::role(l, &choice.role)}</b><span class="hint">{effect}</span></span></li> })
    });
    let each = each.collect_view();
    let linkable = page.linkable.clone();
    view! {
        <PostForm action=GiveRole::url() title=messages::roles(l) refusal>
            // Enter activates the first button of a form
            <button class="vh" tabindex="-1" aria-hidden="true"></button>
            <Hidden name="user" value=page.user.to_string() />
            <FormSection title=messages::add_a_role(l)>
                <SelectField field=Field::Role value=chosen nothing=messages::choose_role(l) options />
                {new_role}
            </FormSection>
            {linkable.map(|linkable| view! { <LinkedFields linkable q=page.typed.client_q.clone() search_action=FindClientsForRole::url() folded=true /> })}
            <SubmitBar submit=messages::add_role(l) cancel=account(&page, messages::cancel(l)) />
        </PostForm>
        <Card title=messages::preview_each(l)><ul class="lines">{each}</ul></Card>
    }
    .into_any()
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
    let cancel = account(page, messages::cancel(l));
    let (refusal, lead) = (page.refusal.clone(), label.clone());
    let form = view! {
        <ConfirmForm action=RemoveRole::url() title=messages::roles(l) submit=label lead refusal cancel danger=true>
            <Hidden name="user" value=user />
            <Hidden name="role" value=id />
            {successor()}
            <OverrideWarnings reason />
        </ConfirmForm>
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
    let cancel = account(&page, messages::cancel(l));
    view! {
        <LiveForm action title=messages::change_password(l) refusal=page.refusal.clone()>
            <Hidden name="user" value=page.user.to_string() />
            <FormSection title=messages::way_temporary(l)>
                <p>{messages::temporary_lead(l, &page.name, durations::days(durations::TEMPORARY_PASSWORD))}</p>
                <NewPassword field=Field::TemporaryPassword words=Signal::stored(page.words.clone()) />
            </FormSection>
            <SubmitBar submit=messages::way_temporary(l) cancel />
        </LiveForm>
    }
    .into_any()
}

/// `/users/:id/invite`: sends an invitation, for the first time or again.
#[component]
pub fn InvitePage() -> impl IntoView {
    loaded(page_of(UserAction::Invite), |page| {
        let l = lang();
        let title = messages::send_invitation(l);
        let head = head(&page, title.clone());
        let user = page.user.to_string();
        let Some(email) = page.email.clone() else {
            return view! { {head}{no_email(&page)} }.into_any();
        };
        let lead = messages::invite_lead(l, &page.name, email);
        let cancel = account(&page, messages::cancel(l));
        view! {
            {head}
            <ConfirmForm action=InviteUser::url() title lead refusal=page.refusal.clone() cancel>
                <Hidden name="user" value=user />
                {details(&page)}
            </ConfirmForm>
        }
        .into_any()
    })
}

/// What to do for a user who has no address for the invitation.
fn no_email(page: &ActPage) -> AnyView {
    let (l, user) = (lang(), page.user);
    view! {
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
    .into_any()
}

/// `/users/:id/archive`: the consequences, the reason, and the button.
#[component]
pub fn ArchivePage() -> impl IntoView {
    loaded(page_of(UserAction::Archive), |page| {
        let l = lang();
        let title = messages::archive_user(l);
        let head = head(&page, title.clone());
        let lead = messages::archive_lead(l, &page.name);
        let (cancel, refusal) = (account(&page, messages::keep_user(l)), page.refusal.clone());
        view! {
            {head}
            <ConfirmForm action=ArchiveUser::url() title lead refusal cancel danger=true>
                <Hidden name="user" value=page.user.to_string() />
                {details(&page)}
                {successor_field(&page)}
                {reason_field(&page)}
                <label class="check">
                    <input type="checkbox" name="tell" value="on" checked=!page.typed.tell.is_empty() />
                    <span>{messages::tell_colleagues(l)}<span class="hint">{messages::tell_colleagues_hint(l)}</span></span>
                </label>
                <OverrideWarnings />
            </ConfirmForm>
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
        let title = messages::restore_user(l);
        let head = head(&page, title.clone());
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
        let lead = messages::restore_lead(l, &page.name);
        let (cancel, refusal) = (account(&page, messages::cancel(l)), page.refusal.clone());
        view! {
            {head}
            <ConfirmForm action=RestoreUser::url() title lead refusal cancel>
                <Hidden name="user" value=page.user.to_string() />
                {details(&page)}
            </ConfirmForm>
        }
        .into_any()
    })
}
