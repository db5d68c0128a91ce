//! `/customers/import`: the import window as a page, for browsers without wasm. It is one GET form:
//! a search keeps the checked customers, and the import button leads back to the user form, which
//! adds them.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use usher_types::Customer;
use usher_types::customers::Found;
use usher_types::url::own_path;

use super::find_customers;
use crate::ui::{Choice, FormSection, PageHeader, lang, load, loaded};
use crate::{labels, messages};

/// `/customers/import`.
#[component]
pub fn ImportCustomersPage() -> impl IntoView {
    let query = use_query_map();
    let text = move |name: &str| query.with(|query| query.get(name).unwrap_or_default());
    let ticked = move || query.with(|query| query.get_all("customers").unwrap_or_default());
    let page = load(
        move || (text("q"), ticked()),
        |(q, ticked)| find_customers(q, ticked),
    );
    loaded(page, move |found| show(found, text("q"), &text("next")))
}

fn show(found: Found, q: String, next: &str) -> AnyView {
    let l = lang();
    let next = own_path(next).unwrap_or("/users/new").to_owned();
    let (back, params) = next.split_once('?').unwrap_or((&next, ""));
    // a GET form replaces the query of its address, so the parameters of the user form are hidden
    // fields
    let params = params
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let params = params
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    let is_empty = found.ticked.is_empty() && found.customers.is_empty();
    let nothing = is_empty
        .then(|| view! { <p class="quiet" role="status">{messages::no_customer_found_why(l)}</p> });
    let more = found
        .more
        .then(|| view! { <p class="quiet small">{messages::customers_cut(l)}</p> });
    let choice = |customer: Customer, checked: bool| {
        let hint = labels::contracts(l, customer.contracts.len() as u32);
        view! { <Choice kind="checkbox" name="customers" value=customer.id.to_string() title=customer.name hint checked /> }
    };
    let choices = found.ticked.into_iter().map(|customer| (customer, true));
    let choices = choices.chain(
        found
            .customers
            .into_iter()
            .map(|customer| (customer, false)),
    );
    let choices: Vec<_> = choices
        .map(|(customer, checked)| choice(customer, checked))
        .collect();
    view! {
        <PageHeader title=messages::import_customers(l) lead=messages::import_lead(l) />
        <form class="card" method="get" action="/customers/import" autocomplete="off">
            <div class="tools" role="search">
                <input type="search" name="q" class="search" value=q aria-label=messages::search_customers(l) placeholder=messages::customer_name(l) dir="auto" />
                <button class="button">{messages::search(l)}</button>
            </div>
            <input type="hidden" name="next" value=next.clone() />
            {params}
            <FormSection title=messages::customers(l)>
                {nothing}
                <div class="pair">{choices}</div>
                {more}
            </FormSection>
            <div class="review">
                <span class="grow"></span>
                <a class="button" href=next.clone()>{messages::cancel(l)}</a>
                <button class="button main" formaction=back.to_owned()>{messages::import_chosen(l)}</button>
            </div>
        </form>
    }
    .into_any()
}
