//! What was typed into a form and not sent yet: the browser asks before the page is left, and after Back or a reload it is there again.
//!
//! Invariant: it lies in the history entry of its page, so in this tab alone, and comes back only to the person who typed it.
//! Passwords and identity numbers are not kept there.

use std::time::Duration;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use serde::{Deserialize, Serialize};
use usher_types::Field;
use web_sys::{HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// Quiet time after the last change before it is kept.
const PAUSE: Duration = Duration::from_millis(250);

/// What differs from the form as the server sent it.
#[derive(Serialize, Deserialize)]
struct Changes {
    person: String,
    fields: Vec<Change>,
}

/// One control that holds something else than at first.
#[derive(Serialize, Deserialize, PartialEq)]
struct Change {
    name: String,
    value: String,
    /// Of a box or a radio button.
    checked: Option<bool>,
}

/// Why a page is left, as far as its form knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaving {
    /// It is not, or somebody forgot the form.
    Unsaid,
    /// The form is given up, or goes to another page that gives it back.
    OnPurpose,
    /// The form was sent.
    Sent,
}

/// The unsent changes of one form.
#[derive(Clone, Copy)]
pub(super) struct Unsent {
    form: NodeRef<html::Form>,
    leaving: StoredValue<Leaving>,
    pending: StoredValue<Option<TimeoutHandle>>,
}

impl Unsent {
    pub fn of(form: NodeRef<html::Form>) -> Self {
        Self { form, leaving: StoredValue::new(Leaving::Unsaid), pending: StoredValue::new(None) }
    }

    /// Puts back what was typed before the page was reloaded or come back to, and from now on asks before it is left.
    pub fn watch(self) {
        let Some(form) = self.form.get_untracked() else { return };
        let kept = window().history().ok().and_then(|history| history.state().ok()).and_then(|state| state.as_string());
        let kept = kept.and_then(|kept| serde_json::from_str::<Changes>(&kept).ok());
        if let Some(kept) = kept.filter(|kept| kept.person == person(&form)) {
            restore(&form, kept.fields);
        }
        window_event_listener(ev::beforeunload, move |event| {
            let Some(form) = self.form.get_untracked() else { return };
            self.write();
            if self.leaving.get_value() == Leaving::Unsaid && (holds_password(&form) || !changes(&form).is_empty()) {
                event.prevent_default();
            }
        });
    }

    /// Keeps the changes, once nothing was changed for a moment.
    pub fn keep(self) {
        if let Some(pending) = self.pending.get_value() {
            pending.clear();
        }
        self.pending.set_value(set_timeout_with_handle(move || self.write(), PAUSE).ok());
    }

    /// The page is left on purpose.
    pub fn leave(self) {
        self.leaving.set_value(Leaving::OnPurpose);
    }

    /// The form is on its way: what was typed is not kept any more.
    pub fn send(self) {
        self.leaving.set_value(Leaving::Sent);
    }

    /// The form was refused.
    pub fn stay(self) {
        self.leaving.set_value(Leaving::Unsaid);
    }

    /// Keeps what is changed now; nothing of a form that is on its way, whose page lives on until the answer comes.
    fn write(self) {
        if self.leaving.get_value() == Leaving::Sent {
            replace_state(&JsValue::NULL);
            return;
        }
        let Some(form) = self.form.get_untracked() else { return };
        let changes = Changes { person: person(&form), fields: changes(&form) };
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

/// A control of a form, as what it holds and held at first.
enum Control {
    Tick(HtmlInputElement),
    Text(HtmlInputElement),
    Lines(HtmlTextAreaElement),
    Choice(HtmlSelectElement),
}

impl Control {
    fn name(&self) -> String {
        match self {
            Self::Tick(input) | Self::Text(input) => input.name(),
            Self::Lines(area) => area.name(),
            Self::Choice(select) => select.name(),
        }
    }

    fn value(&self) -> String {
        match self {
            Self::Tick(input) | Self::Text(input) => input.value(),
            Self::Lines(area) => area.value(),
            Self::Choice(select) => select.value(),
        }
    }

    fn checked(&self) -> Option<bool> {
        match self {
            Self::Tick(input) => Some(input.checked()),
            _ => None,
        }
    }

    fn is_changed(&self) -> bool {
        match self {
            Self::Tick(input) => input.checked() != input.default_checked(),
            Self::Text(input) => input.value() != input.default_value(),
            Self::Lines(area) => area.default_value().is_ok_and(|at_first| area.value() != at_first),
            Self::Choice(select) => {
                let at_first = select.query_selector("option[selected]").ok().flatten();
                let at_first = at_first.or_else(|| select.query_selector("option").ok().flatten());
                at_first.and_then(|option| option.get_attribute("value")).unwrap_or_default() != select.value()
            }
        }
    }

    fn put(&self, change: &Change) {
        match self {
            Self::Tick(input) => input.set_checked(change.checked.unwrap_or_default()),
            Self::Text(input) => input.set_value(&change.value),
            Self::Lines(area) => area.set_value(&change.value),
            Self::Choice(select) => select.set_value(&change.value),
        }
    }
}

/// What can be typed or chosen and is no secret.
fn controls(form: &HtmlFormElement) -> Vec<Control> {
    let Ok(found) = form.query_selector_all("input[name]:not([type=hidden]), textarea[name], select[name]") else { return Vec::new() };
    let found = (0..found.length()).filter_map(|index| found.get(index)).filter_map(|node| {
        Some(match node.dyn_into::<HtmlInputElement>() {
            Ok(input) if matches!(input.type_().as_str(), "checkbox" | "radio") => Control::Tick(input),
            Ok(input) => Control::Text(input),
            Err(node) => match node.dyn_into::<HtmlTextAreaElement>() {
                Ok(area) => Control::Lines(area),
                Err(node) => Control::Choice(node.dyn_into().ok()?),
            },
        })
    });
    found.filter(|control| !is_secret(&control.name())).collect()
}

fn is_secret(name: &str) -> bool {
    name.contains("password") || name == Field::IdentityNumber.name()
}

/// Whether a new password was typed or generated. A current password that a password manager filled in does not count.
fn holds_password(form: &HtmlFormElement) -> bool {
    let Ok(found) = form.query_selector_all("input[autocomplete=new-password]") else { return false };
    let mut inputs = (0..found.length()).filter_map(|index| found.get(index)?.dyn_into::<HtmlInputElement>().ok());
    inputs.any(|input| !input.value().is_empty())
}

fn changes(form: &HtmlFormElement) -> Vec<Change> {
    let changed = controls(form).into_iter().filter(Control::is_changed);
    changed.map(|control| Change { name: control.name(), value: control.value(), checked: control.checked() }).collect()
}

/// A box is known by its name and value; of other controls each name stands once in a form of ours.
fn restore(form: &HtmlFormElement, kept: Vec<Change>) {
    for control in controls(form) {
        let (name, value, is_tick) = (control.name(), control.value(), control.checked().is_some());
        let change =
            kept.iter().find(|change| change.name == name && change.checked.is_some() == is_tick && (!is_tick || change.value == value));
        if let Some(change) = change {
            control.put(change);
        }
    }
}
