//! `/users/new`: details, access and sign-in on one page, with a review above one button (S18).
//! `/staff/new` is the same form for users who add other staff from the home page (CS-17 to CS-22).

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::access::{Choices, Preview};
use usher_types::form::check_length;
use usher_types::password::words_of;
use usher_types::refusal::Taken;
use usher_types::roles::RoleChoice;
use usher_types::users::{Availability, NewUser, NewUserPage, UserFormContext};
use usher_types::{Field, Language, SignInSetup, login_name};

use super::api::{
    CreateUser, FindClientsForNew, MakeRoleFirst, access_preview, login_name_availability,
    new_user_page,
};
use super::coverage::CoverFields;
use super::customers::{CustomerFields, CustomerSelection, ImportCustomers};
use super::memberships::{ListFields, MembershipFields};
use crate::clients::LinkedFields;
use crate::customers::ImportToNew;
use crate::people::list;
use crate::ui::{
    Check, Choice, FieldError, FormSection, Hidden, Link, LiveForm, NewPassword, OverrideWarnings,
    PageHeader, SelectField, SingleName, SubmitBar, TextField, Wasm, draft_param, lang, load,
    loaded, query_params,
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
    let params = query_params(|query| {
        let (role, client) = (query.get("role"), query.get("client"));
        (role, client, query.all("customers"))
    });
    let page = load(
        move || (draft.get(), params.get()),
        move |(draft, (role, client, imported))| {
            new_user_page(draft, role, client, staff, imported)
        },
    );
    loaded(page, |page| {
        let l = lang();
        let is_staff = !page.form.staff.is_empty();
        let crumbs: Vec<_> = (!is_staff).then(list).into_iter().collect();
        view! {
            <PageHeader title=title(l, is_staff) crumbs />
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

/// The values of the form that its parts share while the user types.
#[derive(Clone, Copy)]
struct NewUserState {
    first_name: RwSignal<String>,
    last_name: RwSignal<String>,
    email: RwSignal<String>,
    login_name: RwSignal<String>,
    /// The code of the chosen sign-in set-up.
    sign_in: RwSignal<String>,
    /// The ids of the chosen roles.
    roles: RwSignal<Vec<String>>,
    /// The chosen office and teams.
    place: RwSignal<Choices>,
    customers: CustomerSelection,
}

impl NewUserState {
    fn new(facts: &UserFormContext, form: &NewUser) -> Self {
        Self {
            first_name: RwSignal::new(form.first_name.clone()),
            last_name: RwSignal::new(form.last_name.clone()),
            email: RwSignal::new(form.email.clone()),
            login_name: RwSignal::new(form.login_name.clone()),
            sign_in: RwSignal::new(form.way_in.clone()),
            roles: RwSignal::new(form.roles.clone()),
            place: RwSignal::new(Choices {
                office: form.office.clone(),
                teams: form.teams.clone(),
                ..Choices::default()
            }),
            customers: CustomerSelection::new(&facts.customers, &form.customers, &form.config),
        }
    }

    fn sign_in(self) -> Option<SignInSetup> {
        self.sign_in.with(|code| SignInSetup::from_code(code))
    }

    fn choose_role(self, id: String, is_chosen: bool) {
        self.roles.update(|roles| {
            roles.retain(|one| *one != id);
            if is_chosen {
                roles.push(id);
            }
        });
    }

    /// What decides about the access of the new user.
    fn choices(self) -> Choices {
        Choices {
            roles: self.roles.get(),
            ..self.place.get()
        }
    }

    /// Words that the password must not contain.
    fn own_words(self, organisation: String) -> Signal<Vec<String>> {
        Signal::derive(move || {
            words_of(
                &self.first_name.get(),
                &self.last_name.get(),
                &self.login_name.get(),
                &self.email.get(),
                &organisation,
            )
        })
    }

    /// The validation that the browser runs.
    fn check(self, facts: &UserFormContext) -> Check<CreateUser> {
        // seats can become free while the page is open, so only the server checks them
        let facts = UserFormContext {
            seats: None,
            ..facts.clone()
        };
        Arc::new(move |typed: &CreateUser| {
            let facts = UserFormContext {
                customers: self.customers.customers(),
                ..facts.clone()
            };
            typed.form.parse(&facts, check_length).map(|_| ())
        })
    }

    /// Proposes the login name from the name, until the user types another.
    fn propose_login_name(self, format: login_name::LoginNameFormat) {
        Effect::new(move |before: Option<String>| {
            let proposal = login_name::propose(
                format,
                &self.first_name.get(),
                &self.last_name.get(),
                &self.email.get(),
            )
            .unwrap_or_default();
            let Some(before) = before else {
                return proposal;
            };
            let untouched = self
                .login_name
                .with_untracked(|login| login.is_empty() || *login == before);
            if untouched && proposal != before {
                self.login_name.set(proposal.clone());
            }
            proposal
        });
    }
}

/// The form of `/users/new` and `/staff/new`.
#[island]
fn CreateUserForm(
    /// The initial values, and the data for the validation.
    page: NewUserPage,
) -> impl IntoView {
    let l = lang();
    let action = ServerAction::<CreateUser>::new();
    let state = NewUserState::new(&page.facts, &page.form);
    state.propose_login_name(page.facts.format);
    let (title, refusal) = (title(l, !page.form.staff.is_empty()), page.refusal.clone());
    let (check, imports) = (state.check(&page.facts), page.facts.imports_customers);
    view! {
        <LiveForm action title refusal check=check>
            // Enter activates the first button of a form
            <button class="vh" tabindex="-1" aria-hidden="true"></button>
            <Hidden name="key" value=page.form.key.clone() />
            <Hidden name="staff" value=page.form.staff.clone() />
            <Hidden name="record" value=page.form.record.clone() />
            {account_notice(&page)}
            {personal_details(state, &page)}
            {account(state, &page)}
            {roles(state, &page)}
            {linked_clients(&page)}
            <MembershipFields units=page.facts.units.clone() office=page.form.office.clone() teams=page.form.teams.clone() live=state.place />
            {sign_in(state, &page)}
            {imports.then(|| view! { <CustomerFields selection=state.customers import_action=ImportToNew::url() /> })}
            <ListFields listing=page.facts.listing.clone() chosen=page.form.lists.clone() lms_manager=page.form.lms_manager.clone() />
            {coverage(&page)}
            <OverrideWarnings reason=page.form.reason.clone() />
            {submit_bar(state, page)}
        </LiveForm>
        {imports.then(|| view! { <ImportCustomers selection=state.customers /> })}
    }
    .into_any()
}

/// The client who gets the account, if the form was opened from a client's page.
fn account_notice(page: &NewUserPage) -> Option<AnyView> {
    let record = page.linkable.as_ref()?.record.as_ref()?;
    let text = messages::account_for(lang(), &record.name);
    Some(view! { <div class="notice"><p dir="auto">{text}</p></div> }.into_any())
}

fn personal_details(state: NewUserState, NewUserPage { facts, form, .. }: &NewUserPage) -> AnyView {
    let l = lang();
    view! {
        <FormSection title=messages::personal_details(l)>
            <div class="pair">
                <TextField field=Field::FirstName value=form.first_name.clone() live=state.first_name required=true />
                <TextField field=Field::LastName value=form.last_name.clone() live=state.last_name required=true />
            </div>
            <SingleName value=form.single_name.clone() />
            <TextField field=Field::Email value=form.email.clone() live=state.email kind="email" hint=messages::email_hint(l) required=facts.requires(Field::Email) />
            {optional_details(facts, form)}
        </FormSection>
    }
    .into_any()
}

/// The details that few users have. They are shown if one is required or filled in.
fn optional_details(facts: &UserFormContext, form: &NewUser) -> AnyView {
    let l = lang();
    let is_asked = facts.required.iter().any(|field| *field != Field::Email);
    let is_filled = [
        &form.phone,
        &form.job_title,
        &form.language,
        &form.identity_number,
    ]
    .iter()
    .any(|text| !text.is_empty());
    view! {
        <details class="optional" open=is_asked || is_filled>
            <summary>{messages::show_optional(l)}</summary>
            <div class="pair">
                <TextField field=Field::Phone value=form.phone.clone() kind="tel" required=facts.requires(Field::Phone) />
                <TextField field=Field::JobTitle value=form.job_title.clone() required=facts.requires(Field::JobTitle) />
                <LanguageField value=form.language.clone() offered=facts.languages.clone() />
                <TextField field=Field::IdentityNumber value=form.identity_number.clone() hint=messages::identity_number_hint(l) required=facts.requires(Field::IdentityNumber) />
            </div>
        </details>
    }
    .into_any()
}

/// The login name, and the organisation that the user will belong to.
fn account(state: NewUserState, NewUserPage { facts, form, .. }: &NewUserPage) -> AnyView {
    let l = lang();
    view! {
        <FormSection title=messages::access(l)>
            <div class="pair">
                <TextField field=Field::LoginName value=form.login_name.clone() live=state.login_name hint=messages::login_name_hint(l) required=true>
                    <LoginNameStatus login=state.login_name />
                </TextField>
                <OwnOrganisation name=facts.organisation.clone() />
            </div>
        </FormSection>
    }
    .into_any()
}

/// The roles that the signed-in user can assign, and User, which everybody has.
fn roles(state: NewUserState, page: &NewUserPage) -> AnyView {
    let l = lang();
    let choices = page
        .roles
        .iter()
        .map(|choice| role_choice(state, page, choice))
        .collect_view();
    view! {
        <FormSection title=messages::roles(l)>
            <span class="message" id="roles-says"><FieldError field=Field::Roles /></span>
            <div class="pair" role="group" aria-label=messages::roles(l) aria-describedby="roles-says" id="roles">
                <Choice kind="checkbox" name="base" value="user" title=labels::role(l, &base_role()) hint=messages::role_always(l) checked=true locked=true />
                {choices}
            </div>
            {page.may_make_roles.then(make_role_first)}
        </FormSection>
    }
    .into_any()
}

fn role_choice(
    state: NewUserState,
    page: &NewUserPage,
    RoleChoice { role, purpose, .. }: &RoleChoice,
) -> AnyView {
    let l = lang();
    let id = role.id.to_string();
    let checked = page.form.roles.contains(&id);
    let on_change = Callback::new(move |(id, on): (String, bool)| state.choose_role(id, on));
    let choice = view! {
        <Choice kind="checkbox" name="roles[]" value=id title=labels::role(l, role) hint=labels::role_purpose(l, role, purpose) checked on_change />
    };
    if page.facts.linking.asks_client.contains(&role.id) {
        view! { <div class="asks-client">{choice}</div> }.into_any()
    } else {
        choice.into_any()
    }
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

/// The clients to link, if a role asks for them.
fn linked_clients(page: &NewUserPage) -> Option<AnyView> {
    let linkable = page
        .linkable
        .clone()
        .filter(|_| !page.facts.linking.asks_client.is_empty())?;
    let q = page.form.client_q.clone();
    Some(view! { <LinkedFields linkable q search_action=FindClientsForNew::url() /> }.into_any())
}

/// How the user will be able to sign in.
fn sign_in(state: NewUserState, NewUserPage { facts, form, .. }: &NewUserPage) -> AnyView {
    let l = lang();
    let choices = SignInSetup::ALL.map(|setup| {
        let (title, hint) = match setup {
            SignInSetup::Invitation => (messages::way_invitation(l), messages::way_invitation_hint(l)),
            SignInSetup::OnlyAdd => (messages::way_only_add(l), messages::way_only_add_hint(l)),
            SignInSetup::TemporaryPassword => (messages::way_temporary(l), messages::way_temporary_hint(l)),
        };
        let on_change = Callback::new(move |(code, _): (String, bool)| state.sign_in.set(code));
        let checked = form.way_in == setup.code();
        view! { <Choice kind="radio" name="way_in" value=setup.code() title hint checked on_change /> }
    });
    let by_password = move || state.sign_in() == Some(SignInSetup::TemporaryPassword);
    let own_words = state.own_words(facts.organisation.clone());
    view! {
        <FormSection title=messages::way_in(l)>
            <div class="pair" id="way_in">{choices}</div>
            <div class="way-password" class:chosen=by_password>
                <NewPassword field=Field::TemporaryPassword words=own_words hint=messages::temporary_password_hint(l) required=false />
            </div>
        </FormSection>
    }
    .into_any()
}

fn coverage(NewUserPage { facts, form, .. }: &NewUserPage) -> AnyView {
    view! {
        <CoverFields
            teams=facts.units.teams.clone() chosen=form.cover_teams.clone()
            from=form.cover_from.clone() until=form.cover_until.clone() reason=form.cover_reason.clone() folded=true
        />
    }
    .into_any()
}

/// What the form will do, and its buttons.
fn submit_bar(state: NewUserState, page: NewUserPage) -> AnyView {
    let l = lang();
    let (back, submit) = if page.form.staff.is_empty() {
        ("/users", messages::create_user(l))
    } else {
        ("/", messages::save(l))
    };
    let seats = page.facts.seats.map(|seats| seats.left());
    let badge = seats.map(|left| messages::seats_left(l, left));
    let left = seats.map(|left| format!(" {}", messages::seats_left_here(l, left)));
    let review = move || review(state, &page);
    view! {
        <SubmitBar submit cancel=Link::new(back, messages::cancel(l)) badge>
            {review}" "<PreviewText state />{left}
        </SubmitBar>
    }
    .into_any()
}

/// The organisation and the roles, and how the user is notified, as text.
fn review(state: NewUserState, NewUserPage { facts, roles, .. }: &NewUserPage) -> String {
    let (l, organisation) = (lang(), &facts.organisation);
    let names = state.roles.with(|chosen| {
        let roles = roles
            .iter()
            .filter(|choice| chosen.contains(&choice.role.id.to_string()));
        roles
            .map(|choice| labels::role(l, &choice.role))
            .collect::<Vec<_>>()
    });
    let created = if names.is_empty() {
        messages::review(l, organisation)
    } else {
        messages::review_as(l, organisation, names.join(", "))
    };
    let notification = match state.sign_in() {
        Some(SignInSetup::Invitation) => messages::told_by_mail(l),
        Some(SignInSetup::TemporaryPassword) => messages::told_by_you(l),
        _ => messages::told_by_nobody(l),
    };
    format!("{created} {notification}")
}

/// What the new user could do with the chosen roles. It is loaded after each change; a late
/// response is ignored.
#[component]
fn PreviewText(state: NewUserState) -> impl IntoView {
    let l = lang();
    let answer = RwSignal::new(None::<Preview>);
    Effect::new(move |_| {
        let choices = state.choices();
        answer.set(None);
        leptos::task::spawn_local(async move {
            let reply = access_preview(choices.clone()).await.ok();
            if untrack(|| state.choices()) == choices {
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
                labels::language(language).to_owned(),
            )
        })
        .collect();
    view! { <SelectField field=Field::Language value nothing=messages::language_of_organisation(lang()) options /> }
}
