//! The clients that an assistant is linked to, in the forms that assign the role (SV-05).

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use usher_types::clients::Linkable;
use usher_types::{ClientName, Field};

use super::api::linkable_clients;
use crate::ui::{Choice, FieldError, lang, use_form};
use crate::{labels, messages};

/// The search for clients, and what is chosen.
#[derive(Clone, Copy)]
struct ClientSearch {
    /// What was searched for, the clients found, and those that were chosen before.
    shown: RwSignal<(String, Linkable)>,
    /// The ids of the clients that are checked now.
    checked_ids: RwSignal<Vec<String>>,
    /// What was searched for last. A response to an earlier search is ignored.
    requested: StoredValue<String>,
    /// Whether the button posts the form, because the search has failed.
    posts_plainly: StoredValue<bool>,
    button: NodeRef<html::Button>,
    input: NodeRef<html::Input>,
}

impl ClientSearch {
    fn new(q: String, linkable: Linkable) -> Self {
        let checked_ids = linkable
            .chosen
            .iter()
            .map(|client| client.id.to_string())
            .collect();
        Self {
            shown: RwSignal::new((q, linkable)),
            checked_ids: RwSignal::new(checked_ids),
            requested: StoredValue::new(String::new()),
            posts_plainly: StoredValue::new(false),
            button: NodeRef::new(),
            input: NodeRef::new(),
        }
    }

    fn search(self, event: &ev::MouseEvent) {
        if self.posts_plainly.get_value() {
            return;
        }
        event.prevent_default();
        let q = self
            .input
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default();
        self.requested.set_value(q.clone());
        leptos::task::spawn_local(async move {
            let answer = linkable_clients(q.clone()).await;
            if self.requested.get_value() != q {
                return;
            }
            match answer {
                Ok(found) => self.show(q, found),
                Err(_) => {
                    // post the form, which then shows the refusal with everything that was typed
                    self.posts_plainly.set_value(true);
                    self.press_button();
                }
            }
        });
    }

    /// Shows the clients found, after those that are checked.
    fn show(self, q: String, found: Vec<ClientName>) {
        let checked_ids = self.checked_ids.get_untracked();
        let is_checked = |client: &ClientName| checked_ids.contains(&client.id.to_string());
        self.shown.update(|(searched, linkable)| {
            linkable.chosen.append(&mut linkable.found);
            linkable.chosen.retain(is_checked);
            linkable.found = found
                .into_iter()
                .filter(|client| !is_checked(client))
                .collect();
            *searched = q;
        });
    }

    fn press_button(self) {
        if let Some(button) = self.button.get_untracked() {
            button.click();
        }
    }

    /// Starts the search on Enter, which would submit the form.
    fn on_keydown(self, event: &ev::KeyboardEvent) {
        if event.key() == "Enter" && self.button.get_untracked().is_some() {
            event.prevent_default();
            self.press_button();
        }
    }

    fn check(self, id: String, is_checked: bool) {
        self.checked_ids.update(|checked_ids| {
            checked_ids.retain(|one| *one != id);
            if is_checked {
                checked_ids.push(id);
            }
        });
    }

    /// What the search has found, for screen readers, too.
    fn status(self) -> String {
        let l = lang();
        self.shown.with(|(q, Linkable { chosen, found, .. })| {
            match (found.is_empty(), q.is_empty()) {
                (true, true) if chosen.is_empty() => messages::no_client_to_link(l),
                (true, false) => messages::no_client_found(l),
                (false, false) => {
                    messages::clients_found(l, labels::clients(l, found.len() as u32, false))
                }
                (_, true) => String::new(),
            }
        })
    }

    fn choices(self) -> AnyView {
        let Linkable { chosen, found, .. } = self.shown.get().1;
        let on_change =
            Callback::new(move |(id, is_checked): (String, bool)| self.check(id, is_checked));
        let choice = |client: ClientName, checked: bool| {
            view! { <Choice kind="checkbox" name="linked_clients[]" value=client.id.to_string() title=client.name hint="" checked on_change /> }
        };
        let chosen = chosen.into_iter().map(|client| choice(client, true));
        let found = found.into_iter().map(|client| choice(client, false));
        chosen.chain(found).collect_view().into_any()
    }
}

/// The chosen clients, the found clients, and a search. With wasm the results appear in place.
/// Without wasm the form is saved as a draft by the server function at `search_action`, and shown
/// again with the results.
#[component]
pub(crate) fn LinkedFields(
    /// The clients that can be chosen.
    linkable: Linkable,
    /// The words that were searched for.
    q: String,
    /// The address that the search is posted to without wasm.
    search_action: &'static str,
    /// Whether the section is collapsed initially, because another role may be assigned.
    #[prop(optional)]
    folded: bool,
) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    let is_begun = !folded || !q.is_empty() || !linkable.chosen.is_empty();
    let is_open = move || is_begun || state.has_problem(Field::LinkedClients);
    let search = ClientSearch::new(q.clone(), linkable);
    let choices = view! {
        <p class="quiet">{messages::linked_clients_why(l)}</p>
        <span class="message"><FieldError field=Field::LinkedClients /></span>
        <div class="row">
            <input
                type="search" name="client_q" class="search" value=q node_ref=search.input dir="auto"
                aria-label=messages::search_clients(l) placeholder=messages::search_clients_hint(l) on:keydown=move |event| search.on_keydown(&event)
            />
            <button class="button slim" formaction=search_action formnovalidate node_ref=search.button on:click=move |event| search.search(&event)>{messages::search(l)}</button>
        </div>
        <p class="quiet" role="status">{move || search.status()}</p>
        <div class="pair" role="group" aria-label=messages::linked_clients(l)>{move || search.choices()}</div>
    };
    let body = if folded {
        view! { <details class="optional" open=is_open><summary>{messages::choose_clients(l)}</summary>{choices}</details> }.into_any()
    } else {
        choices.into_any()
    };
    view! { <fieldset class="linked" id=Field::LinkedClients.name()><legend>{messages::linked_clients(l)}</legend>{body}</fieldset> }
        .into_any()
}
