//! The customers of a user, and the organisation config of one of their contracts (CP-13 to CP-16):
//! a section of the user forms, and the window that imports customers. Without wasm the button
//! opens `/customers/import` instead of the window.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use usher_types::customers::Found;
use usher_types::{ContractId, Customer, CustomerId, Field, Refusal};

use crate::customers::find_customers;
use crate::error::AppError;
use crate::ui::{FieldError, FormSection, described_by, labelled, lang, use_form};
use crate::{labels, messages};

/// Time without a keystroke before the search is sent.
const DEBOUNCE: Duration = Duration::from_millis(350);

/// The selection that the section and the window share.
#[derive(Clone, Copy)]
pub(super) struct CustomerSelection {
    /// The chosen customers.
    chosen: RwSignal<Vec<Customer>>,
    /// The id of the contract whose config is chosen, or empty.
    config: RwSignal<String>,
    /// The text that announces the last change to screen readers.
    announcement: RwSignal<String>,
    /// How many times the window was opened.
    opened: RwSignal<usize>,
    window: NodeRef<html::Dialog>,
    button: NodeRef<html::Button>,
    select: NodeRef<html::Select>,
}

impl CustomerSelection {
    /// The initial selection of the form.
    pub fn new(known: &[Customer], ticked: &[String], config: &str) -> Self {
        let chosen = known
            .iter()
            .filter(|customer| ticked.contains(&customer.id.to_string()))
            .cloned()
            .collect();
        Self {
            chosen: RwSignal::new(chosen),
            config: RwSignal::new(config.to_owned()),
            announcement: RwSignal::new(String::new()),
            opened: RwSignal::new(0),
            window: NodeRef::new(),
            button: NodeRef::new(),
            select: NodeRef::new(),
        }
    }

    /// The chosen customers, for the validation of the form.
    pub fn customers(&self) -> Vec<Customer> {
        self.chosen.get_untracked()
    }

    fn has(&self, id: CustomerId) -> bool {
        self.chosen
            .with(|chosen| chosen.iter().any(|one| one.id == id))
    }

    /// Adds customers to the chosen ones.
    pub fn add(&self, customers: impl IntoIterator<Item = Customer>) {
        self.chosen.update(|chosen| {
            for customer in customers {
                if !chosen.iter().any(|one| one.id == customer.id) {
                    chosen.push(customer);
                }
            }
        });
        self.sync_select();
    }

    /// Replaces the chosen customers.
    pub fn replace(&self, customers: &[Customer]) {
        self.chosen.set(customers.to_vec());
        self.drop_orphaned_config();
    }

    /// Chooses a config.
    pub fn choose(&self, config: &str) {
        self.config.set(config.to_owned());
        self.sync_select();
    }

    fn remove(&self, id: CustomerId) {
        let l = lang();
        let Some(gone) = self
            .customers()
            .into_iter()
            .find(|customer| customer.id == id)
        else {
            return;
        };
        self.chosen
            .update(|chosen| chosen.retain(|one| one.id != id));
        let dropped = self.drop_orphaned_config();
        let config = gone
            .contracts
            .iter()
            .find(|contract| dropped.is_some_and(|dropped| dropped == contract.id));
        self.announcement.set(match config {
            Some(contract) => messages::customer_removed_config(l, &gone.name, &contract.config),
            None => messages::customer_removed(l, &gone.name),
        });
    }

    /// Clears the config if it belongs to no chosen customer any more, and returns its contract.
    fn drop_orphaned_config(&self) -> Option<ContractId> {
        let contract = self.config.with_untracked(|config| config.parse().ok());
        let dropped = contract.filter(|contract| {
            self.chosen
                .with_untracked(|chosen| Customer::with_contract(chosen, *contract).is_none())
        });
        if dropped.is_some() {
            self.config.set(String::new());
        }
        self.sync_select();
        dropped
    }

    /// Selects the chosen config, once the options of the drop-down are updated.
    fn sync_select(&self) {
        let selection = *self;
        request_animation_frame(move || {
            if let Some(select) = selection.select.get_untracked() {
                select.set_value(&selection.config.get_untracked());
            }
        });
    }

    /// Moves the focus back to the button.
    fn focus_button(&self) {
        if let Some(button) = self.button.get_untracked() {
            let _ = button.focus();
        }
    }
}

/// The chosen customers, each with a check box that removes it, the import button, and the
/// drop-down of their configs.
#[component]
pub(super) fn CustomerFields(
    /// The selection.
    selection: CustomerSelection,
    /// The address that the button posts the form to without wasm.
    import_action: &'static str,
) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    let none = move || selection.chosen.with(Vec::is_empty);
    let open = move |event: leptos::ev::MouseEvent| {
        if let Some(window) = selection.window.get_untracked() {
            event.prevent_default();
            selection.opened.update(|opened| *opened += 1);
            let _ = window.show_modal();
        }
    };
    // take over what was chosen before the wasm was loaded
    Effect::new(move |_| {
        if let Some(select) = selection.select.get() {
            selection.config.set(select.value());
        }
    });
    let options = move || {
        let config = selection.config.get_untracked();
        let offered = selection.chosen.get().into_iter().flat_map(|customer| {
            let name = customer.name;
            customer
                .contracts
                .into_iter()
                .map(move |contract| (contract.id.to_string(), contract.of(&name)))
        });
        let options = offered.map(|(id, label)| {
            let selected = id == config;
            view! { <option value=id selected=selected dir="auto">{label}</option> }
        });
        options.collect_view()
    };
    let wrong = move || state.has_problem(Field::Config);
    let select = view! {
        <select
            node_ref=selection.select id="config" name="config" on:change=move |event| selection.config.set(event_target_value(&event))
            aria-invalid=move || wrong().then_some("true") aria-describedby=move || described_by(Field::Config, true, wrong())
        >
            <option value="">{messages::choose_config(l)}</option>
            {options}
        </select>
    };
    view! {
        <FormSection title=messages::customers(l)>
            <p class="quiet" hidden=move || !none()>{messages::no_customer_chosen(l)}</p>
            <ul class="lines" hidden=none>
                <For each=move || selection.chosen.get() key=|customer| customer.id let:customer>
                    <SelectedCustomer selection customer />
                </For>
            </ul>
            <span class="message" id="customers-says"><FieldError field=Field::Customers /></span>
            <p class="row">
                <button
                    node_ref=selection.button id="customers" class="button slim" formaction=import_action aria-haspopup="dialog" on:click=open
                    aria-describedby=move || described_by(Field::Customers, false, state.has_problem(Field::Customers))
                >
                    {messages::import_customers(l)}
                </button>
                <span class="quiet small without-wasm">{messages::make_new_role_hint(l)}</span>
            </p>
            <p class="quiet small" aria-live="polite">{move || selection.announcement.get()}</p>
            {labelled(Field::Config, labels::field(l, Field::Config), Some(messages::config_hint(l)), false, select.into_any())}
        </FormSection>
    }
    .into_any()
}

/// One chosen customer.
#[component]
fn SelectedCustomer(selection: CustomerSelection, customer: Customer) -> impl IntoView {
    let l = lang();
    let (id, name) = (customer.id, customer.name);
    let checkbox = NodeRef::<html::Input>::new();
    let hint = if customer.is_closed {
        messages::closed(l)
    } else {
        labels::contracts(l, customer.contracts.len() as u32)
    };
    // the customer may have been removed before the wasm was loaded
    Effect::new(move |_| {
        if checkbox.get().is_some_and(|checkbox| !checkbox.checked()) {
            selection.remove(id);
        }
    });
    let take = move |_| {
        if let Some(checkbox) = checkbox.get_untracked() {
            // a click, so that the form handles the change event
            checkbox.click();
        }
        selection.focus_button();
    };
    view! {
        <li>
            <label class="check">
                <input node_ref=checkbox type="checkbox" class="without-wasm" name="customers[]" value=id.to_string() checked=true on:change=move |_| selection.remove(id) />
                <span><b dir="auto">{name.clone()}</b><span class="hint">{hint}</span></span>
            </label>
            <button type="button" class="button slim needs-wasm" aria-label=messages::remove_member(l, name) on:click=take>{messages::remove(l)}</button>
        </li>
    }
    .into_any()
}

/// The search of the window, and what is picked in it.
#[derive(Clone, Copy)]
struct CustomerSearch {
    selection: CustomerSelection,
    q: RwSignal<String>,
    found: RwSignal<Option<Result<Found, Refusal>>>,
    picked: RwSignal<Vec<Customer>>,
    pending: StoredValue<Option<TimeoutHandle>>,
}

impl CustomerSearch {
    fn new(selection: CustomerSelection) -> Self {
        Self {
            selection,
            q: RwSignal::new(String::new()),
            found: RwSignal::new(None),
            picked: RwSignal::new(Vec::new()),
            pending: StoredValue::new(None),
        }
    }

    /// Starts again, when the window is opened.
    fn reset(self) {
        self.q.set(String::new());
        self.picked.set(Vec::new());
        self.ask();
    }

    fn ask(self) {
        let requested = self.q.get_untracked();
        leptos::task::spawn_local(async move {
            let answer = find_customers(requested.clone(), Vec::new())
                .await
                .map_err(|AppError(refusal)| refusal);
            // a late response is ignored
            if self.q.get_untracked() == requested {
                self.found.set(Some(answer));
            }
        });
    }

    fn on_input(self, event: &leptos::ev::Event) {
        self.q.set(event_target_value(event));
        if let Some(handle) = self.pending.get_value() {
            handle.clear();
        }
        self.pending
            .set_value(set_timeout_with_handle(move || self.ask(), DEBOUNCE).ok());
    }

    fn close(self) {
        if let Some(window) = self.selection.window.get_untracked() {
            window.close();
        }
    }

    /// Adds the picked customers to the form.
    fn import(self) {
        let picked = self.picked.get_untracked();
        self.close();
        if !picked.is_empty() {
            self.selection
                .announcement
                .set(messages::customers_imported(lang(), picked.len()));
            self.selection.add(picked);
        }
    }

    fn pick(self, customer: &Customer, is_picked: bool) {
        self.picked.update(|picked| {
            picked.retain(|one| one.id != customer.id);
            if is_picked {
                picked.push(customer.clone());
            }
        });
    }

    fn is_picked(self, id: CustomerId) -> bool {
        self.picked
            .with(|picked| picked.iter().any(|one| one.id == id))
    }

    fn results(self) -> Option<AnyView> {
        let customers = match self.found.get()? {
            Ok(found) => found.customers,
            Err(refusal) => {
                let text = labels::refusal(lang(), &refusal);
                return Some(view! { <p class="says">{text}</p> }.into_any());
            }
        };
        let rows = customers.into_iter().map(|customer| self.result(customer));
        Some(rows.collect_view().into_any())
    }

    fn result(self, customer: Customer) -> AnyView {
        let (id, name) = (customer.id, customer.name.clone());
        let hint = labels::contracts(lang(), customer.contracts.len() as u32);
        let has = move || self.selection.has(id);
        let is_on = move || has() || self.is_picked(id);
        let on_change = move |event| self.pick(&customer, event_target_checked(&event));
        view! {
            <label class="choice">
                <input type="checkbox" prop:checked=is_on disabled=has on:change=on_change />
                <span><b dir="auto">{name}</b><span class="quiet small">{hint}</span></span>
            </label>
        }
        .into_any()
    }

    /// Whether nothing or not everything was found, for screen readers, too.
    fn status(self) -> String {
        let l = lang();
        match self.found.get() {
            Some(Ok(found)) if found.customers.is_empty() => messages::no_customer_found_why(l),
            Some(Ok(found)) if found.more => messages::customers_cut(l),
            _ => String::new(),
        }
    }

    /// The names of the picked customers.
    fn picked_names(self) -> String {
        let names = self.picked.with(|picked| {
            picked
                .iter()
                .map(|customer| customer.name.clone())
                .collect::<Vec<_>>()
        });
        if names.is_empty() {
            String::new()
        } else {
            messages::selected(lang(), names.join(", "))
        }
    }
}

/// The window that imports customers. It is outside the form, so that Enter in its search does not
/// submit the form.
#[component]
pub(super) fn ImportCustomers(
    /// The selection.
    selection: CustomerSelection,
) -> impl IntoView {
    let l = lang();
    let search = CustomerSearch::new(selection);
    Effect::new(move |_| {
        if selection.opened.get() > 0 {
            search.reset();
        }
    });
    view! {
        <dialog node_ref=selection.window aria-labelledby="import" on:close=move |_| selection.focus_button()>
            <h2 id="import">{messages::import_customers(l)}</h2>
            <input
                type="search" autofocus autocomplete="off" aria-label=messages::search_customers(l) placeholder=messages::customer_name(l) dir="auto"
                prop:value=move || search.q.get() on:input=move |event| search.on_input(&event)
            />
            <div class="results" role="group" aria-label=messages::customers(l)>{move || search.results()}</div>
            <p class="quiet small" aria-live="polite">{move || search.status()}" "{move || search.picked_names()}</p>
            <div class="row">
                <button type="button" class="button main" on:click=move |_| search.import()>{messages::import_chosen(l)}</button>
                <button type="button" class="button" on:click=move |_| search.close()>{messages::cancel(l)}</button>
            </div>
        </dialog>
    }
    .into_any()
}
