//! `/customers/:id/contracts/new`, and `/contracts/:id` below.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::customers::{ClosePage, EditContractPage as Page};
use usher_types::{Contract, Field};

use super::api::{
    CloseContract, EditContract, close_contract_page, edit_contract_page, new_contract_page,
};
use super::{affected_people, list};
use crate::ui::{Hidden, PostForm, TextField, conflict_table, head, lang, load, loaded};
use crate::users::{draft_param, id_param};
use crate::{labels, messages};

/// The table of the contracts of a customer.
pub(super) fn table(contracts: Vec<(Contract, u32)>) -> AnyView {
    let l = lang();
    let rows = contracts.into_iter().map(|(contract, people)| {
        let (id, name) = (contract.id, contract.name);
        view! {
            <tr>
                <th scope="row" dir="auto">{name.clone()}</th>
                <td data-label=messages::config(l) data-priority="1"><bdi dir="auto">{contract.config}</bdi></td>
                <td data-label=messages::people(l) data-priority="2">{labels::people(l, people, false)}</td>
                <td>
                    <span class="row">
                        <a href=format!("/contracts/{id}/edit") aria-label=messages::edit_person(l, &name)>{messages::edit(l)}</a>
                        <a href=format!("/contracts/{id}/close") aria-label=messages::close_named(l, &name)>{messages::close(l)}</a>
                    </span>
                </td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{messages::contract(l)}</th>
                    <th scope="col">{messages::config(l)}</th>
                    <th scope="col">{messages::people(l)}</th>
                    <th scope="col"><span class="vh">{messages::actions(l)}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// `/customers/:id/contracts/new`.
#[component]
pub fn ContractNewPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    loaded(
        load(
            move || (id.get(), draft.get()),
            |(id, draft)| new_contract_page(id, draft),
        ),
        show,
    )
}

/// `/contracts/:id/edit`.
#[component]
pub fn ContractEditPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    loaded(
        load(
            move || (id.get(), draft.get()),
            |(id, draft)| edit_contract_page(id, draft),
        ),
        show,
    )
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let Page {
        form,
        customer: (customer, name),
        configs,
        conflict,
        refusal,
    } = page;
    let comparison = conflict_table(&form, conflict.as_ref(), |form| {
        vec![
            (labels::field(l, Field::UnitName), form.unit_name.clone()),
            (labels::field(l, Field::Config), form.config.clone()),
        ]
    });
    let (title, button) = if form.contract.is_empty() {
        (messages::add_contract(l), messages::create_contract(l))
    } else {
        (messages::edit_contract(l), messages::save_changes(l))
    };
    let configs = configs
        .into_iter()
        .map(|config| view! { <option value=config></option> })
        .collect_view();
    view! {
        {head(list(), title.clone(), None)}
        <PostForm action=EditContract::url() title refusal>
            {comparison}
            <Hidden name="contract" value=form.contract />
            <Hidden name="customer" value=customer.to_string() />
            <Hidden name="version" value=form.version />
            <Hidden name="key" value=form.key />
            <fieldset>
                <legend>{messages::contract(l)}</legend>
                <p class="quiet" dir="auto">{messages::contract_with(l, name)}</p>
                <TextField field=Field::UnitName value=form.unit_name hint=messages::contract_name_hint(l) required=true />
                <TextField field=Field::Config value=form.config hint=messages::config_name_hint(l) list="configs" required=true />
                <datalist id="configs">{configs}</datalist>
            </fieldset>
            <div class="review">
                <span class="grow"></span>
                <a class="button" href=format!("/customers/{customer}")>{messages::cancel(l)}</a>
                <button class="button main">{button}</button>
            </div>
        </PostForm>
    }
    .into_any()
}

/// `/contracts/:id/close`.
#[component]
pub fn ContractClosePage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| close_contract_page(id, draft),
    );
    loaded(
        page,
        |ClosePage {
             customer: (customer, name),
             contract,
             count,
             people,
             refusal,
             ..
         }| {
            let l = lang();
            let (id, name_of_contract) = contract
                .map(|contract| (contract.id.to_string(), contract.of(&name)))
                .unwrap_or_default();
            view! {
            {head(list(), messages::close_contract(l), None)}
            <PostForm action=CloseContract::url() title=messages::close_contract(l) refusal class="card confirm">
                <Hidden name="contract" value=id />
                <p class="lead">{messages::close_contract_lead(l, name_of_contract, labels::people(l, count, false))}</p>
                {affected_people(people, count)}
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=format!("/customers/{customer}")>{messages::keep_contract(l)}</a>
                    <button class="button danger main">{messages::close_contract(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
        },
    )
}
