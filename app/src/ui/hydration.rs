//! Whether a page is live: what the server sent works by itself, and the wasm takes it over only as a whole. Where an island does not
//! come to life, or fails later, the page is again the plain one, whose forms are posts.

use leptos::prelude::*;

/// Says that the page is live, for the styles (`html[data-hydrated]`).
pub(super) fn mark_hydrated() {
    if let Some(root) = document().document_element()
        && !root.has_attribute("data-failed")
    {
        let _ = root.set_attribute("data-hydrated", "");
    }
}

#[cfg(feature = "hydrate")]
thread_local! {
    /// Each island with a copy of it as it was before it was taken over.
    static SNAPSHOTS: std::cell::RefCell<Vec<(web_sys::Element, web_sys::Node)>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Keeps the islands as they are, before the wasm takes them over. What changes from here on is ours (islands.js).
#[cfg(feature = "hydrate")]
pub fn snapshot_islands() {
    use leptos::wasm_bindgen::JsCast;

    if let Ok(found) = document().query_selector_all("leptos-island") {
        let islands = (0..found.length()).filter_map(|index| found.get(index)?.dyn_into::<web_sys::Element>().ok());
        let snapshots = islands.filter_map(|island| island.clone_node_with_deep(true).ok().map(|copy| (island, copy)));
        SNAPSHOTS.set(snapshots.collect());
    }
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrating", "");
    }
}

/// Gives the plain page back, once something in the wasm has panicked. An island that panics while it is taken over may have written into
/// elements that it took for others: it becomes again what it was.
#[cfg(feature = "hydrate")]
pub fn restore_islands() {
    let Some(root) = document().document_element() else { return };
    if !root.has_attribute("data-hydrated") {
        for (island, copy) in SNAPSHOTS.take() {
            let _ = island.replace_with_with_node_1(&copy);
        }
    }
    let _ = root.set_attribute("data-failed", "");
    let _ = root.remove_attribute("data-hydrated");
}

/// Whether something in the wasm has panicked, so that the browser is to post the form.
pub(super) fn has_failed() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-failed"))
}
