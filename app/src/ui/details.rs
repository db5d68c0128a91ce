//! The facts about a person or thing, each with its name.

use leptos::prelude::*;
use usher_types::When;

use super::{Content, Moment, lang};
use crate::messages;

/// Facts, each a [`Detail`].
#[component]
pub fn DescriptionList(
    /// The facts.
    children: Content,
) -> impl IntoView {
    view! { <dl>{children.0}</dl> }.into_any()
}

/// One fact.
#[component]
pub fn Detail(
    /// The name of the fact.
    #[prop(into)]
    term: String,
    /// The value.
    children: Content,
) -> impl IntoView {
    view! { <dt>{term}</dt><dd>{children.0}</dd> }.into_any()
}

/// A text that somebody typed: it may be written in the other direction.
pub fn typed(text: impl Into<String>) -> AnyView {
    view! { <bdi dir="auto">{text.into()}</bdi> }.into_any()
}

/// Like [`typed`]. An empty text is shown as not provided.
pub fn typed_or_none(text: &str) -> AnyView {
    if text.is_empty() {
        not_provided()
    } else {
        typed(text)
    }
}

/// A text of several lines. An empty text is shown as not provided.
pub fn typed_lines(text: &str) -> AnyView {
    if text.is_empty() {
        not_provided()
    } else {
        view! { <span class="typed" dir="auto">{text.to_owned()}</span> }.into_any()
    }
}

fn not_provided() -> AnyView {
    view! { <span class="quiet">{messages::not_provided(lang())}</span> }.into_any()
}

/// A time, or "never".
pub fn moment_or_never(when: Option<When>) -> AnyView {
    match when {
        Some(when) => view! { <Moment when /> }.into_any(),
        None => view! { <span class="quiet">{messages::never(lang())}</span> }.into_any(),
    }
}
