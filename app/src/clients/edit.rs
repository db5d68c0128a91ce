//! `/clients/new`, `/clients/:id/edit` and `/clients/:id/archive`.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::clients::{ArchiveClientPage, Colleague, EditClient as Form, EditClientPage};
use usher_types::{Field, TeamName};

use super::api::{ArchiveClient, EditClient, archive_client_page, edit_client_page};
use super::list_link;
use crate::ui::{
    ConfirmForm, FormSection, Hidden, Link, PageHeader, PostForm, SelectField, SingleName,
    SubmitBar, TextArea, TextField, conflict_table, lang, load_with_draft, loaded,
};
use crate::{labels, messages};

/// `/clients/new` and `/clients/:id/edit`.
#[component]
pub fn ClientEditPage() -> impl IntoView {
    loaded(load_with_draft(edit_client_page), edit)
}

fn edit(page: EditClientPage) -> AnyView {
    let l = lang();
    let comparison = conflict_table(&page.form, page.conflict.as_ref(), |form| {
        values(&page, form)
    });
    let EditClientPage {
        form,
        teams,
        colleagues,
        refusal,
        ..
    } = page;
    let (title, back, button) = if form.client.is_empty() {
        (
            messages::add_client(l),
            "/clients".to_owned(),
            messages::create_client(l),
        )
    } else {
        (
            messages::edit_details(l),
            format!("/clients/{}", form.client),
            messages::save_changes(l),
        )
    };
    let (responsible, team) = (form.responsible, form.team);
    view! {
        <PageHeader title=title.clone() crumbs=[list_link()] />
        <PostForm action=EditClient::url() title refusal>
            <Hidden name="client" value=form.client />
            <Hidden name="version" value=form.version />
            <Hidden name="key" value=form.key />
            {comparison}
            <FormSection title=messages::personal_details(l)>
                <div class="pair">
                    <TextField field=Field::FirstName value=form.first_name required=true />
                    <TextField field=Field::LastName value=form.last_name required=true />
                </div>
                <SingleName value=form.single_name />
                <div class="pair">
                    <TextField field=Field::ClientNumber value=form.client_number hint=messages::client_number_hint(l) />
                    <TextField field=Field::Phone value=form.phone kind="tel" />
                    <TextField field=Field::Email value=form.email kind="email" hint=messages::client_email_hint(l) />
                </div>
                <TextArea field=Field::ClientNote value=form.client_note hint=messages::client_note_hint(l) />
            </FormSection>
            {who_works_with(responsible, team, teams, colleagues)}
            <SubmitBar submit=button cancel=Link::new(back, messages::cancel(l)) />
        </PostForm>
    }
    .into_any()
}

/// The person responsible, and the team in whose queue the client waits otherwise.
fn who_works_with(
    responsible: String,
    team: String,
    teams: Vec<TeamName>,
    colleagues: Vec<Colleague>,
) -> AnyView {
    let l = lang();
    let teams: Vec<_> = teams.into_iter().map(team_option).collect();
    let colleagues: Vec<_> = colleagues
        .into_iter()
        .map(|person| (person.user.to_string(), person.name))
        .collect();
    let stuck = (teams.is_empty() && colleagues.is_empty()).then(
        || view! { <div class="notice warn"><p>{messages::nobody_can_be_responsible(l)}</p></div> },
    );
    // without a team there is no queue, so a responsible colleague is required
    let (nothing, hint, must) = if teams.is_empty() {
        (
            messages::choose_responsible(l),
            messages::responsible_alone_hint(l),
            true,
        )
    } else {
        (
            messages::nobody_queue(l),
            messages::responsible_hint(l),
            false,
        )
    };
    let either =
        (!must).then(|| view! { <p class="quiet small">{messages::responsible_or_team(l)}</p> });
    view! {
        <FormSection title=messages::who_works_with(l)>
            {stuck}
            {either}
            <div class="pair">
                <SelectField field=Field::Responsible value=responsible nothing options=colleagues hint required=must />
                <SelectField field=Field::Team value=team nothing=messages::no_team(l) options=teams hint=messages::client_team_hint(l) />
            </div>
        </FormSection>
    }
    .into_any()
}

/// A team, with its office if it belongs to one.
fn team_option(team: TeamName) -> (String, String) {
    let office = labels::office_name(&team);
    let label = if office.is_empty() {
        team.name
    } else {
        format!("{} ({office})", team.name)
    };
    (team.id.to_string(), label)
}

/// The values that a conflict compares.
fn values(page: &EditClientPage, form: &Form) -> Vec<(String, String)> {
    let l = lang();
    let team = page
        .teams
        .iter()
        .find(|team| team.id.to_string() == form.team)
        .map(|team| team.name.clone());
    let responsible = page
        .colleagues
        .iter()
        .find(|person| person.user.to_string() == form.responsible)
        .map(|person| person.name.clone());
    let values = [
        (Field::FirstName, form.first_name.clone()),
        (Field::LastName, form.last_name.clone()),
        (Field::ClientNumber, form.client_number.clone()),
        (Field::Phone, form.phone.clone()),
        (Field::Email, form.email.clone()),
        (Field::ClientNote, form.client_note.clone()),
        (Field::Responsible, responsible.unwrap_or_default()),
        (Field::Team, team.unwrap_or_default()),
    ];
    values
        .map(|(field, text)| (labels::field(l, field), text))
        .to_vec()
}

/// `/clients/:id/archive`.
#[component]
pub fn ClientArchivePage() -> impl IntoView {
    loaded(load_with_draft(archive_client_page), archive)
}

fn archive(page: ArchiveClientPage) -> AnyView {
    let l = lang();
    let id = page.client.id;
    let title = messages::archive_client(l);
    let lead = messages::archive_client_lead(l, &page.client.name);
    let cancel = Link::new(format!("/clients/{id}"), messages::keep_client(l));
    view! {
        <PageHeader title=title.clone() crumbs=[list_link()] />
        <ConfirmForm action=ArchiveClient::url() title lead refusal=page.refusal cancel danger=true>
            <Hidden name="client" value=id.to_string() />
            <TextArea field=Field::Reason value=page.reason hint=messages::reason_kept(l) required=true />
        </ConfirmForm>
    }
    .into_any()
}
