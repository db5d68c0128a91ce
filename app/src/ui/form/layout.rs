//! The parts that a form is made of: sections, groups of inputs, and the bar with the buttons.

use leptos::prelude::*;
use usher_types::{Field, Refusal};

use super::{FieldError, PostForm, use_form};
use crate::labels;
use crate::ui::{Content, Link, lang};

/// A section of a form, with its heading.
#[component]
pub fn FormSection(
    /// The heading.
    #[prop(into)]
    title: String,
    /// The id of the section.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The CSS class of the section.
    #[prop(optional)]
    class: Option<&'static str>,
    /// The fields.
    children: Content,
) -> impl IntoView {
    view! {
        <fieldset id=id class=class>
            <legend>{title}</legend>
            {children.0}
        </fieldset>
    }
    .into_any()
}

/// A section whose inputs are one field, with its explanation and error message.
#[component]
pub fn FieldGroup(
    /// The field of the form.
    field: Field,
    /// The explanation of the group.
    #[prop(into)]
    why: String,
    /// The inputs.
    children: Content,
) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    view! {
        <fieldset id=field.name() class:wrong=move || state.has_problem(field)>
            <legend>{labels::field(l, field)}</legend>
            <p class="quiet">{why}</p>
            <span class="message"><FieldError field /></span>
            <div class="pair">{children.0}</div>
        </fieldset>
    }
    .into_any()
}

/// The last row of a form: what the form does, the link that leaves it, and the button that sends
/// it.
#[component]
pub fn SubmitBar(
    /// The label of the button.
    #[prop(into)]
    submit: String,
    /// The link that leaves the form.
    #[prop(optional_no_strip, into)]
    cancel: Option<Link>,
    /// Whether the button removes or ends something.
    #[prop(optional)]
    danger: bool,
    /// A note on the button, for people who see it; the text beside the buttons has it, too.
    #[prop(optional_no_strip)]
    badge: Option<String>,
    /// What the form does, beside the buttons.
    #[prop(optional)]
    children: Option<Content>,
) -> impl IntoView {
    let class = if danger {
        "button danger main"
    } else {
        "button main"
    };
    view! {
        <div class="review">
            <span class="grow">{children.map(|children| children.0)}</span>
            {cancel.map(|Link { to, label }| view! { <a class="button" href=to>{label}</a> })}
            <button class=class>{submit}{badge.map(|badge| view! { <span class="badge" aria-hidden="true">{badge}</span> })}</button>
        </div>
    }
    .into_any()
}

/// A form that confirms an action: what will happen, and the button that names the action.
#[component]
pub fn ConfirmForm(
    /// The server function's address.
    action: &'static str,
    /// The action: the page's title and the label of the button.
    #[prop(into)]
    title: String,
    /// The label of the button, if it is not the page's title.
    #[prop(optional, into)]
    submit: Option<String>,
    /// The refusal of the previous attempt, if there was one.
    #[prop(optional_no_strip)]
    refusal: Option<Refusal>,
    /// What will happen.
    #[prop(into)]
    lead: String,
    /// The link that leaves everything as it is.
    cancel: Link,
    /// Whether the action removes or ends something.
    #[prop(optional)]
    danger: bool,
    /// The hidden fields, the consequences, and the fields.
    children: Children,
) -> impl IntoView {
    let submit = submit.unwrap_or_else(|| title.clone());
    view! {
        <PostForm action title refusal class="card confirm">
            <p class="lead">{lead}</p>
            {children()}
            <SubmitBar submit cancel danger />
        </PostForm>
    }
    .into_any()
}
