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
use usher_types::audit::Subject;
use usher_types::conflict::EditState;
use usher_types::customers::{
    ClosePage, CustomerList, CustomerPage, CustomerRow, EditCustomer as EditForm, ListQuery,
};
use usher_types::{Field, UserId};

use self::api::{
    CloseCustomer, EditCustomer, close_customer_page, customer_list, customer_page,
    edit_customer_page,
};
use crate::activity::activity;
use crate::people::table as people;
use crate::ui::{
    Card, Column, ConfirmForm, DataTable, DescriptionList, Detail, EmptyList, Filters, Hidden,
    Link, ListPage, NamedRowForm, PageHeader, SideMenu, TableRow, TextField, conflict_table,
    id_param, lang, load, load_with_draft, loaded, pager, query_params, quiet_text,
};
use crate::{labels, messages};

/// The list, for links back.
fn list() -> Link {
    Link::new("/customers", messages::customers(lang()))
}

/// `/customers`.
#[component]
pub fn CustomerListPage() -> impl IntoView {
    let query = query_params(|query| ListQuery {
        q: query.text("q"),
        cursor: query.cursor(),
    });
    loaded(load(move || query.get(), customer_list), page)
}

fn page(list: CustomerList) -> AnyView {
    let l = lang();
    let (search, hint) = (messages::search_customers(l), messages::customer_name(l));
    let filters = Filters::new("/customers").search(&list.query.q, search, hint);
    let count = labels::customers(l, list.pages.total, list.pages.more);
    let pager = pager(&filters, count, &list.pages);
    let add = Link::new("/customers/new", messages::add_customer(l));
    let table = (!list.rows.is_empty()).then(|| table(list.rows));
    let empty = EmptyList::new(
        "office",
        messages::no_customers(l),
        messages::no_customers_why(l),
    )
    .no_match(
        messages::no_customer_found(l),
        messages::no_customer_found_why(l),
    );
    view! { <ListPage title=messages::customers(l) lead=messages::customers_are(l) add filters table empty pager /> }
        .into_any()
}

fn table(rows: Vec<CustomerRow>) -> AnyView {
    let l = lang();
    let columns = [
        Column::new(messages::customer(l)).sorted("ascending"),
        Column::new(messages::contracts(l)).first(),
        Column::new(messages::people(l)).first(),
    ];
    let rows = rows.into_iter().map(|row| {
        TableRow::new(view! { <a href=format!("/customers/{}", row.id) dir="auto">{row.name}</a> })
            .cell(labels::contracts(l, row.contracts))
            .cell(labels::people(l, row.people, false))
    });
    let rows = rows.collect();
    view! { <DataTable columns rows /> }.into_any()
}

/// `/customers/:id`.
#[component]
pub fn CustomerDetailPage() -> impl IntoView {
    let id = id_param();
    loaded(load(move || id.get(), customer_page), show)
}

fn show(page: CustomerPage) -> AnyView {
    let l = lang();
    let (id, count) = (page.row.id, page.row.people);
    let address = format!("/customers/{id}");
    let add = Link::new(
        format!("{address}/contracts/new"),
        messages::add_contract(l),
    );
    let contracts = if page.contracts.is_empty() {
        quiet_text(messages::no_contracts(l))
    } else {
        contracts::table(page.contracts)
    };
    let is_cut = count as usize > page.people.len() && !page.people.is_empty();
    let more = is_cut.then(|| view! { <p class="body quiet small">{messages::people_cut(l)}</p> });
    let assigned = match (count, page.people.is_empty()) {
        (0, _) => quiet_text(messages::customer_of_nobody(l)),
        (_, true) => quiet_text(messages::customer_of(l, labels::people(l, count, false))),
        _ => people(page.people),
    };
    view! {
        <PageHeader title=page.row.name crumbs=[list()]>{add.main_button()}</PageHeader>
        <div class="stack">
            <SideMenu>
                <a href=format!("{address}/edit")>{messages::rename_customer(l)}</a>
                <a class="danger" href=format!("{address}/close")>{messages::close_customer(l)}</a>
            </SideMenu>
            <Card title=messages::contracts(l)>{contracts}</Card>
            <Card title=messages::assigned(l)>{assigned}{more}</Card>
            {activity(page.activity, Subject::Customer, id)}
        </div>
    }
    .into_any()
}

/// `/customers/new` and `/customers/:id/edit`.
#[component]
pub fn CustomerEditPage() -> impl IntoView {
    loaded(load_with_draft(edit_customer_page), edit)
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
            action=EditCustomer::url() list=list() what=messages::customer(l) add=messages::add_customer(l)
            create=messages::create_customer(l) edit=messages::rename_customer(l) id_field="customer" id=form.customer
            version=form.version key=form.key comparison refusal
        >
            <TextField field=Field::UnitName value=form.unit_name required=true />
        </NamedRowForm>
    }
    .into_any()
}

/// `/customers/:id/close`.
#[component]
pub fn CustomerClosePage() -> impl IntoView {
    loaded(load_with_draft(close_customer_page), close)
}

fn close(page: ClosePage) -> AnyView {
    let l = lang();
    let (customer, name) = page.customer;
    let title = messages::close_customer(l);
    let lead = messages::close_customer_lead(
        l,
        &name,
        labels::people(l, page.count, false),
        labels::contracts(l, page.contracts),
    );
    let cancel = Link::new(format!("/customers/{customer}"), messages::keep_customer(l));
    view! {
        <PageHeader title=title.clone() crumbs=[list()] />
        <ConfirmForm action=CloseCustomer::url() title lead refusal=page.refusal cancel danger=true>
            <Hidden name="customer" value=customer.to_string() />
            {affected_people(page.people, page.count)}
        </ConfirmForm>
    }
    .into_any()
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
    Some(
        view! { <DescriptionList><Detail term=messages::who_loses_it(l)><ul class="names">{names}</ul>{more}</Detail></DescriptionList> }
            .into_any(),
    )
}
