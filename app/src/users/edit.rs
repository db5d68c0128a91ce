//! `/users/:id/edit`: the details of a user, with an optimistic lock. After a conflict both
//! versions are shown.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos_router::hooks::use_query_map;
use usher_types::lists::Listing;
use usher_types::users::{EditUser, EditUserPage, Units, UserDetails, UserFormContext};
use usher_types::{Customer, Field, OfficeName, Refusal};

use super::api::{EditUser as Save, edit_user_page};
use super::coverage::CoverFields;
use super::customers::{CustomerFields, CustomerSelection, ImportCustomers};
use super::memberships::{ListFields, MembershipFields};
use super::new::{LanguageField, OwnOrganisation};
use crate::customers::ImportToEdited;
use crate::people::list;
use crate::ui::{
    Check, Difference, FormSection, Hidden, Link, LiveForm, OverrideWarnings, PageHeader,
    SingleName, SubmitBar, TextField, Wasm, differences_table, draft_param, id_param, lang, load,
    loaded, use_form,
};
use crate::{labels, messages};

/// `/users/:id/edit`.
#[component]
pub fn UserEditPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let query = use_query_map();
    let imported = move || query.with(|query| query.get_all("customers").unwrap_or_default());
    let page = load(
        move || (id.get(), draft.get(), imported()),
        |(id, draft, imported)| edit_user_page(id, draft, imported),
    );
    loaded(page, |page| {
        let l = lang();
        view! {
            <PageHeader title=messages::edit_person(l, &page.name) crumbs=[list(), Link::new(format!("/users/{}", page.form.user), page.name.clone())] />
            <EditUserForm page />
            <Wasm />
        }
        .into_any()
    })
}

/// The form of `/users/:id/edit`.
#[island]
fn EditUserForm(
    /// The initial values, and the data for the validation.
    page: EditUserPage,
) -> impl IntoView {
    let l = lang();
    let EditUserPage {
        facts,
        name,
        identity_number,
        form,
        now,
        refusal,
    } = page;
    let action = ServerAction::<Save>::new();
    let mine = RwSignal::new(form.clone());
    let named = StoredValue::new(facts.clone());
    let selection = CustomerSelection::new(&facts.customers, &form.customers, &form.config);
    let check = check(facts.clone(), mine, selection);
    let cancel = Link::new(format!("/users/{}", form.user), messages::cancel(l));
    let theirs = RwSignal::new((refusal == Some(Refusal::Conflict)).then_some(now));
    view! {
        <LiveForm action title=messages::edit_person(l, &name) refusal check=check>
            // Enter activates the first button of a form
            <button class="vh" tabindex="-1" aria-hidden="true"></button>
            <Hidden name="user" value=form.user.clone() />
            <Version version=form.version.clone() theirs />
            <Conflict mine named selection theirs />
            {personal_details(&form, &facts, identity_number)}
            <FormSection title=messages::access(l)>
                <div class="pair">
                    <TextField field=Field::LoginName value=form.login_name.clone() hint=messages::login_name_hint(l) required=true />
                    <OwnOrganisation name=facts.organisation.clone() />
                </div>
            </FormSection>
            <MembershipFields units=facts.units.clone() office=form.office.clone() teams=form.teams.clone() />
            <CustomerFields selection import_action=ImportToEdited::url() />
            <ListFields listing=facts.listing.clone() chosen=form.lists.clone() lms_manager=form.lms_manager.clone() />
            <CoverFields
                teams=facts.units.teams.clone() chosen=form.cover_teams.clone()
                from=form.cover_from.clone() until=form.cover_until.clone() reason=form.cover_reason.clone() folded=true
            />
            <OverrideWarnings reason=form.reason.clone() />
            <SubmitBar submit=messages::save_changes(l) cancel />
        </LiveForm>
        <ImportCustomers selection />
    }
    .into_any()
}

/// The validation that the browser runs. It also tells `mine` what is sent.
fn check(
    facts: UserFormContext,
    mine: RwSignal<EditUser>,
    selection: CustomerSelection,
) -> Check<Save> {
    Arc::new(move |typed: &Save| {
        mine.set(typed.form.clone());
        let facts = UserFormContext {
            customers: selection.customers(),
            ..facts.clone()
        };
        typed.form.parse(&facts).map(|_| ())
    })
}

/// `identity_number` is the stored one, masked.
fn personal_details(
    form: &EditUser,
    facts: &UserFormContext,
    identity_number: Option<String>,
) -> AnyView {
    let l = lang();
    let identity_hint = match &identity_number {
        Some(masked) => messages::identity_stored(l, masked),
        None => messages::identity_none(l),
    };
    let removes = identity_number.map(|_| {
        view! {
            <label class="check">
                <input type="checkbox" name="identity_remove" value="on" checked=!form.identity_remove.is_empty() />
                <span>{messages::identity_remove(l)}</span>
            </label>
        }
    });
    view! {
        <FormSection title=messages::personal_details(l)>
            <div class="pair">
                <TextField field=Field::FirstName value=form.first_name.clone() required=true />
                <TextField field=Field::LastName value=form.last_name.clone() required=true />
            </div>
            <SingleName value=form.single_name.clone() />
            <TextField field=Field::Email value=form.email.clone() kind="email" hint=messages::email_hint(l) required=facts.requires(Field::Email) />
            <div class="pair">
                <TextField field=Field::Phone value=form.phone.clone() kind="tel" required=facts.requires(Field::Phone) />
                <TextField field=Field::JobTitle value=form.job_title.clone() required=facts.requires(Field::JobTitle) />
                <LanguageField value=form.language.clone() offered=facts.languages.clone() />
            </div>
            <TextField field=Field::IdentityNumber value=form.identity_number.clone() hint=identity_hint />
            {removes}
        </FormSection>
    }
    .into_any()
}

/// The version that the form was made from. After a conflict it is the version that is shown beside
/// it: the user saves again after having seen both.
#[component]
fn Version(version: String, theirs: RwSignal<Option<UserDetails>>) -> impl IntoView {
    let value = move || {
        theirs.with(|theirs| {
            theirs
                .as_ref()
                .map_or_else(|| version.clone(), |theirs| theirs.version.to_string())
        })
    };
    view! { <input type="hidden" name="version" value=value.clone() prop:value=value /> }
}

/// Compares the form with what another person saved in the meantime. With wasm the page stays, so
/// that is loaded after the refusal.
#[component]
fn Conflict(
    mine: RwSignal<EditUser>,
    named: StoredValue<UserFormContext>,
    selection: CustomerSelection,
    theirs: RwSignal<Option<UserDetails>>,
) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    Effect::new(move |_| {
        if state.refusal() == Some(Refusal::Conflict) {
            let user = mine.with_untracked(|mine| mine.user.clone());
            spawn_local(async move {
                if let Ok(page) = edit_user_page(user, None, Vec::new()).await {
                    theirs.set(Some(page.now));
                }
            });
        }
    });
    move || {
        let theirs = theirs.get()?;
        // compare the form as it was sent: a row that changes under the pointer would lose the
        // click
        let rows = mine.with_untracked(|mine| {
            named.with_value(|facts| differences(mine, &theirs, facts, &selection.customers()))
        });
        let saved = StoredValue::new(theirs);
        let rows = rows.into_iter().map(|FieldDifference { field, mine, theirs, values }| {
            let use_theirs = move |_| saved.with_value(|theirs| apply_theirs(field, theirs, selection, &values));
            let label = labels::field(l, field);
            let action = view! {
                <button type="button" class="button slim needs-wasm" aria-label=messages::use_theirs_of(l, &label) on:click=use_theirs>
                    {messages::use_theirs(l)}
                </button>
            };
            Difference { label, mine, theirs, action: Some(action.into_any()) }
        });
        Some(differences_table(rows))
    }
}

/// Copies a value that somebody else saved into the form. A config comes with its customer.
fn apply_theirs(
    field: Field,
    theirs: &UserDetails,
    selection: CustomerSelection,
    values: &[String],
) {
    let whose = theirs
        .contract
        .and_then(|contract| Customer::with_contract(&theirs.customers, contract));
    match field {
        Field::Customers => selection.replace(&theirs.customers),
        Field::Config => {
            selection.add(whose.map(|(customer, _)| customer.clone()));
            selection.choose(values.first().map(String::as_str).unwrap_or_default());
        }
        _ => fill_field(field, values),
    }
}

fn fill_field(field: Field, values: &[String]) {
    let Some(input) = document().get_element_by_id(field.name()) else {
        return;
    };
    let value = values.first().map(String::as_str).unwrap_or_default();
    if let Some(input) = input.dyn_ref::<web_sys::HtmlInputElement>() {
        input.set_value(value);
    } else if let Some(choice) = input.dyn_ref::<web_sys::HtmlSelectElement>() {
        choice.set_value(value);
    } else if let Ok(boxes) = input.query_selector_all("input[type=checkbox]") {
        let boxes = (0..boxes.length())
            .filter_map(|at| boxes.get(at)?.dyn_into::<web_sys::HtmlInputElement>().ok());
        boxes.for_each(|tick| tick.set_checked(values.contains(&tick.value())));
    }
}

/// A field whose value differs between the form and what somebody else saved.
struct FieldDifference {
    field: Field,
    mine: String,
    theirs: String,
    values: Vec<String>,
}

fn differences(
    mine: &EditUser,
    theirs: &UserDetails,
    facts: &UserFormContext,
    known: &[Customer],
) -> Vec<FieldDifference> {
    let mut found = text_differences(mine, theirs);
    if !facts.units.offices.is_empty() {
        found.push(office_difference(mine, theirs, &facts.units));
    }
    found.push(team_difference(mine, theirs, &facts.units));
    found.extend(customer_differences(mine, theirs, known));
    found.push(list_difference(mine, theirs, &facts.listing));
    found.extend(lms_difference(mine, theirs));
    found
}

/// The fields that are typed, and the language.
fn text_differences(mine: &EditUser, theirs: &UserDetails) -> Vec<FieldDifference> {
    let texts = [
        (Field::FirstName, &mine.first_name, &theirs.first_name),
        (Field::LastName, &mine.last_name, &theirs.last_name),
        (Field::Email, &mine.email, &theirs.email),
        (Field::Phone, &mine.phone, &theirs.phone),
        (Field::JobTitle, &mine.job_title, &theirs.job_title),
        (Field::Language, &mine.language, &theirs.language),
        (Field::LoginName, &mine.login_name, &theirs.login_name),
    ];
    let texts = texts
        .into_iter()
        .map(|(field, mine, theirs)| FieldDifference {
            field,
            mine: mine.clone(),
            theirs: theirs.clone(),
            values: vec![theirs.clone()],
        });
    texts.collect()
}

fn office_difference(mine: &EditUser, theirs: &UserDetails, units: &Units) -> FieldDifference {
    let chosen = units
        .offices
        .iter()
        .find(|office| office.id.to_string() == mine.office);
    let name =
        |office: Option<&OfficeName>| office.map(|office| office.name.clone()).unwrap_or_default();
    FieldDifference {
        field: Field::Office,
        mine: name(chosen),
        theirs: name(theirs.office.as_ref()),
        values: theirs
            .office
            .iter()
            .map(|office| office.id.to_string())
            .collect(),
    }
}

fn team_difference(mine: &EditUser, theirs: &UserDetails, units: &Units) -> FieldDifference {
    let chosen = units
        .teams
        .iter()
        .filter(|team| mine.teams.contains(&team.id.to_string()));
    FieldDifference {
        field: Field::Teams,
        mine: joined(chosen.map(|team| team.name.clone())),
        theirs: joined(theirs.teams.iter().map(|team| team.name.clone())),
        values: theirs
            .teams
            .iter()
            .map(|team| team.id.to_string())
            .collect(),
    }
}

/// The customers, and the organisation config, which is one of their contracts.
fn customer_differences(
    mine: &EditUser,
    theirs: &UserDetails,
    known: &[Customer],
) -> [FieldDifference; 2] {
    let chosen = known
        .iter()
        .filter(|customer| mine.customers.contains(&customer.id.to_string()));
    let customers = FieldDifference {
        field: Field::Customers,
        mine: joined(chosen.map(|customer| customer.name.clone())),
        theirs: joined(
            theirs
                .customers
                .iter()
                .map(|customer| customer.name.clone()),
        ),
        values: Vec::new(),
    };
    let config = FieldDifference {
        field: Field::Config,
        mine: mine
            .config
            .parse()
            .ok()
            .and_then(|contract| Customer::config(known, contract))
            .unwrap_or_default(),
        theirs: theirs
            .contract
            .and_then(|contract| Customer::config(&theirs.customers, contract))
            .unwrap_or_default(),
        values: theirs.contract.iter().map(ToString::to_string).collect(),
    };
    [customers, config]
}

fn list_difference(mine: &EditUser, theirs: &UserDetails, listing: &Listing) -> FieldDifference {
    let l = lang();
    let chosen = listing
        .lists
        .iter()
        .filter(|list| mine.lists.contains(&list.id.to_string()));
    FieldDifference {
        field: Field::Lists,
        mine: joined(chosen.map(|list| labels::list(l, list))),
        theirs: joined(theirs.lists.iter().map(|list| labels::list(l, list))),
        values: theirs
            .lists
            .iter()
            .map(|list| list.id.to_string())
            .collect(),
    }
}

/// Whether the person manages the LMS; `None` if the organisation does not use one.
fn lms_difference(mine: &EditUser, theirs: &UserDetails) -> Option<FieldDifference> {
    let l = lang();
    let yes = |is_on: bool| {
        if is_on {
            messages::yes(l)
        } else {
            messages::no(l)
        }
    };
    theirs.lms_manager.map(|is_on| FieldDifference {
        field: Field::LmsManager,
        mine: yes(!mine.lms_manager.is_empty()),
        theirs: yes(is_on),
        values: if is_on {
            vec!["on".to_owned()]
        } else {
            Vec::new()
        },
    })
}

fn joined(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
