//! Lists that people appear on: `/lists` and below. People are added to lists in the forms of a
//! user.

mod api;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::lists::{CloseListPage, EditListPage, ListRow, Lists};
use usher_types::{BuiltInList, Field};

use self::api::{CloseList, EditList, all_lists, close_list_page, edit_list_page};
use crate::ui::{
    Column, ConfirmForm, DataTable, EmptyList, Hidden, Link, ListPage, NamedRowForm, PageHeader,
    TableRow, TextField, conflict_table, lang, load, load_with_draft, loaded,
};
use crate::{labels, messages};

fn list() -> Link {
    Link::new("/lists", messages::lists(lang()))
}

/// `/lists`.
#[component]
pub fn ListsPage() -> impl IntoView {
    loaded(
        load(|| (), |()| all_lists()),
        |Lists { rows, may_change }| {
            let l = lang();
            let add = may_change.then(|| Link::new("/lists/new", messages::add_list(l)));
            let table = (!rows.is_empty()).then(|| table(rows, may_change));
            let empty = EmptyList::new("list", messages::no_lists(l), messages::no_lists_why(l));
            view! { <ListPage title=messages::lists(l) lead=messages::lists_are(l) add table empty /> }
            .into_any()
        },
    )
}

fn table(rows: Vec<ListRow>, may_change: bool) -> AnyView {
    let l = lang();
    let columns = [
        Column::new(messages::list(l)),
        Column::new(messages::people(l)).first(),
    ];
    let columns: Vec<_> = columns
        .into_iter()
        .chain(may_change.then(Column::actions))
        .collect();
    let rows = rows.into_iter().map(|ListRow { list, people }| {
        let (name, id) = (labels::list(l, &list), list.id);
        let people = labels::people(l, people, false);
        let label = format!("{name}: {people}");
        TableRow::new(view! { <bdi dir="auto">{name.clone()}</bdi> })
            .cell(view! { <a href=format!("/users?list={id}") aria-label=label>{people}</a> })
            .cell(view! {
                <a href=format!("/lists/{id}/edit") aria-label=messages::rename_list_named(l, &name)>{messages::rename(l)}</a>
                <a href=format!("/lists/{id}/close") aria-label=messages::close_list_named(l, &name)>{messages::remove(l)}</a>
            })
    });
    let rows = rows.collect();
    view! { <DataTable columns rows /> }.into_any()
}

/// `/lists/new` and `/lists/:id/edit`.
#[component]
pub fn ListEditPage() -> impl IntoView {
    loaded(load_with_draft(edit_list_page), edit)
}

fn edit(page: EditListPage) -> AnyView {
    let l = lang();
    let form = page.form;
    let comparison = conflict_table(&form, page.conflict.as_ref(), |form| {
        // a built-in list is stored by its key
        let name = BuiltInList::from_code(&form.unit_name).map_or_else(
            || form.unit_name.clone(),
            |built_in| labels::built_in_list(l, built_in),
        );
        vec![(labels::field(l, Field::UnitName), name)]
    });
    let (name, hint) = match page.built_in {
        Some(built_in) => (
            labels::built_in_list(l, built_in),
            Some(messages::list_name_hint(l)),
        ),
        None => (form.unit_name, None),
    };
    view! {
        <NamedRowForm
            action=EditList::url() list=list() what=messages::list(l) add=messages::add_list(l)
            create=messages::create_list(l) edit=messages::rename_list(l) id_field="list" id=form.list
            version=form.version key=form.key comparison refusal=page.refusal back="/lists"
        >
            <TextField field=Field::UnitName value=name hint required=true />
        </NamedRowForm>
    }
    .into_any()
}

/// `/lists/:id/close`.
#[component]
pub fn ListClosePage() -> impl IntoView {
    loaded(load_with_draft(close_list_page), close)
}

fn close(CloseListPage { row, refusal }: CloseListPage) -> AnyView {
    let l = lang();
    let title = messages::close_list(l);
    let name = labels::list(l, &row.list);
    let lead = messages::close_list_lead(l, name, labels::people(l, row.people, false));
    view! {
        <PageHeader title=title.clone() crumbs=[list()] />
        <ConfirmForm action=CloseList::url() title lead refusal cancel=Link::new("/lists", messages::keep_list(l)) danger=true>
            <Hidden name="list" value=row.list.id.to_string() />
        </ConfirmForm>
    }
    .into_any()
}
