//! The clients that an assistant is linked to, in the forms that assign the role (SV-05).

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use usher_types::clients::Linkable;
use usher_types::{ClientName, Field};

use super::api::linkable_clients;
use crate::ui::{Choice, FieldError, lang, use_form};
use crate::{labels, messages};

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
    let checked_ids = RwSignal::new(
        linkable
            .chosen
            .iter()
            .map(|client| client.id.to_string())
            .collect::<Vec<_>>(),
    );
    let shown = RwSignal::new((q.clone(), linkable));
    let (button, input) = (
        NodeRef::<html::Button>::new(),
        NodeRef::<html::Input>::new(),
    );
    let (requested, posts_plainly) = (StoredValue::new(String::new()), StoredValue::new(false));
    let search = move |event: ev::MouseEvent| {
        if posts_plainly.get_value() {
            return;
        }
        event.prevent_default();
        let q = input
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default();
        requested.set_value(q.clone());
        leptos::task::spawn_local(async move {
            let answer = linkable_clients(q.clone()).await;
            // a late response is ignored
            if requested.get_value() != q {
                return;
            }
            match answer {
                Ok(found) => shown.update(|(looked_for, linkable)| {
                    let is_ticked = |client: &ClientName| {
                        checked_ids.with_untracked(|checked_ids| {
                            checked_ids.contains(&client.id.to_string())
                        })
                    };
                    linkable.chosen.append(&mut linkable.found);
                    linkable.chosen.retain(is_ticked);
                    linkable.found = found
                        .into_iter()
                        .filter(|client| !is_ticked(client))
                        .collect();
                    *looked_for = q;
                }),
                Err(_) => {
                    // post the form, which then shows the refusal with everything that was typed
                    posts_plainly.set_value(true);
                    if let Some(button) = button.get_untracked() {
                        button.click();
                    }
                }
            }
        });
    };
    let on_keydown = move |event: ev::KeyboardEvent| {
        // Enter starts the search, and does not submit the form
        if let Some(button) = button.get_untracked().filter(|_| event.key() == "Enter") {
            event.prevent_default();
            button.click();
        }
    };
    let on_change = Callback::new(move |(id, on): (String, bool)| {
        checked_ids.update(|checked_ids| {
            checked_ids.retain(|one| *one != id);
            if on {
                checked_ids.push(id);
            }
        });
    });
    let status = move || {
        shown.with(
            |(q, Linkable { chosen, found, .. })| match (found.is_empty(), q.is_empty()) {
                (true, true) if chosen.is_empty() => messages::no_client_to_link(l),
                (true, false) => messages::no_client_found(l),
                (false, false) => {
                    messages::clients_found(l, labels::clients(l, found.len() as u32, false))
                }
                (_, true) => String::new(),
            },
        )
    };
    let choices = move || {
        let Linkable { chosen, found, .. } = shown.get().1;
        let choices = chosen
            .into_iter()
            .map(|client| (client, true))
            .chain(found.into_iter().map(|client| (client, false)));
        let choices = choices.map(|(client, checked)| {
            view! { <Choice kind="checkbox" name="linked_clients[]" value=client.id.to_string() title=client.name hint="" checked on_change /> }
        });
        choices.collect_view()
    };
    let choices = view! {
        <p class="quiet">{messages::linked_clients_why(l)}</p>
        <span class="message"><FieldError field=Field::LinkedClients /></span>
        <div class="row">
            <input type="search" name="client_q" class="search" value=q node_ref=input aria-label=messages::search_clients(l) placeholder=messages::search_clients_hint(l) dir="auto" on:keydown=on_keydown />
            <button class="button slim" formaction=search_action formnovalidate node_ref=button on:click=search>{messages::search(l)}</button>
        </div>
        <p class="quiet" role="status">{status}</p>
        <div class="pair" role="group" aria-label=messages::linked_clients(l)>{choices}</div>
    };
    let body = if folded {
        view! { <details class="optional" open=is_open><summary>{messages::choose_clients(l)}</summary>{choices}</details> }.into_any()
    } else {
        choices.into_any()
    };
    view! { <fieldset class="linked" id=Field::LinkedClients.name()><legend>{messages::linked_clients(l)}</legend>{body}</fieldset> }
        .into_any()
}
