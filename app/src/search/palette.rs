//! The palette: the search as a dialog on every page. It opens by the link in the bar or by Ctrl K
//! (`ui/frame.js`), which also loads the wasm, so a page without other islands loads none before. Until
//! the wasm is there, the dialog is the form of the search page.

use leptos::ev::KeyboardEvent;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use usher_types::search::Hit;

use super::api::find_everything;
use super::results::{MAX_LENGTH, by_group, content, group_label};
use crate::messages;
use crate::ui::{Icon, lang};

/// The link to the search in the bar, and the dialog that it opens.
#[component]
pub fn SearchLink() -> impl IntoView {
    let l = lang();
    view! {
        <a class="find" href="/search" aria-keyshortcuts="Control+K Meta+K">
            <Icon id="search" />
            <span>{messages::search_everything(l)}</span>
            <kbd aria-hidden="true">"Ctrl K"</kbd>
        </a>
        <Palette />
    }
    .into_any()
}

/// What a search answered.
#[derive(Clone, Default)]
struct Answer {
    /// The words that it answers.
    words: String,
    /// The results, or `None` if the search failed.
    hits: Option<Vec<Hit>>,
}

/// The dialog.
#[island]
pub fn Palette() -> impl IntoView {
    let l = lang();
    let dialog = NodeRef::<Dialog>::new();
    let input = NodeRef::<Input>::new();
    let answer = RwSignal::new(None::<Answer>);
    let active = RwSignal::new(0_usize);
    let is_asking = StoredValue::new(false);
    let typed = move || {
        input
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default()
    };
    let search = move || ask(typed, is_asking, answer, active);
    // opened before the wasm was there: answer what has been typed by now
    Effect::new(move |_| {
        if dialog.get().is_some_and(|dialog| dialog.open()) {
            search();
        }
    });
    let hits = move || {
        answer
            .get()
            .and_then(|answer| answer.hits)
            .unwrap_or_default()
    };
    let keydown = move |event: KeyboardEvent| press(&event, &typed(), answer, active);
    let status = move || match answer.get() {
        None => String::new(),
        Some(Answer { hits: None, .. }) => messages::search_failed(l),
        Some(Answer {
            hits: Some(hits), ..
        }) if hits.is_empty() => messages::nothing_found_for_words(l),
        Some(Answer {
            hits: Some(hits), ..
        }) => messages::results(l, hits.len()),
    };
    let is_silent = move || {
        answer
            .get()
            .is_none_or(|answer| answer.hits.is_some_and(|hits| !hits.is_empty()))
    };
    view! {
        <dialog class="palette" id="palette" node_ref=dialog aria-label=messages::search(l)>
            <form method="get" action="/search" role="search">
                <Icon id="search" />
                <input
                    type="text" name="q" node_ref=input maxlength=MAX_LENGTH dir="auto" autofocus=true
                    role="combobox" aria-autocomplete="list" aria-controls="palette-hits"
                    aria-expanded=move || if hits().is_empty() { "false" } else { "true" }
                    aria-activedescendant=move || (!hits().is_empty()).then(|| option_id(active.get()))
                    aria-label=messages::search_everything(l) placeholder=messages::search_everything_hint(l)
                    autocomplete="off" autocapitalize="off" spellcheck="false"
                    on:focus=move |_| search() on:input=move |_| search() on:keydown=keydown
                />
                <button type="button" class="button slim text" data-close="">{messages::close_search(l)}</button>
            </form>
            <div class="found" id="palette-hits" role="listbox" aria-label=messages::search_results(l)>
                {move || groups(hits(), active)}
            </div>
            <p class="quiet small" class:vh=is_silent role="status">{status}</p>
            <p class="keys" aria-hidden="true">
                <span><kbd>"↑"</kbd>" "<kbd>"↓"</kbd>" "{messages::key_move(l)}</span>
                <span><kbd>"↵"</kbd>" "{messages::key_open(l)}</span>
                <span><kbd>"Esc"</kbd>" "{messages::key_close(l)}</span>
            </p>
        </dialog>
    }
}

/// Moves through the results, and opens the one that is selected.
fn press(
    event: &KeyboardEvent,
    typed: &str,
    answer: RwSignal<Option<Answer>>,
    active: RwSignal<usize>,
) {
    if event.is_composing() {
        // Enter and the arrows choose among what an input method offers
        return;
    }
    let shown = answer.get_untracked();
    let hits = shown.as_ref().and_then(|answer| answer.hits.as_ref());
    let count = hits.map_or(0, Vec::len);
    let by = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => count.saturating_sub(1),
        "Enter" => {
            // results for other words may begin with another person
            let is_current = shown.as_ref().is_some_and(|answer| answer.words == typed);
            let hit = hits.and_then(|hits| hits.get(active.get_untracked()));
            if let Some(hit) = hit.filter(|_| is_current) {
                event.prevent_default();
                let _ = window().location().assign(&hit.to);
            }
            return;
        }
        _ => return,
    };
    event.prevent_default();
    if count > 0 {
        active.update(|at| *at = (*at + by) % count);
        show(active.get_untracked());
    }
}

/// Asks for the results of what is typed. One request is under way at a time; if something else was
/// typed while it was, the next one follows.
fn ask(
    typed: impl Fn() -> String + Copy + 'static,
    is_asking: StoredValue<bool>,
    answer: RwSignal<Option<Answer>>,
    active: RwSignal<usize>,
) {
    let is_answered = |words: &str| {
        answer.with_untracked(|answer| answer.as_ref().is_some_and(|answer| answer.words == words))
    };
    if is_asking.get_value() || is_answered(&typed()) {
        return;
    }
    is_asking.set_value(true);
    leptos::task::spawn_local(async move {
        loop {
            let words = typed();
            let hits = find_everything(words.clone()).await.ok();
            let failed = hits.is_none();
            active.set(0);
            answer.set(Some(Answer {
                words: words.clone(),
                hits,
            }));
            if failed || typed() == words {
                break;
            }
        }
        is_asking.set_value(false);
    });
}

/// The results as options, each a link.
fn groups(hits: Vec<Hit>, active: RwSignal<usize>) -> AnyView {
    let l = lang();
    let mut at = 0;
    let groups = by_group(hits).into_iter().enumerate().map(|(group_at, (group, hits))| {
        let heading = format!("palette-group-{group_at}");
        let options = hits.into_iter().map(|hit| {
            let here = at;
            at += 1;
            let (to, content) = (hit.to.clone(), content(hit));
            let selected = move || if active.get() == here { "true" } else { "false" };
            view! {
                <a role="option" id=option_id(here) href=to tabindex="-1" aria-selected=selected>{content}</a>
            }
        });
        let options = options.collect_view();
        let named = heading.clone();
        view! { <div role="group" aria-labelledby=named><h3 id=heading role="presentation">{group_label(l, group)}</h3>{options}</div> }
    });
    groups.collect_view().into_any()
}

fn option_id(at: usize) -> String {
    format!("palette-hit-{at}")
}

/// Scrolls an option into view.
fn show(at: usize) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    if let Some(option) = document().get_element_by_id(&option_id(at)) {
        option.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
