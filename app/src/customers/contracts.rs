//! `/customers/:id/contracts/new`, and `/contracts/:id` below.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::customers::{ClosePage, EditContractPage};
use usher_types::{Contract, Field};

use super::api::{
    CloseContract, EditContract, close_contract_page, edit_contract_page, new_contract_page,
};
use super::{affected_people, list};
use crate::ui::{
    Column, ConfirmForm, DataTable, Hidden, Link, NamedRowForm, PageHeader, TableRow, TextField,
    conflict_table, lang, load_with_draft, loaded, typed,
};
use crate::{labels, messages};

/// The table of the contracts of a customer.
pub(super) fn table(contracts: Vec<(Contract, u32)>) -> AnyView {
    let l = lang();
    let columns = [
        Column::new(messages::contract(l)),
        Column::new(messages::config(l)).first(),
        Column::new(messages::people(l)),
        Column::actions(),
    ];
    let rows = contracts.into_iter().map(|(contract, people)| {
        let (id, name) = (contract.id, contract.name);
        TableRow::new(typed(&name))
            .cell(typed(contract.config))
            .cell(labels::people(l, people, false))
            .cell(view! {
                <a href=format!("/contracts/{id}/edit") aria-label=messages::edit_person(l, &name)>{messages::edit(l)}</a>
                <a href=format!("/contracts/{id}/close") aria-label=messages::close_named(l, &name)>{messages::close(l)}</a>
            })
    });
    let rows = rows.collect();
    view! { <DataTable columns rows /> }.into_any()
}

/// `/customers/:id/contracts/new`.
#[component]
pub fn ContractNewPage() -> impl IntoView {
    loaded(load_with_draft(new_contract_page), edit)
}

/// `/contracts/:id/edit`.
#[component]
pub fn ContractEditPage() -> impl IntoView {
    loaded(load_with_draft(edit_contract_page), edit)
}

fn edit(page: EditContractPage) -> AnyView {
    let l = lang();
    let form = page.form;
    let comparison = conflict_table(&form, page.conflict.as_ref(), |form| {
        vec![
            (labels::field(l, Field::UnitName), form.unit_name.clone()),
            (labels::field(l, Field::Config), form.config.clone()),
        ]
    });
    let (customer, name) = page.customer;
    let configs = page
        .configs
        .into_iter()
        .map(|config| view! { <option value=config></option> })
        .collect_view();
    view! {
        <NamedRowForm
            action=EditContract::url() list=list() what=messages::contract(l) add=messages::add_contract(l)
            create=messages::create_contract(l) edit=messages::edit_contract(l) id_field="contract" id=form.contract
            version=form.version key=form.key comparison refusal=page.refusal back=format!("/customers/{customer}")
        >
            <Hidden name="customer" value=customer.to_string() />
            <p class="quiet" dir="auto">{messages::contract_with(l, name)}</p>
            <TextField field=Field::UnitName value=form.unit_name hint=messages::contract_name_hint(l) required=true />
            <TextField field=Field::Config value=form.config hint=messages::config_name_hint(l) list="configs" required=true />
            <datalist id="configs">{configs}</datalist>
        </NamedRowForm>
    }
    .into_any()
}

/// `/contracts/:id/close`.
#[component]
pub fn ContractClosePage() -> impl IntoView {
    loaded(load_with_draft(close_contract_page), close)
}

fn close(page: ClosePage) -> AnyView {
    let l = lang();
    let (customer, name) = page.customer;
    let (id, name) = page
        .contract
        .map(|contract| (contract.id.to_string(), contract.of(&name)))
        .unwrap_or_default();
    let title = messages::close_contract(l);
    let lead = messages::close_contract_lead(l, name, labels::people(l, page.count, false));
    let cancel = Link::new(format!("/customers/{customer}"), messages::keep_contract(l));
    view! {
        <PageHeader title=title.clone() crumbs=[list()] />
        <ConfirmForm action=CloseContract::url() title lead refusal=page.refusal cancel danger=true>
            <Hidden name="contract" value=id />
            {affected_people(page.people, page.count)}
        </ConfirmForm>
    }
    .into_any()
}
