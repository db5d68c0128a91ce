//! Customers and contracts: `/customers`, `/contracts` and below. They are assigned to a user in
//! the forms of the user.

mod api;
mod contracts;
mod import;

pub use contracts::{ContractClosePage, ContractEditPage, ContractNewPage};
pub use import::ImportCustomersPage;

pub(crate) use api::{ImportToEdited, ImportToNew, find_customers};

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::audit::Subject;
use usher_types::conflict::EditState;
use usher_types::customers::{ClosePage, CustomerPage as Page, CustomerRow, ListQuery};
use usher_types::{Field, UserId};

use self::api::{
    CloseCustomer, EditCustomer, close_customer_page, customer_list, customer_page,
    edit_customer_page,
};
use crate::ui::{
    Hidden, PostForm, TextField, conflict_table, cursor, empty, head, lang, load, loaded, pager,
};
use crate::users::{activity, draft_param, id_param, table as people};
use crate::{labels, messages};

/// The address and the name of the list, for links back.
fn list() -> (&'static str, String) {
    ("/customers", messages::customers(lang()))
}

/// `/customers`.
#[component]
pub fn CustomerListPage() -> impl IntoView {
    let query = use_query_map();
    let params = Signal::derive(move || {
        query.with(|query| {
            let text = |name: &str| query.get(name).unwrap_or_default();
            ListQuery {
                q: text("q"),
                cursor: cursor(query),
            }
        })
    });
    loaded(load(move || params.get(), customer_list), |list| {
        let l = lang();
        let total = labels::customers(l, list.pages.total, list.pages.more);
        let body = match (list.rows.is_empty(), list.query.q.is_empty()) {
            (true, true) => empty(
                "office",
                messages::no_customers(l),
                messages::no_customers_why(l),
                Some(("/customers/new", messages::add_customer(l))),
            ),
            (true, false) => empty(
                "office",
                messages::no_customer_found(l),
                messages::no_customer_found_why(l),
                Some(("/customers", messages::show_all(l))),
            ),
            _ => view! { {table(&list.rows)} {pager("/customers", &[("q", &list.query.q)], total.clone(), &list.pages)} }.into_any(),
        };
        view! {
            <Title text=messages::customers(l) />
            <div class="head">
                <div><h1>{messages::customers(l)}</h1><p class="quiet">{messages::customers_are(l)}</p></div>
                <a class="button main" href="/customers/new">{messages::add_customer(l)}</a>
            </div>
            <section class="card" aria-label=messages::customers(l)>
                <div class="tools">
                    <form method="get" action="/customers" role="search" autocomplete="off">
                        <input type="search" name="q" class="search" value=list.query.q.clone() aria-label=messages::search_customers(l) placeholder=messages::customer_name(l) dir="auto" />
                        <button class="button">{messages::search(l)}</button>
                    </form>
                </div>
                {body}
            </section>
        }
        .into_any()
    })
}

fn table(rows: &[CustomerRow]) -> AnyView {
    let l = lang();
    let rows = rows.iter().map(|row| {
        view! {
            <tr>
                <th scope="row"><a href=format!("/customers/{}", row.id) dir="auto">{row.name.clone()}</a></th>
                <td data-label=messages::contracts(l) data-priority="1">{labels::contracts(l, row.contracts)}</td>
                <td data-label=messages::people(l) data-priority="1">{labels::people(l, row.people, false)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col" aria-sort="ascending">{messages::customer(l)}</th>
                    <th scope="col">{messages::contracts(l)}</th>
                    <th scope="col">{messages::people(l)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// `/customers/:id`.
#[component]
pub fn CustomerDetailPage() -> impl IntoView {
    let id = id_param();
    loaded(
        load(move || id.get(), customer_page),
        |Page {
             row,
             contracts,
             people: have,
             activity: lines,
         }| {
            let l = lang();
            let id = row.id;
            let address = format!("/customers/{id}");
            let new_contract = view! { <a class="button main" href=format!("{address}/contracts/new")>{messages::add_contract(l)}</a> };
            let body = if contracts.is_empty() {
                view! { <div class="body quiet">{messages::no_contracts(l)}</div> }.into_any()
            } else {
                contracts::table(contracts)
            };
            let more = (row.people as usize > have.len() && !have.is_empty())
                .then(|| view! { <p class="body quiet small">{messages::people_cut(l)}</p> });
            let who = match (row.people, have.is_empty()) {
            (0, _) => view! { <div class="body quiet">{messages::customer_of_nobody(l)}</div> }.into_any(),
            (count, true) => view! { <div class="body quiet">{messages::customer_of(l, labels::people(l, count, false))}</div> }.into_any(),
            _ => people(have),
        };
            view! {
            {head(list(), row.name, Some(new_contract.into_any()))}
            <div class="stack">
                <nav class="side" aria-label=messages::actions(l)>
                    <a href=format!("{address}/edit")>{messages::rename_customer(l)}</a>
                    <a class="danger" href=format!("{address}/close")>{messages::close_customer(l)}</a>
                </nav>
                <section class="card"><h2>{messages::contracts(l)}</h2>{body}</section>
                <section class="card"><h2>{messages::assigned(l)}</h2>{who}{more}</section>
                {activity(lines, Subject::Customer, id)}
            </div>
        }
        .into_any()
        },
    )
}

/// `/customers/new` and `/customers/:id/edit`.
#[component]
pub fn CustomerEditPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| edit_customer_page(id, draft),
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
        let (title, back, button) = if form.customer.is_empty() {
            (
                messages::add_customer(l),
                "/customers".to_owned(),
                messages::create_customer(l),
            )
        } else {
            (
                messages::rename_customer(l),
                format!("/customers/{}", form.customer),
                messages::save_changes(l),
            )
        };
        view! {
            {head(list(), title.clone(), None)}
            <PostForm action=EditCustomer::url() title refusal>
                {comparison}
                <Hidden name="customer" value=form.customer />
                <Hidden name="version" value=form.version />
                <Hidden name="key" value=form.key />
                <fieldset>
                    <legend>{messages::customer(l)}</legend>
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

/// `/customers/:id/close`.
#[component]
pub fn CustomerClosePage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| close_customer_page(id, draft),
    );
    loaded(
        page,
        |ClosePage {
             customer: (customer, name),
             contracts,
             count,
             people,
             refusal,
             ..
         }| {
            let l = lang();
            let lead = messages::close_customer_lead(
                l,
                &name,
                labels::people(l, count, false),
                labels::contracts(l, contracts),
            );
            view! {
            {head(list(), messages::close_customer(l), None)}
            <PostForm action=CloseCustomer::url() title=messages::close_customer(l) refusal class="card confirm">
                <Hidden name="customer" value=customer.to_string() />
                <p class="lead">{lead}</p>
                {affected_people(people, count)}
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=format!("/customers/{customer}")>{messages::keep_customer(l)}</a>
                    <button class="button danger main">{messages::close_customer(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
        },
    )
}

/// The people who are affected by a closing, as far as the user may see them.
fn affected_people(people: Vec<(UserId, String)>, count: u32) -> Option<AnyView> {
    let l = lang();
    if people.is_empty() {
        return None;
    }
    let is_cut = count as usize > people.len();
    let names = people.into_iter().map(
        |(user, name)| view! { <li><a href=format!("/users/{user}") dir="auto">{name}</a></li> },
    );
    let names = names.collect_view();
    let more = is_cut.then(|| view! { <p class="quiet small">{messages::people_cut(l)}</p> });
    Some(view! { <dl><dt>{messages::who_loses_it(l)}</dt><dd><ul class="names">{names}</ul>{more}</dd></dl> }.into_any())
}
