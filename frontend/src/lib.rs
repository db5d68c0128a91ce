//! The entry point of the wasm: hydrates the islands of a page.
#![recursion_limit = "512"]

use leptos::prelude::window;
use leptos::server_fn::redirect::set_redirect_hook;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page when the wasm is loaded. The page then hydrates its islands one by one.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        usher_app::restore_islands();
    }));
    // a redirect is a full page load, because the user or their permissions may have changed
    let _ = set_redirect_hook(|to| {
        let _ = window().location().assign(to);
    });
    usher_app::snapshot_islands();
    leptos::mount::hydrate_islands();
}
