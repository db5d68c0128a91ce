//! The clients an assistant is linked to, in the forms that give the role (SV-05).

use leptos::prelude::*;
use usher_types::Field;
use usher_types::clients::Linkable;

use crate::ui::{Choice, Says, lang, use_form};
use crate::words;

/// Those chosen, those found, and a search that comes back with everything typed. `find` is the address of the server function that
/// keeps the form and looks for the words.
#[component]
pub(crate) fn LinkedFields(
    /// What can be chosen.
    linkable: Linkable,
    /// What was looked for.
    q: String,
    /// Where the search is posted to.
    find: &'static str,
    /// Whether it is folded away until somebody wants it: where another role may be what is given.
    #[prop(optional)]
    folded: bool,
) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    let is_begun = !folded || !q.is_empty() || !linkable.chosen.is_empty();
    let is_open = move || is_begun || state.has_problem(Field::LinkedClients);
    let Linkable { chosen, found, .. } = linkable;
    let none = (chosen.is_empty() && found.is_empty()).then(|| {
        let why = if q.is_empty() { words::no_client_to_link(l) } else { words::no_client_found(l) };
        view! { <p class="quiet" role="status">{why}</p> }
    });
    let choices = chosen.into_iter().map(|client| (client, true)).chain(found.into_iter().map(|client| (client, false)));
    let choices = choices.map(|(client, checked)| {
        view! { <Choice kind="checkbox" name="linked_clients[]" value=client.id.to_string() title=client.name hint="" checked /> }
    });
    let choices = choices.collect_view();
    let search = NodeRef::<leptos::html::Button>::new();
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        // Enter looks for the words, and does not send the whole form
        if let Some(button) = search.get_untracked().filter(|_| event.key() == "Enter") {
            event.prevent_default();
            button.click();
        }
    };
    let choices = view! {
        <p class="quiet">{words::linked_clients_why(l)}</p>
        <span class="message"><Says field=Field::LinkedClients /></span>
        <div class="row">
            <input type="search" name="client_q" class="search" value=q aria-label=words::search_clients(l) placeholder=words::search_clients_hint(l) dir="auto" on:keydown=pressed />
            <button class="button slim" formaction=find formnovalidate node_ref=search>{words::search(l)}</button>
        </div>
        {none}
        <div class="pair" role="group" aria-label=words::linked_clients(l)>{choices}</div>
    };
    let body = if folded {
        view! { <details class="optional" open=is_open><summary>{words::choose_clients(l)}</summary>{choices}</details> }.into_any()
    } else {
        choices.into_any()
    };
    view! { <fieldset class="linked" id=Field::LinkedClients.name()><legend>{words::linked_clients(l)}</legend>{body}</fieldset> }
        .into_any()
}
