//! `/offices` and below.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::conflict::EditState;
use usher_types::units::{ClosePage, EditOffice as EditForm, OfficeList, OfficePage, OfficeRow};
use usher_types::{Field, OfficeName};

use super::api::{
    CloseOffice, EditOffice, close_office_page, edit_office_page, office_list, office_page,
};
use super::{replacement_field, teams};
use crate::ui::{
    Card, Column, ConfirmForm, DataTable, EmptyList, Hidden, Link, ListPage, NamedRowForm,
    PageBody, PageHeader, SideMenu, TableRow, TextField, conflict_table, id_param, lang, load,
    load_with_draft, loaded, quiet_text,
};
use crate::{labels, messages};

fn list() -> Link {
    Link::new("/offices", messages::offices(lang()))
}

/// `/offices`.
#[component]
pub fn OfficeListPage() -> impl IntoView {
    loaded(
        load(|| (), |()| office_list()),
        |OfficeList { rows, may_make }| {
            let l = lang();
            let add = may_make.then(|| Link::new("/offices/new", messages::add_office(l)));
            let table = (!rows.is_empty()).then(|| table(rows));
            let empty = EmptyList::new(
                "users",
                messages::no_offices(l),
                messages::no_offices_why(l),
            );
            view! { <ListPage title=messages::offices(l) lead=messages::offices_are(l) add table empty /> }
            .into_any()
        },
    )
}

fn table(rows: Vec<OfficeRow>) -> AnyView {
    let l = lang();
    let columns = [
        Column::new(messages::office(l)),
        Column::new(messages::people(l)).first(),
        Column::new(messages::teams(l)).first(),
    ];
    let rows = rows.into_iter().map(|row| {
        TableRow::new(view! { <a href=format!("/offices/{}", row.office.id) dir="auto">{row.office.name}</a> })
            .cell(labels::people(l, row.people, false))
            .cell(row.teams)
    });
    let rows = rows.collect();
    view! { <DataTable columns rows /> }.into_any()
}

/// `/offices/:id`.
#[component]
pub fn OfficeDetailPage() -> impl IntoView {
    let id = id_param();
    loaded(load(move || id.get(), office_page), show)
}

fn show(page: OfficePage) -> AnyView {
    let l = lang();
    let OfficeName { id, name } = page.row.office;
    let people = labels::people(l, page.row.people, false);
    let menu = page.may_change.then(|| {
        view! {
            <SideMenu>
                <a href=format!("/offices/{id}/edit")>{messages::rename_office(l)}</a>
                <a class="danger" href=format!("/offices/{id}/close")>{messages::close_office(l)}</a>
            </SideMenu>
        }
        .into_any()
    });
    let body = if page.teams.is_empty() {
        quiet_text(messages::no_team_here(l))
    } else {
        teams::table(page.teams)
    };
    view! {
        <PageHeader title=name crumbs=[list()]>
            <a class="button" href=format!("/users?office={id}")>{messages::see_people(l, people)}</a>
        </PageHeader>
        <PageBody menu><Card title=messages::teams(l)>{body}</Card></PageBody>
    }
    .into_any()
}

/// `/offices/new` and `/offices/:id/edit`.
#[component]
pub fn OfficeEditPage() -> impl IntoView {
    loaded(load_with_draft(edit_office_page), edit)
}

fn edit(page: EditState<EditForm>) -> AnyView {
    let l = lang();
    let EditState {
        form,
        conflict,
        refusal,
    } = page;
    let comparison = conflict_table(&form, conflict.as_ref(), |form| {
        vec![(labels::field(l, Field::UnitName), form.unit_name.clone())]
    });
    view! {
        <NamedRowForm
            action=EditOffice::url() list=list() what=messages::office(l) add=messages::add_office(l)
            create=messages::create_office(l) edit=messages::rename_office(l) id_field="office" id=form.office
            version=form.version key=form.key comparison refusal
        >
            <TextField field=Field::UnitName value=form.unit_name required=true />
        </NamedRowForm>
    }
    .into_any()
}

/// `/offices/:id/close`.
#[component]
pub fn OfficeClosePage() -> impl IntoView {
    loaded(load_with_draft(close_office_page), close)
}

fn close(page: ClosePage<OfficeRow, OfficeName>) -> AnyView {
    let l = lang();
    let OfficeRow {
        office: OfficeName { id, name },
        people,
        teams,
    } = page.unit;
    let title = messages::close_office(l);
    let lead = messages::close_office_lead(
        l,
        &name,
        labels::people(l, people, false),
        labels::teams(l, teams),
    );
    let others: Vec<_> = page
        .others
        .into_iter()
        .map(|other| (other.id.to_string(), other.name))
        .collect();
    let hint = if page.must_move {
        messages::instead_office_must(l)
    } else {
        messages::instead_hint(l)
    };
    view! {
        <PageHeader title=title.clone() crumbs=[list()] />
        <ConfirmForm action=CloseOffice::url() title lead refusal=page.refusal cancel=Link::new(format!("/offices/{id}"), messages::keep_office(l)) danger=true>
            <Hidden name="office" value=id.to_string() />
            {replacement_field(others, page.must_move, messages::no_office(l), hint)}
        </ConfirmForm>
    }
    .into_any()
}
