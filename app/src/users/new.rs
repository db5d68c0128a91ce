//! `/users/new`: details, access and sign-in on one page, with a review above one button (S18).
//! `/staff/new` is the same form for users who add other staff from the home page (CS-17 to CS-22).

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use usher_types::access::{Choices, Preview};
use usher_types::form::check_length;
use usher_types::password::words_of;
use usher_types::refusal::Taken;
use usher_types::users::{Availability, NewUserPage, UserFormContext};
use usher_types::{Field, Language, SignInSetup, login_name};

use super::api::{
    CreateUser, FindClientsForNew, MakeRoleFirst, access_preview, login_name_availability,
    new_user_page,
};
use super::coverage::CoverFields;
use super::customers::{CustomerFields, CustomerSelection, ImportCustomers};
use super::draft_param;
use super::memberships::{ListFields, MembershipFields};
use crate::clients::LinkedFields;
use crate::customers::ImportToNew;
use crate::shell::language_name;
use crate::ui::{
    Check, Choice, FieldError, Hidden, LiveForm, NewPassword, OverrideWarnings, SelectField,
    SingleName, TextField, Wasm, lang, load, loaded,
};
use crate::{labels, messages};

/// Time without a keystroke before the server is asked about a login name.
const DEBOUNCE: Duration = Duration::from_millis(350);

/// `/users/new`.
#[component]
pub fn UserNewPage() -> impl IntoView {
    page_of(false)
}

/// `/staff/new`.
#[component]
pub fn StaffNewPage() -> impl IntoView {
    page_of(true)
}

fn page_of(staff: bool) -> impl IntoView {
    let draft = draft_param();
    let query = use_query_map();
    let params = move || query.with(|query| (query.get("role"), query.get("client")));
    let imported = move || query.with(|query| query.get_all("customers").unwrap_or_default());
    let page = load(
        move || (draft.get(), params(), imported()),
        move |(draft, (role, client), imported)| {
            new_user_page(draft, role, client, staff, imported)
        },
    );
    loaded(page, |page| {
        let l = lang();
        let is_staff = !page.form.staff.is_empty();
        let crumb = (!is_staff)
            .then(|| view! { <p class="crumb"><a href="/users">{messages::users(l)}</a></p> });
        view! {
            <div class="head"><div>{crumb}<h1>{title(l, is_staff)}</h1></div></div>
            <CreateUserForm page />
            <Wasm />
        }
        .into_any()
    })
}

fn title(l: Language, is_staff: bool) -> String {
    if is_staff {
        messages::other_staff_details(l)
    } else {
        messages::add_user(l)
    }
}

/// The form of `/users/new` and `/staff/new`.
#[island]
fn CreateUserForm(
    /// The initial values, and the data for the validation.
    page: NewUserPage,
) -> impl IntoView {
    let l = lang();
    let NewUserPage {
        facts,
        roles,
        may_make_roles,
        linkable,
        form,
        refusal,
    } = page;
    let action = ServerAction::<CreateUser>::new();
    let texts = NameSignals {
        first: RwSignal::new(form.first_name.clone()),
        last: RwSignal::new(form.last_name.clone()),
        email: RwSignal::new(form.email.clone()),
        login: RwSignal::new(form.login_name.clone()),
    };
    let way_in = RwSignal::new(form.way_in.clone());
    let chosen = RwSignal::new(form.roles.clone());
    let place = RwSignal::new(Choices {
        office: form.office.clone(),
        teams: form.teams.clone(),
        ..Choices::default()
    });
    let selection = CustomerSelection::new(&facts.customers, &form.customers, &form.config);
    let imports_customers = facts.imports_customers;
    let organisation = facts.organisation.clone();
    let for_words = organisation.clone();
    let own_words = Signal::derive(move || {
        words_of(
            &texts.first.get(),
            &texts.last.get(),
            &texts.login.get(),
            &texts.email.get(),
            &for_words,
        )
    });
    propose_login_name(texts, facts.format);
    // seats can become free while the page is open, so only the server checks them
    let check_facts = UserFormContext {
        seats: None,
        ..facts.clone()
    };
    let check: Check<CreateUser> = Arc::new(move |typed: &CreateUser| {
        let facts = UserFormContext {
            customers: selection.customers(),
            ..check_facts.clone()
        };
        typed.form.parse(&facts, check_length).map(|_| ())
    });
    let role_names: Vec<(String, String)> = roles
        .iter()
        .map(|choice| (choice.role.id.to_string(), labels::role(l, &choice.role)))
        .collect();
    let asks_client = facts.linking.asks_client.clone();
    let record = linkable
        .as_ref()
        .and_then(|linkable| linkable.record.clone());
    let account = record.map(|record| view! { <div class="notice"><p dir="auto">{messages::account_for(l, &record.name)}</p></div> });
    let linkable = linkable.filter(|_| !asks_client.is_empty());
    // created inside the form, so that it is notified of changes
    let ticked = form.roles.clone();
    let choices = move || {
        let choices = roles.into_iter().map(|choice| {
            let id = choice.role.id.to_string();
            let checked = ticked.contains(&id);
            let hint = labels::role_purpose(l, &choice.role, &choice.whom);
            let asks = asks_client.contains(&choice.role.id);
            let on_change = Callback::new(move |(id, on): (String, bool)| {
                chosen.update(|chosen| {
                    chosen.retain(|one| *one != id);
                    if on {
                        chosen.push(id);
                    }
                });
            });
            let choice =
                view! { <Choice kind="checkbox" name="roles[]" value=id title=labels::role(l, &choice.role) hint checked on_change /> };
            if asks { view! { <div class="asks-client">{choice}</div> }.into_any() } else { choice.into_any() }
        });
        choices.collect_view()
    };
    let way_at_first = form.way_in.clone();
    let ways = move || {
        SignInSetup::ALL.map(|way| {
            let (title, hint) = match way {
                SignInSetup::Invitation => (messages::way_invitation(l), messages::way_invitation_hint(l)),
                SignInSetup::OnlyAdd => (messages::way_only_add(l), messages::way_only_add_hint(l)),
                SignInSetup::TemporaryPassword => (messages::way_temporary(l), messages::way_temporary_hint(l)),
            };
            let on_change = Callback::new(move |(code, _): (String, bool)| way_in.set(code));
            view! { <Choice kind="radio" name="way_in" value=way.code() title hint checked=way_at_first == way.code() on_change /> }
        })
    };
    let review_organisation = organisation.clone();
    let review = move || {
        let names: Vec<_> = role_names
            .iter()
            .filter(|(id, _)| chosen.with(|chosen| chosen.contains(id)))
            .map(|(_, name)| name.clone())
            .collect();
        let created = if names.is_empty() {
            messages::review(l, &review_organisation)
        } else {
            messages::review_as(l, &review_organisation, names.join(", "))
        };
        let notification = match way_in.with(|way| SignInSetup::from_code(way)) {
            Some(SignInSetup::Invitation) => messages::told_by_mail(l),
            Some(SignInSetup::TemporaryPassword) => messages::told_by_you(l),
            _ => messages::told_by_nobody(l),
        };
        format!("{created} {notification}")
    };
    let is_asked = facts.required.iter().any(|field| *field != Field::Email);
    let is_open = is_asked
        || [
            &form.phone,
            &form.job_title,
            &form.language,
            &form.identity_number,
        ]
        .iter()
        .any(|text| !text.is_empty());
    // the review has it as text, the button as a badge
    let on_button =
        facts.seats.map(|seats| view! { <span class="badge" aria-hidden="true">{messages::seats_left(l, seats.left())}</span> });
    let left = facts
        .seats
        .map(|seats| format!(" {}", messages::seats_left_here(l, seats.left())));
    let is_staff = !form.staff.is_empty();
    let (back, button) = if is_staff {
        ("/", messages::save(l))
    } else {
        ("/users", messages::create_user(l))
    };
    let by_password = move || {
        way_in.with(|way| SignInSetup::from_code(way) == Some(SignInSetup::TemporaryPassword))
    };
    view! {
        <LiveForm action title=title(l, is_staff) refusal check=check>
            // Enter activates the first button of a form
            <button class="vh" tabindex="-1" aria-hidden="true"></button>
            <Hidden name="key" value=form.key.clone() />
            <Hidden name="staff" value=form.staff.clone() />
            <Hidden name="record" value=form.record.clone() />
            {account}
            <fieldset>
                <legend>{messages::personal_details(l)}</legend>
                <div class="pair">
                    <TextField field=Field::FirstName value=form.first_name.clone() live=texts.first required=true />
                    <TextField field=Field::LastName value=form.last_name.clone() live=texts.last required=true />
                </div>
                <SingleName value=form.single_name.clone() />
                <TextField field=Field::Email value=form.email.clone() live=texts.email kind="email" hint=messages::email_hint(l) required=facts.requires(Field::Email) />
                <details class="optional" open=is_open>
                    <summary>{messages::show_optional(l)}</summary>
                    <div class="pair">
                        <TextField field=Field::Phone value=form.phone.clone() kind="tel" required=facts.requires(Field::Phone) />
                        <TextField field=Field::JobTitle value=form.job_title.clone() required=facts.requires(Field::JobTitle) />
                        <LanguageField value=form.language.clone() offered=facts.languages.clone() />
                        <TextField field=Field::IdentityNumber value=form.identity_number.clone() hint=messages::identity_number_hint(l) required=facts.requires(Field::IdentityNumber) />
                    </div>
                </details>
            </fieldset>
            <fieldset>
                <legend>{messages::access(l)}</legend>
                <div class="pair">
                    <TextField field=Field::LoginName value=form.login_name.clone() live=texts.login hint=messages::login_name_hint(l) required=true>
                        <LoginNameStatus login=texts.login />
                    </TextField>
                    <OwnOrganisation name=organisation />
                </div>
                <span class="message" id="roles-says"><FieldError field=Field::Roles /></span>
                <div class="pair" role="group" aria-label=messages::roles(l) aria-describedby="roles-says" id="roles">
                    <Choice kind="checkbox" name="base" value="user" title=labels::role(l, &base_role()) hint=messages::role_always(l) checked=true locked=true />
                    {choices()}
                </div>
                {may_make_roles.then(make_role_first)}
            </fieldset>
            {linkable.map(|linkable| view! { <LinkedFields linkable q=form.client_q.clone() search_action=FindClientsForNew::url() /> })}
            <MembershipFields units=facts.units.clone() office=form.office.clone() teams=form.teams.clone() live=place />
            <fieldset>
                <legend>{messages::way_in(l)}</legend>
                <div class="pair" id="way_in">{ways()}</div>
                <div class="way-password" class:chosen=by_password>
                    <NewPassword field=Field::TemporaryPassword words=own_words hint=messages::temporary_password_hint(l) required=false />
                </div>
            </fieldset>
            {imports_customers.then(|| view! { <CustomerFields selection import_action=ImportToNew::url() /> })}
            <ListFields listing=facts.listing chosen=form.lists.clone() lms_manager=form.lms_manager.clone() />
            <CoverFields
                teams=facts.units.teams chosen=form.cover_teams.clone()
                from=form.cover_from.clone() until=form.cover_until.clone() reason=form.cover_reason.clone() folded=true
            />
            <OverrideWarnings reason=form.reason.clone() />
            <div class="review">
                <span class="grow">{review}" "<PreviewText chosen place />{left}</span>
                <a class="button" href=back>{messages::cancel(l)}</a>
                <button class="button main">{button}{on_button}</button>
            </div>
        </LiveForm>
        {imports_customers.then(|| view! { <ImportCustomers selection /> })}
    }
    .into_any()
}

/// A button that opens the page that creates a role. The form is saved as a draft (CP-06).
fn make_role_first() -> AnyView {
    let l = lang();
    view! {
        <p class="row">
            <button class="button slim" formaction=MakeRoleFirst::url()>{messages::make_new_role(l)}</button>
            <span class="quiet small">{messages::make_new_role_hint(l)}</span>
        </p>
    }
    .into_any()
}

fn base_role() -> usher_types::RoleName {
    usher_types::RoleName {
        id: usher_types::RoleId(uuid::Uuid::nil()),
        built_in: Some(usher_types::BuiltInRole::User),
        name: String::new(),
    }
}

#[derive(Clone, Copy)]
struct NameSignals {
    first: RwSignal<String>,
    last: RwSignal<String>,
    email: RwSignal<String>,
    login: RwSignal<String>,
}

/// Proposes the login name from the name, until the user types another.
fn propose_login_name(texts: NameSignals, format: login_name::LoginNameFormat) {
    Effect::new(move |before: Option<String>| {
        let proposal = login_name::propose(
            format,
            &texts.first.get(),
            &texts.last.get(),
            &texts.email.get(),
        )
        .unwrap_or_default();
        let Some(before) = before else {
            return proposal;
        };
        let untouched = texts
            .login
            .with_untracked(|login| login.is_empty() || *login == before);
        if untouched && proposal != before {
            texts.login.set(proposal.clone());
        }
        proposal
    });
}

/// What the new user could do with the chosen roles. It is loaded after each change; a late
/// response is ignored.
#[component]
fn PreviewText(chosen: RwSignal<Vec<String>>, place: RwSignal<Choices>) -> impl IntoView {
    let l = lang();
    let answer = RwSignal::new(None::<Preview>);
    Effect::new(move |_| {
        let choices = Choices {
            roles: chosen.get(),
            ..place.get()
        };
        answer.set(None);
        leptos::task::spawn_local(async move {
            let reply = access_preview(choices.clone()).await.ok();
            if (Choices {
                roles: chosen.get_untracked(),
                ..place.get_untracked()
            }) == choices
            {
                answer.set(reply);
            }
        });
    });
    let describe = move |preview: Preview| {
        if preview.gains.is_empty() {
            messages::own_profile_only(l)
        } else {
            labels::preview(l, &preview)
        }
    };
    view! { <span aria-live="polite">{move || answer.get().map(describe)}</span> }
}

/// Shows whether a login name is free while the user types. A late response is ignored.
#[component]
fn LoginNameStatus(login: RwSignal<String>) -> impl IntoView {
    let l = lang();
    let answer = RwSignal::new(None::<Availability>);
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let ask = move || {
        let requested = login.get_untracked();
        leptos::task::spawn_local(async move {
            let reply = login_name_availability(requested.clone(), None).await.ok();
            if login.get_untracked() == requested {
                answer.set(reply);
            }
        });
    };
    Effect::new(move |before: Option<()>| {
        let is_short = login.with(|login| login.trim().chars().count() < login_name::MIN_LENGTH);
        if let Some(handle) = pending.get_value() {
            handle.clear();
        }
        answer.set(None);
        if before.is_some() && !is_short {
            pending.set_value(set_timeout_with_handle(ask, DEBOUNCE).ok());
        }
    });
    view! { <span class="message" aria-live="polite">{move || answer.get().map(|answer| availability(l, answer, login))}</span> }
}

fn availability(l: Language, answer: Availability, login: RwSignal<String>) -> AnyView {
    match answer {
        Availability::Free => view! { <span class="ok">"✓ "{messages::free(l)}</span> }.into_any(),
        Availability::Wrong(problem) => {
            view! { <span class="says">{labels::problem(l, Field::LoginName, &problem)}</span> }
                .into_any()
        }
        Availability::Taken(taken) => {
            let link = match &taken {
                Taken::Here { user } => user.map(|user| (user, messages::open_account(l))),
                Taken::Bank { user, .. } => user.map(|user| (user, messages::restore_user(l))),
                Taken::Elsewhere { .. } => None,
            };
            let link = link
                .map(|(user, label)| view! { " " <a href=format!("/users/{user}")>{label}</a> });
            let free = match &taken {
                Taken::Here { .. } => Vec::new(),
                Taken::Bank { free, .. } | Taken::Elsewhere { free } => free.clone(),
            };
            let free = free.into_iter().map(|name| {
                let chosen = name.clone();
                view! { <button type="button" class="button slim" on:click=move |_| login.set(chosen.clone())>{name}</button> }
            });
            let free = free.collect_view();
            let message =
                labels::problem(l, Field::LoginName, &usher_types::Problem::NameTaken(taken));
            view! { <span class="says">{message}{link}</span><span class="row">{free}</span> }
                .into_any()
        }
    }
}

/// The organisation, read-only: a user belongs to the organisation that they were created in
/// (OG-36).
#[component]
pub(crate) fn OwnOrganisation(
    /// The name of the organisation.
    name: String,
) -> impl IntoView {
    let l = lang();
    view! {
        <div class="field">
            <label for="own_organisation">{messages::organisation(l)}</label>
            <span class="hint" id="own_organisation-hint">{messages::organisation_locked(l)}</span>
            <input id="own_organisation" value=name readonly aria-describedby="own_organisation-hint" />
        </div>
    }
}

/// The language of a user: their own, or that of the organisation.
#[component]
pub(crate) fn LanguageField(
    /// The initial code.
    #[prop(into)]
    value: String,
    /// The languages that can be chosen.
    offered: Vec<Language>,
) -> impl IntoView {
    let options = offered
        .into_iter()
        .map(|language| {
            (
                language.code().to_owned(),
                language_name(language).to_owned(),
            )
        })
        .collect();
    view! { <SelectField field=Field::Language value nothing=messages::language_of_organisation(lang()) options /> }
}
