//! `/offices` and below.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use usher_types::conflict::EditState;
use usher_types::units::{ClosePage, OfficeList, OfficePage, OfficeRow};
use usher_types::{Field, OfficeName};

use super::api::{
    CloseOffice, EditOffice, close_office_page, edit_office_page, office_list, office_page,
};
use super::{replacement_field, teams};
use crate::ui::{Hidden, PostForm, TextField, conflict_table, empty, head, lang, load, loaded};
use crate::users::{draft_param, id_param};
use crate::{labels, messages};

/// `/offices`.
#[component]
pub fn OfficeListPage() -> impl IntoView {
    let list = load(|| (), |()| office_list());
    loaded(list, |OfficeList { rows, may_make }| {
        let l = lang();
        let make = may_make.then(|| ("/offices/new", messages::add_office(l)));
        let button = make
            .clone()
            .map(|(to, label)| view! { <a class="button main" href=to>{label}</a> });
        let body = if rows.is_empty() {
            empty(
                "users",
                messages::no_offices(l),
                messages::no_offices_why(l),
                make,
            )
        } else {
            table(rows)
        };
        view! {
            <Title text=messages::offices(l) />
            <div class="head"><div><h1>{messages::offices(l)}</h1><p class="quiet">{messages::offices_are(l)}</p></div>{button}</div>
            <section class="card" aria-label=messages::offices(l)>{body}</section>
        }
        .into_any()
    })
}

fn table(rows: Vec<OfficeRow>) -> AnyView {
    let l = lang();
    let rows = rows.into_iter().map(|row| {
        view! {
            <tr>
                <th scope="row"><a href=format!("/offices/{}", row.office.id) dir="auto">{row.office.name}</a></th>
                <td data-label=messages::people(l) data-priority="1">{labels::people(l, row.people, false)}</td>
                <td data-label=messages::teams(l) data-priority="1">{row.teams}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead><tr><th scope="col">{messages::office(l)}</th><th scope="col">{messages::people(l)}</th><th scope="col">{messages::teams(l)}</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// `/offices/:id`.
#[component]
pub fn OfficeDetailPage() -> impl IntoView {
    let id = id_param();
    loaded(
        load(move || id.get(), office_page),
        |OfficePage {
             row,
             teams: sits,
             may_change,
         }| {
            let l = lang();
            let OfficeRow {
                office: OfficeName { id, name },
                people,
                ..
            } = row;
            let held = view! { <a class="button" href=format!("/users?office={id}")>{messages::see_people(l, labels::people(l, people, false))}</a> };
            let menu = may_change.then(|| {
            view! {
                <nav class="side" aria-label=messages::actions(l)>
                    <a href=format!("/offices/{id}/edit")>{messages::rename_office(l)}</a>
                    <a class="danger" href=format!("/offices/{id}/close")>{messages::close_office(l)}</a>
                </nav>
            }
        });
            let body = if sits.is_empty() {
                view! { <div class="body quiet">{messages::no_team_here(l)}</div> }.into_any()
            } else {
                teams::table(sits)
            };
            view! {
                {head(("/offices", messages::offices(l)), name, Some(held.into_any()))}
                <div class="two">
                    {menu}
                    <section class="card"><h2>{messages::teams(l)}</h2>{body}</section>
                </div>
            }
            .into_any()
        },
    )
}

/// `/offices/new` and `/offices/:id/edit`.
#[component]
pub fn OfficeEditPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| edit_office_page(id, draft),
    );
    loaded(page, |page| {
        let l = lang();
        let EditState {
            form,
            conflict,
            refusal,
        } = page;
        let comparison = conflict_table(&form, conflict.as_ref(), |form| {
            vec![(labels::field(l, Field::UnitName), form.unit_name.clone())]
        });
        let (title, back, button) = if form.office.is_empty() {
            (
                messages::add_office(l),
                "/offices".to_owned(),
                messages::create_office(l),
            )
        } else {
            (
                messages::rename_office(l),
                format!("/offices/{}", form.office),
                messages::save_changes(l),
            )
        };
        view! {
            {head(("/offices", messages::offices(l)), title.clone(), None)}
            <PostForm action=EditOffice::url() title refusal>
                {comparison}
                <Hidden name="office" value=form.office />
                <Hidden name="version" value=form.version />
                <Hidden name="key" value=form.key />
                <fieldset>
                    <legend>{messages::office(l)}</legend>
                    <TextField field=Field::UnitName value=form.unit_name required=true />
                </fieldset>
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=back>{messages::cancel(l)}</a>
                    <button class="button main">{button}</button>
                </div>
            </PostForm>
        }
        .into_any()
    })
}

/// `/offices/:id/close`.
#[component]
pub fn OfficeClosePage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| close_office_page(id, draft),
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
            let OfficeRow {
                office: OfficeName { id, name },
                people,
                teams,
            } = unit;
            let others: Vec<_> = others
                .into_iter()
                .map(|other| (other.id.to_string(), other.name))
                .collect();
            let hint = if must_move {
                messages::instead_office_must(l)
            } else {
                messages::instead_hint(l)
            };
            view! {
            {head(("/offices", messages::offices(l)), messages::close_office(l), None)}
            <PostForm action=CloseOffice::url() title=messages::close_office(l) refusal class="card confirm">
                <Hidden name="office" value=id.to_string() />
                <p class="lead">{messages::close_office_lead(l, &name, labels::people(l, people, false), labels::teams(l, teams))}</p>
                {replacement_field(others, must_move, messages::no_office(l), hint)}
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=format!("/offices/{id}")>{messages::keep_office(l)}</a>
                    <button class="button danger">{messages::close_office(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
        },
    )
}
