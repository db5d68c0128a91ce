//! The page that creates or edits a named row: an office, a team, a list, a customer, a contract or
//! a resource.

use leptos::prelude::*;
use usher_types::Refusal;

use super::{FormSection, Hidden, PostForm, SubmitBar};
use crate::messages;
use crate::ui::{Link, PageHeader, lang};

/// The page that creates or edits a named row. It creates one if `id` is empty.
#[component]
pub fn NamedRowForm(
    /// The server function's address.
    action: &'static str,
    /// The list of such rows.
    list: Link,
    /// What such a row is called: the heading of the section.
    what: String,
    /// The title of the page that creates a row.
    add: String,
    /// The label of the button that creates a row.
    create: String,
    /// The title of the page that edits a row.
    edit: String,
    /// The name of the hidden field for the id.
    id_field: &'static str,
    /// The id of the row.
    id: String,
    /// The version that the form was made from.
    version: String,
    /// The idempotency key of a new row.
    key: String,
    /// What somebody else saved in the meantime.
    comparison: Option<AnyView>,
    /// The refusal of the previous attempt, if there was one.
    refusal: Option<Refusal>,
    /// The page that the link beside the button opens. By default, that of the row, or the list if
    /// the row is new.
    #[prop(optional, into)]
    back: Option<String>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let l = lang();
    let (title, submit, shown_on) = if id.is_empty() {
        (add, create, list.to.clone())
    } else {
        let page = format!("{}/{id}", list.to);
        (edit, messages::save_changes(l), page)
    };
    let cancel = Link::new(back.unwrap_or(shown_on), messages::cancel(l));
    view! {
        <PageHeader title=title.clone() crumbs=[list] />
        <PostForm action title refusal>
            {comparison}
            <Hidden name=id_field value=id />
            <Hidden name="version" value=version />
            <Hidden name="key" value=key />
            <FormSection title=what>{children()}</FormSection>
            <SubmitBar submit cancel />
        </PostForm>
    }
    .into_any()
}
