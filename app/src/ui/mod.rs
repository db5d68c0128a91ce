//! Components that know no product word beyond labels handed to them: forms, notices, icons, loading, errors.

mod chart;
mod form;
mod live;
mod load;
mod notice;
mod page;
mod password;
mod unsent;

pub use chart::bars;
pub use form::{Check, Choice, Confirm, Hidden, LiveForm, PostForm, Says, SelectField, SingleName, TextArea, TextField, use_form};
pub(crate) use form::{described, labelled};
#[cfg(feature = "hydrate")]
pub use live::{fail, keep_plain};
pub use load::{Loading, NotFound, load, loaded, loaded_or};
pub use notice::NoticeBanner;
pub use page::{cursor, empty, filter, head, left_out, pager, versions};
pub use password::{NewPassword, OldPassword};

use leptos::prelude::*;
use usher_types::When;
use usher_types::session::PageContext;

/// Gives every page what it knows before it asks anything.
pub fn provide_visit() {
    provide_context(visit_of_request());
    provide_context(notice::of_request());
}

/// Who visits, in which language. In the browser an island knows the language alone: the page's.
pub fn visit() -> PageContext {
    use_context::<PageContext>().unwrap_or_else(visit_of_request)
}

/// The language of the page.
pub fn lang() -> usher_types::Language {
    visit().language
}

/// A page's title as the browser shows it.
pub fn titled(title: String) -> String {
    if title.is_empty() { "Usher".to_owned() } else { format!("{title} · Usher") }
}

/// Fetches the wasm that makes the islands of this page live. A page without an island carries none.
#[component]
pub fn Wasm() -> impl IntoView {
    let nonce = leptos::nonce::use_nonce();
    use_context::<LeptosOptions>().map(|options| {
        view! {
            <script nonce=nonce>{format!("{{{}}}", include_str!("watch.js"))}</script>
            <HydrationScripts options islands=true />
        }
    })
}

#[cfg(feature = "ssr")]
fn visit_of_request() -> PageContext {
    crate::request::caller().map(|caller| caller.visit()).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn visit_of_request() -> PageContext {
    let language = document().document_element().and_then(|root| root.get_attribute("lang"));
    let language = language.and_then(|code| usher_types::Language::from_code(&code)).unwrap_or_default();
    PageContext { language, ..PageContext::default() }
}

/// An icon of the sprite, beside words.
#[component]
pub fn Icon(
    /// Its id in `public/icons.svg`.
    id: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use_ href=format!("/icons.svg#{id}")></use_>
        </svg>
    }
    .into_any()
}

/// A moment; the exact one on hover, in UTC.
#[component]
pub fn Moment(
    /// As the server formatted it.
    when: When,
) -> impl IntoView {
    view! { <time datetime=when.iso.clone() title=when.iso.clone()>{when.text}</time> }
}
