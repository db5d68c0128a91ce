//! Components that do not depend on any context of the product: forms, notices, icons, loading,
//! errors.

mod address;
mod chart;
mod details;
mod form;
mod header;
mod hydration;
mod list;
mod load;
mod notice;
mod page;
mod password;
mod table;
mod unsent;

pub(crate) use address::{draft_param, id_param, load_with_draft, path_param, query_params};
pub use chart::bars;
pub use details::{DescriptionList, Detail, moment_or_never, typed, typed_lines, typed_or_none};
pub use form::{
    Check, Choice, ConfirmForm, FieldError, FieldGroup, FormSection, Hidden, LiveForm,
    NamedRowForm, OverrideWarnings, PostForm, SelectField, SingleName, SubmitBar, TextArea,
    TextField, use_form,
};
pub(crate) use form::{described_by, labelled};
pub use header::{Card, Content, Link, PageBody, PageHeader, SideMenu, quiet_text};
#[cfg(feature = "hydrate")]
pub use hydration::{restore_islands, snapshot_islands};
pub use list::{EmptyList, EmptyState, Filters, ListPage, forward_pager, pager};
pub use load::{Loading, NotFound, load, loaded, loaded_or};
pub use notice::NoticeBanner;
pub use page::{Difference, conflict_table, differences_table};
pub use password::{ExistingPassword, NewPassword};
pub use table::{Column, DataTable, TableRow};

use leptos::prelude::*;
use usher_types::session::PageContext;
use usher_types::{Permission, When};

/// Provides the context that every page has before it loads any data.
pub fn provide_page_context() {
    provide_context(page_context_of_request());
    provide_context(notice::of_request());
}

/// The signed-in user, the language and the theme. In the browser an island only knows the language
/// of the page.
pub fn page_context() -> PageContext {
    use_context::<PageContext>().unwrap_or_else(page_context_of_request)
}

/// The language of the page.
pub fn lang() -> usher_types::Language {
    page_context().language
}

/// Whether the signed-in user has a permission that reaches beyond their own data.
pub fn may(permission: Permission) -> bool {
    page_context()
        .me
        .is_some_and(|me| me.grants.reaches_others(permission))
}

/// Appends the product name to the title of a page.
pub fn titled(title: String) -> String {
    if title.is_empty() {
        "Usher".to_owned()
    } else {
        format!("{title} · Usher")
    }
}

/// Loads the wasm that hydrates the islands of this page. A page without an island does not use it.
#[component]
pub fn Wasm() -> impl IntoView {
    let nonce = leptos::nonce::use_nonce();
    use_context::<LeptosOptions>().map(|options| {
        view! {
            <script nonce=nonce data-wasm="">{format!("{{{}}}", include_str!("islands.js"))}</script>
            <HydrationScripts options islands=true />
        }
    })
}

/// The script of the frame around every page, and the wasm that it loads on demand, in a template.
#[component]
pub fn FrameScript() -> impl IntoView {
    let nonce = leptos::nonce::use_nonce();
    view! {
        <template id="wasm"><Wasm /></template>
        <script nonce=nonce>{format!("{{{}}}", include_str!("frame.js"))}</script>
    }
    .into_any()
}

#[cfg(feature = "ssr")]
fn page_context_of_request() -> PageContext {
    crate::request::caller()
        .map(|caller| caller.page_context())
        .unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn page_context_of_request() -> PageContext {
    let language = document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"));
    let language = language
        .and_then(|code| usher_types::Language::from_code(&code))
        .unwrap_or_default();
    PageContext {
        language,
        ..PageContext::default()
    }
}

/// A decorative icon of the sprite, beside text.
#[component]
pub fn Icon(
    /// The id of the icon in `public/icons.svg`.
    id: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use_ href=format!("/icons.svg#{id}")></use_>
        </svg>
    }
    .into_any()
}

/// A date and time. The exact time in UTC is shown on hover.
#[component]
pub fn Moment(
    /// The time as the server formatted it.
    when: When,
) -> impl IntoView {
    view! { <time datetime=when.iso.clone() title=when.iso.clone()>{when.text}</time> }
}
