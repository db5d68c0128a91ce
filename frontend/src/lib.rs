//! hydrate(), then mark the document hydrated. Nothing else.
#![recursion_limit = "512"]

use leptos::prelude::{document, window};
use leptos::server_fn::redirect::set_redirect_hook;
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page the server rendered.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    // where an act leads is loaded afresh: who one is, and what one may do, may just have changed
    let _ = set_redirect_hook(|to| {
        let _ = window().location().assign(to);
    });
    leptos::mount::hydrate_body(usher_app::App);
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "");
    }
}
