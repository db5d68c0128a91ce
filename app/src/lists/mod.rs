//! Lists that people appear on: `/lists` and below. Who is on which is chosen where a person is created or edited.

mod api;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use usher_types::Field;
use usher_types::lists::{CloseListPage, EditListPage as Page, ListRow, Lists};

use self::api::{CloseList, EditList, all_lists, close_list_page, edit_list_page};
use crate::ui::{Hidden, PostForm, TextField, empty, head, lang, load, loaded};
use crate::users::{draft_of_address, id_of_address};
use crate::{say, words};

/// `/lists`.
#[component]
pub fn ListsPage() -> impl IntoView {
    loaded(load(|| (), |()| all_lists()), |Lists { rows, may_change }| {
        let l = lang();
        let make = may_change.then(|| ("/lists/new", words::add_list(l)));
        let button = make.clone().map(|(to, label)| view! { <a class="button main" href=to>{label}</a> });
        let body = if rows.is_empty() { empty("list", words::no_lists(l), words::no_lists_why(l), make) } else { table(rows, may_change) };
        view! {
            <Title text=words::lists(l) />
            <div class="head"><div><h1>{words::lists(l)}</h1><p class="quiet">{words::lists_are(l)}</p></div>{button}</div>
            <section class="card" aria-label=words::lists(l)>{body}</section>
        }
        .into_any()
    })
}

fn table(rows: Vec<ListRow>, may_change: bool) -> AnyView {
    let l = lang();
    let rows = rows.into_iter().map(|ListRow { list, people }| {
        let (name, id) = (say::list(l, &list), list.id);
        let acts = may_change.then(|| {
            view! {
                <td>
                    <span class="row">
                        <a href=format!("/lists/{id}/edit") aria-label=words::rename_list_named(l, &name)>{words::rename(l)}</a>
                        <a href=format!("/lists/{id}/close") aria-label=words::close_list_named(l, &name)>{words::close(l)}</a>
                    </span>
                </td>
            }
        });
        view! {
            <tr>
                <th scope="row" dir="auto">{name.clone()}</th>
                <td data-label=words::people(l) data-priority="1">
                    <a href=format!("/users?list={id}") aria-label=format!("{name}: {}", say::people(l, people, false))>{say::people(l, people, false)}</a>
                </td>
                {acts}
            </tr>
        }
    });
    let rows = rows.collect_view();
    let acts = may_change.then(|| view! { <th scope="col"><span class="vh">{words::actions(l)}</span></th> });
    view! {
        <table>
            <thead><tr><th scope="col">{words::list(l)}</th><th scope="col">{words::people(l)}</th>{acts}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// `/lists/new` and `/lists/:id/edit`.
#[component]
pub fn ListEditPage() -> impl IntoView {
    let (id, draft) = (id_of_address(), draft_of_address());
    let page = load(move || (id.get(), draft.get()), |(id, draft)| edit_list_page(id, draft));
    loaded(page, |Page { form, built_in, refusal }| {
        let l = lang();
        let (title, button) = if form.list.is_empty() {
            (words::add_list(l), words::create_list(l))
        } else {
            (words::rename_list(l), words::save_changes(l))
        };
        // made inside the form, or its message would not find the form's state
        let name = move || match built_in {
            Some(built_in) => {
                let name = say::shipped_list(l, built_in);
                view! { <TextField field=Field::UnitName value=name hint=words::list_name_hint(l) required=true /> }.into_any()
            }
            None => view! { <TextField field=Field::UnitName value=form.unit_name.clone() required=true /> }.into_any(),
        };
        view! {
            {head(("/lists", words::lists(l)), title.clone(), None)}
            <PostForm action=EditList::url() title refusal>
                <Hidden name="list" value=form.list />
                <Hidden name="version" value=form.version />
                <Hidden name="key" value=form.key />
                <fieldset>
                    <legend>{words::list(l)}</legend>
                    {name}
                </fieldset>
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href="/lists">{words::cancel(l)}</a>
                    <button class="button main">{button}</button>
                </div>
            </PostForm>
        }
        .into_any()
    })
}

/// `/lists/:id/close`.
#[component]
pub fn ListClosePage() -> impl IntoView {
    let (id, draft) = (id_of_address(), draft_of_address());
    let page = load(move || (id.get(), draft.get()), |(id, draft)| close_list_page(id, draft));
    loaded(page, |CloseListPage { row, refusal }| {
        let l = lang();
        let name = say::list(l, &row.list);
        view! {
            {head(("/lists", words::lists(l)), words::close_list(l), None)}
            <PostForm action=CloseList::url() title=words::close_list(l) refusal class="card confirm">
                <Hidden name="list" value=row.list.id.to_string() />
                <p class="lead">{words::close_list_lead(l, name, say::people(l, row.people, false))}</p>
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href="/lists">{words::keep_list(l)}</a>
                    <button class="button danger">{words::close_list(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
    })
}
