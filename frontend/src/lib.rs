//! Makes the islands of a page live. Nothing else.
#![recursion_limit = "512"]

use leptos::prelude::window;
use leptos::server_fn::redirect::set_redirect_hook;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page once the wasm is there; after it the page makes its islands live one by one.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        usher_app::restore_islands();
    }));
    // where an act leads is loaded afresh: who one is, and what one may do, may just have changed
    let _ = set_redirect_hook(|to| {
        let _ = window().location().assign(to);
    });
    usher_app::snapshot_islands();
    leptos::mount::hydrate_islands();
}
