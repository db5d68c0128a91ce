//! Where a person is put: the office they are bound to, and their teams.

use leptos::prelude::*;
use usher_types::Field;
use usher_types::access::Choices;
use usher_types::units::TeamName;
use usher_types::users::Units;

use crate::ui::{Choice, Says, SelectField, lang, use_form};
use crate::words;

/// Teams that are shown at once; more are folded away until somebody wants them.
const FEW: usize = 6;

/// The office and the teams, where there are any to choose.
#[component]
pub(super) fn PlaceFields(
    /// What can be chosen.
    units: Units,
    /// The office chosen at first.
    #[prop(into)]
    office: String,
    /// The teams chosen at first.
    teams: Vec<String>,
    /// The signal that holds what is chosen, where the page needs it.
    #[prop(optional)]
    live: Option<RwSignal<Choices>>,
) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    let chose_office = move |office: String| {
        if let Some(live) = live {
            live.update(|live| live.office = office);
        }
    };
    let on_change = Callback::new(move |(id, on): (String, bool)| {
        let Some(live) = live else { return };
        live.update(|live| {
            live.teams.retain(|one| *one != id);
            if on {
                live.teams.push(id);
            }
        });
    });
    if units.offices.is_empty() && units.teams.is_empty() {
        return ().into_any();
    }
    let offices: Vec<_> = units.offices.into_iter().map(|office| (office.id.to_string(), office.name)).collect();
    // who may choose one alone has no choice
    let only = offices.first().filter(|_| offices.len() == 1 && units.office_required).map(|(id, _)| id.clone());
    let office = (!offices.is_empty()).then(|| {
        let value = only.unwrap_or(office);
        view! {
            <div on:change=move |event| chose_office(event_target_value(&event))>
                <SelectField
                    field=Field::Office value nothing=words::no_office(l) options=offices hint=words::office_hint(l) required=units.office_required
                />
            </div>
        }
    });
    let (count, is_chosen) = (units.teams.len(), !teams.is_empty());
    let choices = units.teams.into_iter().map(|team| {
        let id = team.id.to_string();
        let checked = teams.contains(&id);
        view! { <Choice kind="checkbox" name="teams[]" value=id hint=sits_in(&team) title=team.name checked on_change /> }
    });
    let choices = choices.collect_view();
    let teams = (!choices.is_empty()).then(|| {
        let is_open = move || is_chosen || count <= FEW || state.has_problem(Field::Teams);
        view! {
            <details class="optional" open=is_open>
                <summary>{words::teams(l)}</summary>
                <div role="group" aria-label=words::teams(l) id="teams" class="stack">
                    <div class="pair">{choices}</div>
                    <span class="message"><Says field=Field::Teams /></span>
                </div>
            </details>
        }
    });
    view! {
        <fieldset>
            <legend>{words::place(l)}</legend>
            {office}
            {teams}
        </fieldset>
    }
    .into_any()
}

/// Where a team sits.
pub(crate) fn sits_in(team: &TeamName) -> String {
    team.office.as_ref().map(|office| office.name.clone()).unwrap_or_default()
}
