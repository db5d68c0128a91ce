//! The frame of a page: heading, links to the pages above it, and the menu of actions.

use leptos::children::ToChildren;
use leptos::prelude::*;
use leptos::tachys::view::RenderHtml;
use leptos_meta::Title;

use super::lang;
use crate::messages;

/// A link to another page.
#[derive(Clone)]
pub struct Link {
    /// The address.
    pub to: String,
    /// The text of the link.
    pub label: String,
}

impl Link {
    /// A link to `to`.
    pub fn new(to: impl Into<String>, label: String) -> Self {
        Self {
            to: to.into(),
            label,
        }
    }

    /// The link as the one filled button of a page.
    pub fn main_button(self) -> AnyView {
        view! { <a class="button main" href=self.to>{self.label}</a> }.into_any()
    }
}

/// What a component contains, rendered before the component itself. So it may borrow, unlike
/// [`Children`], which a form needs for its fields.
pub struct Content(pub(super) AnyView);

impl<F, C> ToChildren<F> for Content
where
    F: FnOnce() -> C,
    C: RenderHtml + Send + 'static,
{
    fn to_children(render: F) -> Self {
        Self(render().into_any())
    }
}

/// The heading of a page, which is also the title of the window. A form on the page replaces that
/// title while it shows an error.
#[component]
pub fn PageHeader(
    /// The heading.
    #[prop(into)]
    title: String,
    /// The title of the window, if it differs from the heading.
    #[prop(optional, into)]
    window_title: Option<String>,
    /// The pages above this one, outermost first.
    #[prop(optional, into)]
    crumbs: Vec<Link>,
    /// The initials of the person that the page is about.
    #[prop(optional_no_strip, into)]
    initials: Option<String>,
    /// A sentence about the page.
    #[prop(optional_no_strip, into)]
    lead: Option<String>,
    /// Other content below the heading, such as a status.
    #[prop(optional_no_strip)]
    below: Option<AnyView>,
    /// The action of the page, at the end of its line.
    #[prop(optional)]
    children: Option<Content>,
) -> impl IntoView {
    let crumbs = crumbs
        .into_iter()
        .map(|Link { to, label }| view! { <a href=to><bdi dir="auto">{label}</bdi></a> })
        .collect::<Vec<_>>();
    view! {
        <Title text=window_title.unwrap_or_else(|| title.clone()) />
        <div class="head">
            {initials.map(|initials| view! { <span class="face big" aria-hidden="true">{initials}</span> })}
            <div>
                {(!crumbs.is_empty()).then(|| view! { <p class="crumb">{crumbs}</p> })}
                <h1><bdi dir="auto">{title}</bdi></h1>
                {lead.map(|lead| view! { <p class="quiet" dir="auto">{lead}</p> })}
                {below}
            </div>
            {children.map(|children| children.0)}
        </div>
    }
    .into_any()
}

/// The menu of actions, beside the content of a page.
#[component]
pub fn SideMenu(
    /// The links.
    children: Content,
) -> impl IntoView {
    view! { <nav class="side" aria-label=messages::actions(lang())>{children.0}</nav> }.into_any()
}

/// The content of a page: cards below each other, beside the menu of actions if there is one.
#[component]
pub fn PageBody(
    /// The menu of actions.
    #[prop(optional_no_strip)]
    menu: Option<AnyView>,
    /// The cards.
    children: Content,
) -> impl IntoView {
    let cards = view! { <div class="stack">{children.0}</div> };
    match menu {
        Some(menu) => view! { <div class="two">{menu}{cards}</div> }.into_any(),
        None => cards.into_any(),
    }
}

/// A part of a page, with its heading.
#[component]
pub fn Card(
    /// The heading.
    #[prop(into)]
    title: String,
    /// The id of the card.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The content.
    children: Content,
) -> impl IntoView {
    view! { <section class="card" id=id><h2>{title}</h2>{children.0}</section> }.into_any()
}

/// A text in place of the content of a card.
pub fn quiet_text(text: String) -> AnyView {
    view! { <div class="body quiet">{text}</div> }.into_any()
}
