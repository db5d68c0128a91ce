//! Unsent changes of a form. The browser asks before the user leaves the page, and Back or a reload
//! restores the changes.
//!
//! Invariant: the changes are stored in the history entry of the page, so only in this tab, and
//! only the person who typed them gets them back. Passwords and identity numbers are not stored.

use std::time::Duration;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use serde::{Deserialize, Serialize};
use usher_types::Field;
use web_sys::{HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// Time without a change before the changes are saved.
const SAVE_DELAY: Duration = Duration::from_millis(250);

/// The values that differ from the form as the server sent it.
#[derive(Serialize, Deserialize)]
struct Changes {
    person: String,
    fields: Vec<Change>,
}

/// A control whose value was changed.
#[derive(Serialize, Deserialize, PartialEq)]
struct Change {
    name: String,
    value: String,
    /// The state of a check box or radio button; `None` for other controls.
    checked: Option<bool>,
}

/// Why the user leaves the page, as far as the form knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaving {
    /// The user stays, or leaves without having sent the form.
    Unexpected,
    /// The user cancelled, or goes to a page that leads back to the form.
    Intended,
    /// The form was sent.
    Sent,
}

/// The unsent changes of one form.
#[derive(Clone, Copy)]
pub(super) struct UnsentChanges {
    form: NodeRef<html::Form>,
    leaving: StoredValue<Leaving>,
    pending: StoredValue<Option<TimeoutHandle>>,
}

impl UnsentChanges {
    pub fn new(form: NodeRef<html::Form>) -> Self {
        Self {
            form,
            leaving: StoredValue::new(Leaving::Unexpected),
            pending: StoredValue::new(None),
        }
    }

    /// Restores the saved changes, and from now on asks before the user leaves the page.
    pub fn restore_and_guard(self) {
        let Some(form) = self.form.get_untracked() else {
            return;
        };
        let saved = window()
            .history()
            .ok()
            .and_then(|history| history.state().ok())
            .and_then(|state| state.as_string());
        let saved = saved.and_then(|saved| serde_json::from_str::<Changes>(&saved).ok());
        if let Some(saved) = saved.filter(|saved| saved.person == person(&form)) {
            restore(&form, saved.fields);
        }
        window_event_listener(ev::beforeunload, move |event| {
            let Some(form) = self.form.get_untracked() else {
                return;
            };
            self.save();
            if self.leaving.get_value() == Leaving::Unexpected
                && (has_new_password(&form) || !changes(&form).is_empty())
            {
                event.prevent_default();
            }
        });
    }

    /// Saves the changes after `SAVE_DELAY`.
    pub fn save_later(self) {
        if let Some(pending) = self.pending.get_value() {
            pending.clear();
        }
        self.pending
            .set_value(set_timeout_with_handle(move || self.save(), SAVE_DELAY).ok());
    }

    /// The user leaves on purpose: do not ask.
    pub fn allow_leaving(self) {
        self.leaving.set_value(Leaving::Intended);
    }

    /// The form was sent: the saved changes are deleted when the page is left.
    pub fn mark_sent(self) {
        self.leaving.set_value(Leaving::Sent);
    }

    /// The form was refused: its changes are unsent again.
    pub fn mark_refused(self) {
        self.leaving.set_value(Leaving::Unexpected);
    }

    /// Saves the current changes. Once the form is sent it clears them instead, because a pending
    /// timer can still run until the answer comes.
    fn save(self) {
        if self.leaving.get_value() == Leaving::Sent {
            replace_state(&JsValue::NULL);
            return;
        }
        let Some(form) = self.form.get_untracked() else {
            return;
        };
        let changes = Changes {
            person: person(&form),
            fields: changes(&form),
        };
        if let Ok(text) = serde_json::to_string(&changes) {
            replace_state(&JsValue::from_str(&text));
        }
    }
}

fn replace_state(state: &JsValue) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(state, "", None);
    }
}

fn person(form: &HtmlFormElement) -> String {
    form.get_attribute("data-person").unwrap_or_default()
}

/// A control of a form, with its current and its initial value.
enum Control {
    Checkable(HtmlInputElement),
    Input(HtmlInputElement),
    TextArea(HtmlTextAreaElement),
    Select(HtmlSelectElement),
}

impl Control {
    fn name(&self) -> String {
        match self {
            Self::Checkable(input) | Self::Input(input) => input.name(),
            Self::TextArea(area) => area.name(),
            Self::Select(select) => select.name(),
        }
    }

    fn value(&self) -> String {
        match self {
            Self::Checkable(input) | Self::Input(input) => input.value(),
            Self::TextArea(area) => area.value(),
            Self::Select(select) => select.value(),
        }
    }

    fn checked(&self) -> Option<bool> {
        match self {
            Self::Checkable(input) => Some(input.checked()),
            _ => None,
        }
    }

    fn is_changed(&self) -> bool {
        match self {
            Self::Checkable(input) => input.checked() != input.default_checked(),
            Self::Input(input) => input.value() != input.default_value(),
            Self::TextArea(area) => area
                .default_value()
                .is_ok_and(|at_first| area.value() != at_first),
            Self::Select(select) => {
                let at_first = select.query_selector("option[selected]").ok().flatten();
                let at_first = at_first.or_else(|| select.query_selector("option").ok().flatten());
                at_first
                    .and_then(|option| option.get_attribute("value"))
                    .unwrap_or_default()
                    != select.value()
            }
        }
    }

    fn apply(&self, change: &Change) {
        match self {
            Self::Checkable(input) => input.set_checked(change.checked.unwrap_or_default()),
            Self::Input(input) => input.set_value(&change.value),
            Self::TextArea(area) => area.set_value(&change.value),
            Self::Select(select) => select.set_value(&change.value),
        }
    }
}

/// All controls of a form, without secrets.
fn controls(form: &HtmlFormElement) -> Vec<Control> {
    let Ok(found) =
        form.query_selector_all("input[name]:not([type=hidden]), textarea[name], select[name]")
    else {
        return Vec::new();
    };
    let found = (0..found.length())
        .filter_map(|index| found.get(index))
        .filter_map(|node| {
            Some(match node.dyn_into::<HtmlInputElement>() {
                Ok(input) if matches!(input.type_().as_str(), "checkbox" | "radio") => {
                    Control::Checkable(input)
                }
                Ok(input) => Control::Input(input),
                Err(node) => match node.dyn_into::<HtmlTextAreaElement>() {
                    Ok(area) => Control::TextArea(area),
                    Err(node) => Control::Select(node.dyn_into().ok()?),
                },
            })
        });
    found
        .filter(|control| !is_secret(&control.name()))
        .collect()
}

fn is_secret(name: &str) -> bool {
    name.contains("password") || name == Field::IdentityNumber.name()
}

/// Whether a new password was typed or generated. A current password that a password manager filled
/// in does not count.
fn has_new_password(form: &HtmlFormElement) -> bool {
    let Ok(found) = form.query_selector_all("input[autocomplete=new-password]") else {
        return false;
    };
    let mut inputs = (0..found.length())
        .filter_map(|index| found.get(index)?.dyn_into::<HtmlInputElement>().ok());
    inputs.any(|input| !input.value().is_empty())
}

fn changes(form: &HtmlFormElement) -> Vec<Change> {
    let changed = controls(form).into_iter().filter(Control::is_changed);
    changed
        .map(|control| Change {
            name: control.name(),
            value: control.value(),
            checked: control.checked(),
        })
        .collect()
}

/// Restores the controls. A check box is found by name and value, other controls by name, which is
/// unique in our forms.
fn restore(form: &HtmlFormElement, saved: Vec<Change>) {
    for control in controls(form) {
        let (name, value, is_checkable) =
            (control.name(), control.value(), control.checked().is_some());
        let change = saved.iter().find(|change| {
            change.name == name
                && change.checked.is_some() == is_checkable
                && (!is_checkable || change.value == value)
        });
        if let Some(change) = change {
            control.apply(change);
        }
    }
}
