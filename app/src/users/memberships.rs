//! The memberships of a user: office, teams, and lists.

use leptos::prelude::*;
use usher_types::Field;
use usher_types::access::Choices;
use usher_types::lists::Listing;
use usher_types::users::Units;

use crate::ui::{Choice, FieldError, FormSection, Hidden, SelectField, lang, use_form};
use crate::{labels, messages};

/// Number of check boxes above which a group is collapsed initially.
const FOLD_ABOVE: usize = 6;

/// The fields for office and teams. Empty if there are none to choose.
#[component]
pub(super) fn MembershipFields(
    /// The choices.
    units: Units,
    /// The initial office.
    #[prop(into)]
    office: String,
    /// The ids of the teams that are checked initially.
    teams: Vec<String>,
    /// A signal that follows the choices, if the page uses them.
    #[prop(optional)]
    live: Option<RwSignal<Choices>>,
) -> impl IntoView {
    let l = lang();
    if units.offices.is_empty() && units.teams.is_empty() {
        return ().into_any();
    }
    let set_office = Callback::new(move |office: String| {
        if let Some(live) = live {
            live.update(|live| live.office = office);
        }
    });
    let on_change = Callback::new(move |(id, on): (String, bool)| {
        let Some(live) = live else { return };
        live.update(|live| {
            live.teams.retain(|one| *one != id);
            if on {
                live.teams.push(id);
            }
        });
    });
    let office = office_field(&units, office, set_office);
    let options: Vec<_> = units
        .teams
        .into_iter()
        .map(|team| GroupOption {
            id: team.id.to_string(),
            hint: labels::office_name(&team),
            title: team.name,
        })
        .collect();
    let teams = (!options.is_empty())
        .then(|| view! { <CheckboxGroup field=Field::Teams name="teams[]" title=messages::teams(l) options chosen=teams on_change /> });
    view! { <FormSection title=messages::place(l)>{office}{teams}</FormSection> }.into_any()
}

/// The office: a choice, or the only one that is possible.
fn office_field(units: &Units, office: String, on_change: Callback<String>) -> Option<AnyView> {
    let l = lang();
    // a user who is bound to an office cannot choose another
    let bound = units
        .offices
        .iter()
        .find(|office| units.inherited == Some(office.id));
    if let Some(bound) = bound {
        let field = view! {
            <Hidden name="office" value=bound.id.to_string() />
            <div class="field">
                <label for="own_office">{messages::office(l)}</label>
                <span class="hint" id="own_office-hint">{messages::office_inherited(l)}</span>
                <input id="own_office" value=bound.name.clone() readonly aria-describedby="own_office-hint" dir="auto" />
                <span class="message" id="office"><FieldError field=Field::Office /></span>
            </div>
        };
        return Some(field.into_any());
    }
    let options: Vec<_> = units
        .offices
        .iter()
        .map(|office| (office.id.to_string(), office.name.clone()))
        .collect();
    // with a single required office there is no choice either
    let only = (options.len() == 1 && units.office_required).then(|| options[0].0.clone());
    let value = only.unwrap_or(office);
    (!options.is_empty()).then(|| {
        view! {
            <SelectField
                field=Field::Office value nothing=messages::no_office(l) options
                hint=messages::office_hint(l) required=units.office_required on_change
            />
        }
        .into_any()
    })
}

/// A choice of a [`CheckboxGroup`].
pub(super) struct GroupOption {
    id: String,
    hint: String,
    title: String,
}

/// A group of check boxes. It is collapsed if there are many and none is checked.
#[component]
pub(super) fn CheckboxGroup(
    /// The field of the form.
    field: Field,
    /// The name of the inputs.
    name: &'static str,
    /// The title of the group.
    title: String,
    /// The choices.
    options: Vec<GroupOption>,
    /// The ids that are checked initially.
    chosen: Vec<String>,
    /// Called with the id and the new state when a choice changes.
    #[prop(optional)]
    on_change: Option<Callback<(String, bool)>>,
) -> impl IntoView {
    let state = use_form();
    let (count, is_chosen) = (options.len(), !chosen.is_empty());
    let choices = options.into_iter().map(|GroupOption { id, hint, title }| {
        let checked = chosen.contains(&id);
        let notify = Callback::new(move |change| {
            if let Some(on_change) = on_change {
                on_change.run(change);
            }
        });
        view! { <Choice kind="checkbox" name value=id hint title checked on_change=notify /> }
    });
    let choices = choices.collect_view();
    let is_open = move || is_chosen || count <= FOLD_ABOVE || state.has_problem(field);
    view! {
        <details class="optional" open=is_open>
            <summary>{title.clone()}</summary>
            <div role="group" aria-label=title id=field.name() class="stack">
                <div class="pair">{choices}</div>
                <span class="message"><FieldError field /></span>
            </div>
        </details>
    }
    .into_any()
}

/// The fields for lists, and for the LMS manager if the organisation uses an LMS (CS-11, CS-12).
#[component]
pub(super) fn ListFields(
    /// The choices.
    listing: Listing,
    /// The ids of the lists that are checked initially.
    chosen: Vec<String>,
    /// The posted value, empty if the box is not checked.
    #[prop(into)]
    lms_manager: String,
) -> impl IntoView {
    let l = lang();
    if listing.lists.is_empty() && !listing.uses_lms {
        return ().into_any();
    }
    let options: Vec<_> = listing
        .lists
        .iter()
        .map(|list| GroupOption {
            id: list.id.to_string(),
            hint: String::new(),
            title: labels::list(l, list),
        })
        .collect();
    let lists = (!options.is_empty())
        .then(|| view! { <CheckboxGroup field=Field::Lists name="lists[]" title=messages::on_lists(l) options chosen /> });
    let lms = listing.uses_lms.then(|| {
        let (title, hint, checked) = (messages::lms_manager(l), messages::lms_manager_hint(l), !lms_manager.is_empty());
        view! { <div class="pair" id="lms_manager"><Choice kind="checkbox" name="lms_manager" value="on" title hint checked /></div> }
    });
    view! { <FormSection title=messages::lists(l)>{lists}{lms}</FormSection> }.into_any()
}
