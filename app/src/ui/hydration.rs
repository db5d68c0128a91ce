//! Hydration of a page. The HTML from the server works by itself. If an island cannot be hydrated,
//! or panics later, the page falls back to that HTML, whose forms are plain POSTs.

use leptos::prelude::*;

/// Marks the page as hydrated, for the styles (`html[data-hydrated]`).
pub(super) fn mark_hydrated() {
    if let Some(root) = document().document_element()
        && !root.has_attribute("data-failed")
    {
        let _ = root.set_attribute("data-hydrated", "");
    }
}

#[cfg(feature = "hydrate")]
thread_local! {
    /// Each island with a copy of its HTML from before hydration.
    static SNAPSHOTS: std::cell::RefCell<Vec<(web_sys::Element, web_sys::Node)>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Copies the islands before hydration. From now on islands.js ignores changes, because the wasm
/// makes them.
#[cfg(feature = "hydrate")]
pub fn snapshot_islands() {
    use leptos::wasm_bindgen::JsCast;

    if let Ok(found) = document().query_selector_all("leptos-island") {
        let islands = (0..found.length())
            .filter_map(|index| found.get(index)?.dyn_into::<web_sys::Element>().ok());
        let snapshots = islands.filter_map(|island| {
            island
                .clone_node_with_deep(true)
                .ok()
                .map(|copy| (island, copy))
        });
        SNAPSHOTS.set(snapshots.collect());
    }
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrating", "");
    }
}

/// Falls back to the HTML from the server after a panic in the wasm. An island that panics during
/// hydration may have changed elements that it mistook for others, so its copy replaces it.
#[cfg(feature = "hydrate")]
pub fn restore_islands() {
    let Some(root) = document().document_element() else {
        return;
    };
    if !root.has_attribute("data-hydrated") {
        for (island, copy) in SNAPSHOTS.take() {
            let _ = island.replace_with_with_node_1(&copy);
        }
    }
    let _ = root.set_attribute("data-failed", "");
    let _ = root.remove_attribute("data-hydrated");
}

/// Whether the wasm has panicked. The browser then posts forms itself.
pub(super) fn has_failed() -> bool {
    document()
        .document_element()
        .is_some_and(|root| root.has_attribute("data-failed"))
}
