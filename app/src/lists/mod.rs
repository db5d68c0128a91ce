//! Lists that people appear on: `/lists` and below. People are added to lists in the forms of a
//! user.

mod api;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use usher_types::lists::{CloseListPage, EditListPage as Page, ListRow, Lists};
use usher_types::{BuiltInList, Field};

use self::api::{CloseList, EditList, all_lists, close_list_page, edit_list_page};
use crate::ui::{Hidden, PostForm, TextField, conflict_table, empty, head, lang, load, loaded};
use crate::users::{draft_param, id_param};
use crate::{labels, messages};

/// `/lists`.
#[component]
pub fn ListsPage() -> impl IntoView {
    loaded(
        load(|| (), |()| all_lists()),
        |Lists { rows, may_change }| {
            let l = lang();
            let make = may_change.then(|| ("/lists/new", messages::add_list(l)));
            let button = make
                .clone()
                .map(|(to, label)| view! { <a class="button main" href=to>{label}</a> });
            let body = if rows.is_empty() {
                empty(
                    "list",
                    messages::no_lists(l),
                    messages::no_lists_why(l),
                    make,
                )
            } else {
                table(rows, may_change)
            };
            view! {
            <Title text=messages::lists(l) />
            <div class="head"><div><h1>{messages::lists(l)}</h1><p class="quiet">{messages::lists_are(l)}</p></div>{button}</div>
            <section class="card" aria-label=messages::lists(l)>{body}</section>
        }
        .into_any()
        },
    )
}

fn table(rows: Vec<ListRow>, may_change: bool) -> AnyView {
    let l = lang();
    let rows = rows.into_iter().map(|ListRow { list, people }| {
        let (name, id) = (labels::list(l, &list), list.id);
        let acts = may_change.then(|| {
            view! {
                <td>
                    <span class="row">
                        <a href=format!("/lists/{id}/edit") aria-label=messages::rename_list_named(l, &name)>{messages::rename(l)}</a>
                        <a href=format!("/lists/{id}/close") aria-label=messages::close_list_named(l, &name)>{messages::remove(l)}</a>
                    </span>
                </td>
            }
        });
        view! {
            <tr>
                <th scope="row" dir="auto">{name.clone()}</th>
                <td data-label=messages::people(l) data-priority="1">
                    <a href=format!("/users?list={id}") aria-label=format!("{name}: {}", labels::people(l, people, false))>{labels::people(l, people, false)}</a>
                </td>
                {acts}
            </tr>
        }
    });
    let rows = rows.collect_view();
    let acts = may_change
        .then(|| view! { <th scope="col"><span class="vh">{messages::actions(l)}</span></th> });
    view! {
        <table>
            <thead><tr><th scope="col">{messages::list(l)}</th><th scope="col">{messages::people(l)}</th>{acts}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// `/lists/new` and `/lists/:id/edit`.
#[component]
pub fn ListEditPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| edit_list_page(id, draft),
    );
    loaded(
        page,
        |Page {
             form,
             built_in,
             conflict,
             refusal,
         }| {
            let l = lang();
            let comparison = conflict_table(&form, conflict.as_ref(), |form| {
                // a built-in list is stored by its key
                let name = BuiltInList::from_key(&form.unit_name).map_or_else(
                    || form.unit_name.clone(),
                    |built_in| labels::built_in_list(l, built_in),
                );
                vec![(labels::field(l, Field::UnitName), name)]
            });
            let (title, button) = if form.list.is_empty() {
                (messages::add_list(l), messages::create_list(l))
            } else {
                (messages::rename_list(l), messages::save_changes(l))
            };
            // created inside the form, so that its message finds the state of the form
            let name = move || {
                match built_in {
            Some(built_in) => {
                let name = labels::built_in_list(l, built_in);
                view! { <TextField field=Field::UnitName value=name hint=messages::list_name_hint(l) required=true /> }.into_any()
            }
            None => view! { <TextField field=Field::UnitName value=form.unit_name.clone() required=true /> }.into_any(),
        }
            };
            view! {
                {head(("/lists", messages::lists(l)), title.clone(), None)}
                <PostForm action=EditList::url() title refusal>
                    {comparison}
                    <Hidden name="list" value=form.list />
                    <Hidden name="version" value=form.version />
                    <Hidden name="key" value=form.key />
                    <fieldset>
                        <legend>{messages::list(l)}</legend>
                        {name}
                    </fieldset>
                    <div class="review">
                        <span class="grow"></span>
                        <a class="button" href="/lists">{messages::cancel(l)}</a>
                        <button class="button main">{button}</button>
                    </div>
                </PostForm>
            }
            .into_any()
        },
    )
}

/// `/lists/:id/close`.
#[component]
pub fn ListClosePage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| close_list_page(id, draft),
    );
    loaded(page, |CloseListPage { row, refusal }| {
        let l = lang();
        let name = labels::list(l, &row.list);
        view! {
            {head(("/lists", messages::lists(l)), messages::close_list(l), None)}
            <PostForm action=CloseList::url() title=messages::close_list(l) refusal class="card confirm">
                <Hidden name="list" value=row.list.id.to_string() />
                <p class="lead">{messages::close_list_lead(l, name, labels::people(l, row.people, false))}</p>
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href="/lists">{messages::keep_list(l)}</a>
                    <button class="button danger">{messages::close_list(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
    })
}
