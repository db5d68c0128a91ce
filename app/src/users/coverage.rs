//! Team coverage: the section of the create and edit pages (IZ-08), and `/users/:id/coverage`.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::covers::{Cover, CoveragePage};
use usher_types::{Field, TeamName, UserId};

use super::api::{EndCover, GiveCover, coverage_page};
use crate::people::crumbs;
use crate::ui::{
    Card, Choice, FieldError, FormSection, Hidden, Link, PageHeader, PostForm, SubmitBar,
    TextField, lang, load_with_draft, loaded, quiet_text, use_form,
};
use crate::{labels, messages};

/// The fields of a cover.
const COVER_FIELDS: [Field; 4] = [
    Field::CoverTeams,
    Field::CoverFrom,
    Field::CoverUntil,
    Field::CoverReason,
];

/// The fields of a cover: teams, start, end, reason.
#[component]
pub(super) fn CoverFields(
    /// The teams that can be chosen.
    teams: Vec<TeamName>,
    /// The ids of the teams that are checked initially.
    chosen: Vec<String>,
    /// The initial start.
    #[prop(into)]
    from: String,
    /// The initial end.
    #[prop(into)]
    until: String,
    /// The initial reason.
    #[prop(into)]
    reason: String,
    /// Whether the section is collapsed initially.
    #[prop(optional)]
    folded: bool,
) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    if teams.is_empty() {
        return ().into_any();
    }
    let is_filled =
        !chosen.is_empty() || [&from, &until, &reason].iter().any(|text| !text.is_empty());
    let is_open = move || is_filled || COVER_FIELDS.iter().any(|field| state.has_problem(*field));
    let choices = teams.into_iter().map(|team| {
        let id = team.id.to_string();
        let checked = chosen.contains(&id);
        view! { <Choice kind="checkbox" name="cover_teams[]" value=id hint=labels::office_name(&team) title=team.name checked /> }
    });
    let choices = choices.collect_view();
    let fields = view! {
            <p class="quiet small" id="cover_teams-hint">{messages::team_coverage_hint(l)}</p>
            <div role="group" aria-label=messages::team_coverage(l) aria-describedby="cover_teams-hint cover_teams-says" id="cover_teams" class="pair">{choices}</div>
            <span class="message" id="cover_teams-says"><FieldError field=Field::CoverTeams /></span>
            <div class="pair">
                <TextField field=Field::CoverFrom value=from kind="datetime-local" hint=messages::cover_from_hint(l) />
                <TextField field=Field::CoverUntil value=until kind="datetime-local" hint=messages::cover_until_hint(l) />
            </div>
            <TextField field=Field::CoverReason value=reason hint=messages::cover_reason_hint(l) />
    };
    let fields = if folded {
        view! {
            <details class="optional" open=is_open>
                <summary>{messages::cover_other_teams(l)}</summary>
                <div class="stack">{fields}</div>
            </details>
        }
        .into_any()
    } else {
        fields.into_any()
    };
    view! { <FormSection title=messages::team_coverage(l)>{fields}</FormSection> }.into_any()
}

/// `/users/:id/coverage`.
#[component]
pub fn UserCoveragePage() -> impl IntoView {
    loaded(load_with_draft(coverage_page), show)
}

fn show(page: CoveragePage) -> AnyView {
    let l = lang();
    let (user, form) = (page.user, page.form);
    let title = messages::team_coverage(l);
    let is_empty = page.covers.is_empty();
    let covers = page
        .covers
        .iter()
        .map(|cover| cover_item(user, cover))
        .collect_view();
    let add = if page.teams.is_empty() {
        view! { <section class="card">{quiet_text(messages::no_team_to_cover(l))}</section> }
            .into_any()
    } else {
        view! {
            <PostForm action=GiveCover::url() title=title.clone() refusal=page.refusal>
                <Hidden name="user" value=user.to_string() />
                <CoverFields teams=page.teams chosen=form.cover_teams from=form.cover_from until=form.cover_until reason=form.cover_reason />
                <SubmitBar submit=messages::add_cover(l) cancel=Link::new(format!("/users/{user}"), messages::cancel(l)) />
            </PostForm>
        }
        .into_any()
    };
    view! {
        <PageHeader title crumbs=crumbs(user, &page.name) lead=messages::cover_opens(l) />
        <div class="stack">
            <Card title=messages::covers_now(l)>
                {is_empty.then(|| quiet_text(messages::covers_nothing(l)))}
                <ul class="lines">{covers}</ul>
            </Card>
            {add}
        </div>
    }
    .into_any()
}

/// A cover, with the button that ends it.
fn cover_item(user: UserId, cover: &Cover) -> AnyView {
    let l = lang();
    let (id, team) = (cover.id.to_string(), cover.team.name.clone());
    let label = messages::end_cover_of(l, &team);
    let when = labels::cover_period(l, cover);
    let why = (!cover.reason.is_empty()).then(|| format!(" · {}", cover.reason));
    let later = (!cover.has_begun)
        .then(|| view! { " " <span class="badge">{messages::upcoming(l)}</span> });
    view! {
        <li>
            <span><a href=format!("/teams/{}", cover.team.id) dir="auto">{team}</a>{later}<span class="hint" dir="auto">{when}{why}</span></span>
            <PostForm action=EndCover::url() title=messages::team_coverage(l) class="inline">
                <Hidden name="user" value=user.to_string() />
                <Hidden name="cover" value=id />
                <button class="button slim" aria-label=label>{messages::end_cover(l)}</button>
            </PostForm>
        </li>
    }
    .into_any()
}
