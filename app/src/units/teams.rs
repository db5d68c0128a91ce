//! `/teams` and below.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use usher_types::covers::Cover;
use usher_types::units::{
    ClosePage, EditTeamPage, Member, MembersPage, TeamList, TeamPage, TeamRow,
};
use usher_types::{Field, FoundUser, TeamId, TeamName, UserId};

use super::api::{
    AddMember, CloseTeam, EditTeam, RemoveMember, close_team_page, edit_team_page, members_page,
    team_list, team_page,
};
use super::replacement_field;
use crate::people::table as people;
use crate::ui::{
    Card, Column, ConfirmForm, DataTable, EmptyList, Filters, Hidden, Link, ListPage, NamedRowForm,
    PageBody, PageHeader, PostForm, SelectField, SideMenu, TableRow, TextField, conflict_table,
    draft_param, id_param, lang, load, load_with_draft, loaded, quiet_text, typed,
};
use crate::{labels, messages};

fn list() -> Link {
    Link::new("/teams", messages::teams(lang()))
}

/// `/teams`.
#[component]
pub fn TeamListPage() -> impl IntoView {
    loaded(
        load(|| (), |()| team_list()),
        |TeamList { rows, may_make }| {
            let l = lang();
            let add = may_make.then(|| Link::new("/teams/new", messages::add_team(l)));
            let table = (!rows.is_empty()).then(|| table(rows));
            let empty = EmptyList::new("users", messages::no_teams(l), messages::no_teams_why(l));
            view! { <ListPage title=messages::teams(l) lead=messages::teams_are(l) add table empty /> }
            .into_any()
        },
    )
}

/// The table of teams.
pub(super) fn table(rows: Vec<TeamRow>) -> AnyView {
    let l = lang();
    let columns = [
        Column::new(messages::team(l)),
        Column::new(messages::office(l)),
        Column::new(messages::members(l)).first(),
    ];
    let rows = rows.into_iter().map(|row| {
        let office = labels::office_name(&row.team);
        TableRow::new(
            view! { <a href=format!("/teams/{}", row.team.id) dir="auto">{row.team.name}</a> },
        )
        .cell(typed(office))
        .cell(labels::people(l, row.members, false))
    });
    let rows = rows.collect();
    view! { <DataTable columns rows /> }.into_any()
}

/// `/teams/:id`.
#[component]
pub fn TeamDetailPage() -> impl IntoView {
    let id = id_param();
    loaded(load(move || id.get(), team_page), show)
}

fn show(page: TeamPage) -> AnyView {
    let l = lang();
    let TeamName { id, name, office } = page.row.team;
    let count = labels::people(l, page.row.members, false);
    let lead = office.map(|office| messages::sits_in(l, office.name));
    let menu = page.may_change.then(|| menu(id));
    let members = if page.members.is_empty() {
        quiet_text(messages::no_member(l))
    } else {
        people(page.members)
    };
    view! {
        <PageHeader title=name crumbs=[list()] lead>
            <a class="button" href=format!("/users?team={id}")>{messages::see_people(l, count)}</a>
        </PageHeader>
        <div class="stack">
            {menu}
            <Card title=messages::members(l)>{members}</Card>
            {coverage(messages::covered_by(l), page.covered_by, |cover| cover.name.clone())}
            {coverage(messages::members_cover(l), page.covers, move |cover| messages::covers_for(l, &cover.name, &cover.team.name))}
        </div>
    }
    .into_any()
}

fn menu(id: TeamId) -> AnyView {
    let l = lang();
    view! {
        <SideMenu>
            <a href=format!("/teams/{id}/members")>{messages::change_members(l)}</a>
            <a href=format!("/teams/{id}/edit")>{messages::edit_team(l)}</a>
            <a class="danger" href=format!("/teams/{id}/close")>{messages::close_team(l)}</a>
        </SideMenu>
    }
    .into_any()
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
            <li><span><a href=format!("/users/{}", cover.user) dir="auto">{label(cover)}</a>{later}<span class="hint" dir="auto">{labels::cover_period(l, cover)}{why}</span></span></li>
        }
    });
    let lines = lines.collect_view();
    Some(view! { <Card title><ul class="lines">{lines}</ul></Card> }.into_any())
}

/// `/teams/new` and `/teams/:id/edit`.
#[component]
pub fn TeamEditPage() -> impl IntoView {
    loaded(load_with_draft(edit_team_page), edit)
}

fn edit(page: EditTeamPage) -> AnyView {
    let l = lang();
    let form = page.form;
    let comparison = conflict_table(&form, page.conflict.as_ref(), |form| {
        let office = page
            .offices
            .iter()
            .find(|office| office.id.to_string() == form.office)
            .map(|office| office.name.clone());
        vec![
            (labels::field(l, Field::UnitName), form.unit_name.clone()),
            (labels::field(l, Field::Office), office.unwrap_or_default()),
        ]
    });
    let offices: Vec<_> = page
        .offices
        .into_iter()
        .map(|office| (office.id.to_string(), office.name))
        .collect();
    // created inside the form, so that it finds its refusal
    let office = move || {
        (!offices.is_empty()).then(|| {
            view! {
                <SelectField
                    field=Field::Office value=form.office nothing=messages::no_office(l) options=offices
                    hint=messages::team_office_hint(l) required=page.office_required
                />
            }
        })
    };
    view! {
        <NamedRowForm
            action=EditTeam::url() list=list() what=messages::team(l) add=messages::add_team(l)
            create=messages::create_team(l) edit=messages::edit_team(l) id_field="team" id=form.team
            version=form.version key=form.key comparison refusal=page.refusal
        >
            <TextField field=Field::UnitName value=form.unit_name required=true />
            {office()}
        </NamedRowForm>
    }
    .into_any()
}

/// `/teams/:id/close`.
#[component]
pub fn TeamClosePage() -> impl IntoView {
    loaded(load_with_draft(close_team_page), close)
}

fn close(page: ClosePage<TeamRow, TeamName>) -> AnyView {
    let l = lang();
    let TeamName { id, name, .. } = page.unit.team;
    let title = messages::close_team(l);
    let lead = messages::close_team_lead(l, &name, labels::people(l, page.unit.members, false));
    let others: Vec<_> = page
        .others
        .into_iter()
        .map(|other| (other.id.to_string(), other.name))
        .collect();
    view! {
        <PageHeader title=title.clone() crumbs=[list()] />
        <ConfirmForm action=CloseTeam::url() title lead refusal=page.refusal cancel=Link::new(format!("/teams/{id}"), messages::keep_team(l)) danger=true>
            <Hidden name="team" value=id.to_string() />
            {replacement_field(others, page.must_move, messages::no_team(l), messages::instead_hint(l))}
        </ConfirmForm>
    }
    .into_any()
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
    loaded(page, show_members)
}

fn show_members(page: MembersPage) -> AnyView {
    let l = lang();
    let TeamName { id, name, .. } = page.row.team;
    let refused = page.refusal.map(|refusal| view! { <div class="notice bad" role="alert"><p>{labels::refusal(l, &refusal)}</p></div> });
    let is_empty = page.members.is_empty();
    let members = page.members.into_iter().map(|Member { user, name, may_remove }| {
        let label = messages::remove_member(l, &name);
        let form =
            may_remove.then(|| member_form(RemoveMember::url(), id, user, label, messages::remove(l)));
        view! { <li><span><a href=format!("/users/{user}") dir="auto">{name}</a></span>{form}</li> }
    });
    let members = members.collect_view();
    let nobody = (page.found.is_empty() && !page.q.is_empty())
        .then(|| view! { <div class="body quiet" role="status">{messages::nobody_found(l)}</div> });
    let found = page.found.into_iter().map(|FoundUser { user, name, login_name }| {
        let form = member_form(AddMember::url(), id, user, messages::add_person(l, &name), messages::add(l));
        view! { <li><span><b dir="auto">{name}</b><span class="hint" dir="auto">{login_name}</span></span>{form}</li> }
    });
    let found = found.collect_view();
    let search = Filters::new(format!("/teams/{id}/members")).search(
        &page.q,
        messages::search_users(l),
        messages::search_hint(l),
    );
    let team = Link::new(format!("/teams/{id}"), name);
    view! {
        <PageHeader title=messages::change_members(l) crumbs=[list(), team] />
        {refused}
        <PageBody>
            <Card title=messages::add_member(l)>
                {search.view()}
                {nobody}
                <ul class="lines">{found}</ul>
            </Card>
            <Card title=messages::members(l)>
                {is_empty.then(|| quiet_text(messages::no_member(l)))}
                <ul class="lines">{members}</ul>
            </Card>
        </PageBody>
    }
    .into_any()
}

/// The button that adds or removes a member.
fn member_form(
    action: &'static str,
    team: TeamId,
    user: UserId,
    label: String,
    button: String,
) -> AnyView {
    view! {
        <PostForm action title=messages::change_members(lang()) class="inline">
            <Hidden name="team" value=team.to_string() />
            <Hidden name="user" value=user.to_string() />
            <button class="button slim" aria-label=label>{button}</button>
        </PostForm>
    }
    .into_any()
}
