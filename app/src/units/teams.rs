//! `/teams` and below.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::covers::Cover;
use usher_types::units::{ClosePage, EditTeamPage, MembersPage, TeamList, TeamPage, TeamRow};
use usher_types::{Field, TeamName};

use super::api::{
    AddMember, CloseTeam, EditTeam, RemoveMember, close_team_page, edit_team_page, members_page,
    team_list, team_page,
};
use super::replacement_field;
use crate::ui::{
    Hidden, PostForm, SelectField, TextField, conflict_table, empty, head, lang, load, loaded,
};
use crate::users::{cover_period, draft_param, id_param, office_name, table as people};
use crate::{labels, messages};

/// `/teams`.
#[component]
pub fn TeamListPage() -> impl IntoView {
    let list = load(|| (), |()| team_list());
    loaded(list, |TeamList { rows, may_make }| {
        let l = lang();
        let make = may_make.then(|| ("/teams/new", messages::add_team(l)));
        let button = make
            .clone()
            .map(|(to, label)| view! { <a class="button main" href=to>{label}</a> });
        let body = if rows.is_empty() {
            empty(
                "users",
                messages::no_teams(l),
                messages::no_teams_why(l),
                make,
            )
        } else {
            table(rows)
        };
        view! {
            <Title text=messages::teams(l) />
            <div class="head"><div><h1>{messages::teams(l)}</h1><p class="quiet">{messages::teams_are(l)}</p></div>{button}</div>
            <section class="card" aria-label=messages::teams(l)>{body}</section>
        }
        .into_any()
    })
}

/// The table of teams.
pub(super) fn table(rows: Vec<TeamRow>) -> AnyView {
    let l = lang();
    let rows = rows.into_iter().map(|row| {
        let office = office_name(&row.team);
        view! {
            <tr>
                <th scope="row"><a href=format!("/teams/{}", row.team.id) dir="auto">{row.team.name}</a></th>
                <td data-label=messages::office(l) data-priority="2" dir="auto">{office}</td>
                <td data-label=messages::members(l) data-priority="1">{labels::people(l, row.members, false)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead><tr><th scope="col">{messages::team(l)}</th><th scope="col">{messages::office(l)}</th><th scope="col">{messages::members(l)}</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// `/teams/:id`.
#[component]
pub fn TeamDetailPage() -> impl IntoView {
    let id = id_param();
    loaded(
        load(move || id.get(), team_page),
        |TeamPage {
             row,
             members,
             covered_by,
             covers,
             may_change,
         }| {
            let l = lang();
            let TeamRow {
                team: TeamName { id, name, office },
                members: count,
            } = row;
            let all = view! { <a class="button" href=format!("/users?team={id}")>{messages::see_people(l, labels::people(l, count, false))}</a> };
            let sits = office.map(|office| view! { <p class="quiet" dir="auto">{messages::sits_in(l, office.name)}</p> });
            let menu = may_change.then(|| {
            view! {
                <nav class="side" aria-label=messages::actions(l)>
                    <a href=format!("/teams/{id}/members")>{messages::change_members(l)}</a>
                    <a href=format!("/teams/{id}/edit")>{messages::edit_team(l)}</a>
                    <a class="danger" href=format!("/teams/{id}/close")>{messages::close_team(l)}</a>
                </nav>
            }
        });
            let body = if members.is_empty() {
                view! { <div class="body quiet">{messages::no_member(l)}</div> }.into_any()
            } else {
                people(members)
            };
            view! {
            {head(("/teams", messages::teams(l)), name, Some(all.into_any()))}
            {sits}
            <div class="stack">
                {menu}
                <section class="card"><h2>{messages::members(l)}</h2>{body}</section>
                {coverage(messages::covered_by(l), covered_by, |cover| cover.name.clone())}
                {coverage(messages::members_cover(l), covers, move |cover| messages::covers_for(l, &cover.name, &cover.team.name))}
            </div>
        }
        .into_any()
        },
    )
}

/// A card with covers of the team, or by its members.
fn coverage(
    title: String,
    covers: Vec<Cover>,
    label: impl Fn(&Cover) -> String,
) -> Option<AnyView> {
    let l = lang();
    if covers.is_empty() {
        return None;
    }
    let lines = covers.iter().map(|cover| {
        let why = (!cover.reason.is_empty()).then(|| format!(" · {}", cover.reason));
        let later = (!cover.has_begun).then(|| view! { " " <span class="badge">{messages::upcoming(l)}</span> });
        view! {
            <li><span><a href=format!("/users/{}", cover.user) dir="auto">{label(cover)}</a>{later}<span class="hint" dir="auto">{cover_period(l, cover)}{why}</span></span></li>
        }
    });
    let lines = lines.collect_view();
    Some(
        view! { <section class="card"><h2>{title}</h2><ul class="lines">{lines}</ul></section> }
            .into_any(),
    )
}

/// `/teams/new` and `/teams/:id/edit`.
#[component]
pub fn TeamEditPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| edit_team_page(id, draft),
    );
    loaded(
        page,
        |EditTeamPage {
             form,
             offices,
             office_required,
             conflict,
             refusal,
         }| {
            let l = lang();
            let comparison = conflict_table(&form, conflict.as_ref(), |form| {
                let office = offices
                    .iter()
                    .find(|office| office.id.to_string() == form.office)
                    .map(|office| office.name.clone());
                vec![
                    (labels::field(l, Field::UnitName), form.unit_name.clone()),
                    (labels::field(l, Field::Office), office.unwrap_or_default()),
                ]
            });
            let (title, back, button) = if form.team.is_empty() {
                (
                    messages::add_team(l),
                    "/teams".to_owned(),
                    messages::create_team(l),
                )
            } else {
                (
                    messages::edit_team(l),
                    format!("/teams/{}", form.team),
                    messages::save_changes(l),
                )
            };
            let offices: Vec<_> = offices
                .into_iter()
                .map(|office| (office.id.to_string(), office.name))
                .collect();
            view! {
            {head(("/teams", messages::teams(l)), title.clone(), None)}
            <PostForm action=EditTeam::url() title refusal>
                {comparison}
                <Hidden name="team" value=form.team />
                <Hidden name="version" value=form.version />
                <Hidden name="key" value=form.key />
                <fieldset>
                    <legend>{messages::team(l)}</legend>
                    <TextField field=Field::UnitName value=form.unit_name required=true />
                    {(!offices.is_empty())
                        .then(|| {
                            view! {
                                <SelectField field=Field::Office value=form.office nothing=messages::no_office(l) options=offices hint=messages::team_office_hint(l) required=office_required />
                            }
                        })}
                </fieldset>
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=back>{messages::cancel(l)}</a>
                    <button class="button main">{button}</button>
                </div>
            </PostForm>
        }
        .into_any()
        },
    )
}

/// `/teams/:id/close`.
#[component]
pub fn TeamClosePage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| close_team_page(id, draft),
    );
    loaded(
        page,
        |ClosePage {
             unit,
             others,
             must_move,
             refusal,
         }| {
            let l = lang();
            let TeamRow {
                team: TeamName { id, name, .. },
                members,
            } = unit;
            let others: Vec<_> = others
                .into_iter()
                .map(|other| (other.id.to_string(), other.name))
                .collect();
            view! {
            {head(("/teams", messages::teams(l)), messages::close_team(l), None)}
            <PostForm action=CloseTeam::url() title=messages::close_team(l) refusal class="card confirm">
                <Hidden name="team" value=id.to_string() />
                <p class="lead">{messages::close_team_lead(l, &name, labels::people(l, members, false))}</p>
                {replacement_field(others, must_move, messages::no_team(l), messages::instead_hint(l))}
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=format!("/teams/{id}")>{messages::keep_team(l)}</a>
                    <button class="button danger">{messages::close_team(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
        },
    )
}

/// `/teams/:id/members`.
#[component]
pub fn TeamMembersPage() -> impl IntoView {
    let (id, draft, query) = (id_param(), draft_param(), use_query_map());
    let q = move || query.with(|query| query.get("q").unwrap_or_default());
    let page = load(
        move || (id.get(), q(), draft.get()),
        |(id, q, draft)| members_page(id, q, draft),
    );
    loaded(
        page,
        |MembersPage {
             row,
             members,
             q,
             found,
             refusal,
         }| {
            let l = lang();
            let TeamName { id, name, .. } = row.team;
            let (team, address) = (id.to_string(), format!("/teams/{id}/members"));
            let title = messages::change_members(l);
            let refused = refusal.map(|refusal| view! { <div class="notice bad" role="alert"><p>{labels::refusal(l, &refusal)}</p></div> });
            let is_empty = members.is_empty();
            let members = members.into_iter().map(|(user, name, may)| {
            let label = messages::remove_member(l, &name);
            let (team, title) = (team.clone(), title.clone());
            let form = may.then(|| {
                view! {
                    <PostForm action=RemoveMember::url() title class="inline">
                        <Hidden name="team" value=team />
                        <Hidden name="user" value=user.to_string() />
                        <button class="button slim" aria-label=label>{messages::remove(l)}</button>
                    </PostForm>
                }
            });
            view! { <li><span><a href=format!("/users/{user}") dir="auto">{name}</a></span>{form}</li> }
        });
            let members = members.collect_view();
            let nobody =
            (found.is_empty() && !q.is_empty()).then(|| view! { <div class="body quiet" role="status">{messages::nobody_found(l)}</div> });
            let found = found.into_iter().map(|(user, name, login_name)| {
            let label = messages::add_person(l, &name);
            let (team, title) = (team.clone(), title.clone());
            view! {
                <li>
                    <span><b dir="auto">{name}</b><span class="hint" dir="auto">{login_name}</span></span>
                    <PostForm action=AddMember::url() title class="inline">
                        <Hidden name="team" value=team />
                        <Hidden name="user" value=user.to_string() />
                        <button class="button slim" aria-label=label>{messages::add(l)}</button>
                    </PostForm>
                </li>
            }
        });
            let found = found.collect_view();
            view! {
            <Title text=title.clone() />
            <div class="head">
                <div>
                    <p class="crumb"><a href="/teams">{messages::teams(l)}</a><a href=format!("/teams/{id}") dir="auto">{name}</a></p>
                    <h1>{title}</h1>
                </div>
            </div>
            {refused}
            <div class="stack">
                <section class="card">
                    <h2>{messages::add_member(l)}</h2>
                    <div class="tools">
                        <form method="get" action=address role="search" autocomplete="off">
                            <input type="search" name="q" class="search" value=q aria-label=messages::search_users(l) placeholder=messages::search_hint(l) dir="auto" />
                            <button class="button">{messages::search(l)}</button>
                        </form>
                    </div>
                    {nobody}
                    <ul class="lines">{found}</ul>
                </section>
                <section class="card">
                    <h2>{messages::members(l)}</h2>
                    {is_empty.then(|| view! { <div class="body quiet">{messages::no_member(l)}</div> })}
                    <ul class="lines">{members}</ul>
                </section>
            </div>
        }
        .into_any()
        },
    )
}
