//! Forms. Without wasm a form is a plain POST; with wasm it is also validated in the browser. An
//! error appears when the field loses the focus or the form is submitted, and disappears at the
//! keystroke that fixes it.

mod choices;
mod fields;
mod layout;
mod live;
mod named_row;
mod summary;
mod warnings;

pub use choices::{Choice, SingleName};
pub(super) use fields::bind_value;
pub use fields::{FieldError, Hidden, SelectField, TextArea, TextField};
pub(crate) use fields::{described_by, labelled};
pub use layout::{ConfirmForm, FieldGroup, FormSection, SubmitBar};
pub use live::{Check, LiveForm};
pub use named_row::NamedRowForm;
pub use warnings::OverrideWarnings;

use std::collections::BTreeMap;

use leptos::prelude::*;
use usher_types::{Field, Invalid, Problem, Refusal};

use self::summary::Summary;
use crate::messages;
use crate::ui::{lang, page_context};

/// The state that a form shares with its fields and its summary.
#[derive(Clone, Copy)]
pub struct FormState {
    pub(super) refusal: RwSignal<Option<Refusal>>,
    pub(super) blur_errors: RwSignal<Vec<(Field, Problem)>>,
    /// Callbacks that read an input, for inputs whose value the page uses before the form is sent.
    readers: StoredValue<BTreeMap<usize, Callback<()>>>,
}

impl FormState {
    pub(super) fn new(refusal: Option<Refusal>) -> Self {
        Self {
            refusal: RwSignal::new(refusal),
            blur_errors: RwSignal::new(Vec::new()),
            readers: StoredValue::new(BTreeMap::new()),
        }
    }

    /// Calls `reader` whenever the form may have changed, until the input is removed.
    pub(super) fn read_with(&self, reader: impl Fn() + Send + Sync + 'static) {
        let readers = self.readers;
        let place =
            readers.with_value(|readers| readers.last_key_value().map_or(0, |(last, _)| last + 1));
        readers.update_value(|readers| {
            readers.insert(place, Callback::new(move |()| reader()));
        });
        on_cleanup(move || {
            readers.try_update_value(|readers| readers.remove(&place));
        });
    }

    /// Reads the inputs, because a script or a password manager fills them in without an event.
    pub(super) fn read(&self) {
        for reader in self.readers.get_value().values() {
            reader.run(());
        }
    }

    /// The first problem of a field, found by the browser when the field lost the focus or else by
    /// the server.
    pub(super) fn problem(&self, field: Field) -> Option<Problem> {
        self.blur_errors
            .with(|blur_errors| {
                blur_errors
                    .iter()
                    .find(|(at, _)| *at == field)
                    .map(|(_, problem)| problem.clone())
            })
            .or_else(|| {
                self.refusal.with(|refusal| match refusal {
                    Some(Refusal::Invalid(invalid)) => invalid.at(field).cloned(),
                    _ => None,
                })
            })
    }

    /// The refusal that the form shows.
    pub fn refusal(&self) -> Option<Refusal> {
        self.refusal.get()
    }

    /// Whether the form was refused with errors and not only with warnings. The summary then gets
    /// the focus.
    pub(super) fn is_refused(&self) -> bool {
        self.refusal
            .with_untracked(|refusal| !matches!(refusal, None | Some(Refusal::Warned(_))))
    }

    /// Whether the field shows an error.
    pub fn has_problem(&self, field: Field) -> bool {
        self.problem(field).is_some()
    }

    pub(super) fn clear_fixed(&self, still: &Invalid, field: Field) {
        if still.at(field).is_some() {
            return;
        }
        self.blur_errors
            .update(|blur_errors| blur_errors.retain(|(at, _)| *at != field));
        self.refusal.update(|refusal| {
            if let Some(Refusal::Invalid(Invalid(fields))) = refusal {
                fields.retain(|(at, _)| *at != field);
                if fields.is_empty() {
                    *refusal = None;
                }
            }
        });
    }
}

/// The state of the form around this field.
///
/// # Panics
///
/// Outside a form, where a refusal of this field would be shown nowhere. So is a field whose
/// `view!` runs before that of its form.
pub fn use_form() -> FormState {
    expect_context::<FormState>()
}

/// A form that posts to a server function and works without wasm.
#[component]
pub fn PostForm(
    /// The server function's address.
    action: &'static str,
    /// The page's title, for `Error: …`.
    #[prop(into)]
    title: String,
    /// The refusal of the previous attempt, if there was one.
    #[prop(optional_no_strip)]
    refusal: Option<Refusal>,
    /// The CSS class of the form.
    #[prop(default = "card")]
    class: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let state = FormState::new(refusal);
    provide_context(state);
    let refused = state.is_refused();
    bind_title(state, title);
    view! {
        <div tabindex="-1" class="summary" autofocus=refused><Summary /></div>
        <form class=class method="post" action=action novalidate>
            <input type="hidden" name="organisation" value=organisation() />
            {children()}
        </form>
    }
    .into_any()
}

fn organisation() -> String {
    page_context()
        .me
        .map(|me| me.organisation.to_string())
        .unwrap_or_default()
}

/// Prefixes the page title while the form shows a problem, as GOV.UK recommends.
fn bind_title(state: FormState, title: String) {
    let l = lang();
    let now = move |refused: bool| {
        if refused {
            messages::error_title(l, &title)
        } else {
            title.clone()
        }
    };
    #[cfg(feature = "ssr")]
    // the component sets the title when it is created and renders nothing
    drop(view! { <leptos_meta::Title text=now(state.refusal.with_untracked(Option::is_some)) /> });
    #[cfg(not(feature = "ssr"))]
    Effect::new(move |_| {
        document().set_title(&crate::ui::titled(now(state.refusal.with(Option::is_some))))
    });
}
