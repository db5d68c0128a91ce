//! The form of an island: validated while the user types, and sent without a page load.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use leptos::ev;
use leptos::form::FromFormData;
use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::wasm_bindgen::JsCast;
use serde::de::DeserializeOwned;
use usher_types::{Field, Invalid, Refusal};
use web_sys::FormData;

use super::summary::Summary;
use super::{FormState, bind_title, organisation};
use crate::error::AppError;
use crate::ui::unsent::UnsentChanges;
use crate::ui::{hydration, page_context};

/// How often inputs are read, to notice values that a script or a password manager set without an
/// event.
const POLL_INTERVAL: Duration = Duration::from_millis(400);

/// The validation that the browser runs before it sends the form.
pub type Check<S> = Arc<dyn Fn(&S) -> Result<(), Invalid> + Send + Sync>;

/// The form of an island. Without wasm it is a plain POST. With wasm it is validated as the user
/// types, and sent without a page load.
#[component]
pub fn LiveForm<S>(
    /// The server function.
    action: ServerAction<S>,
    /// The page's title, for `Error: …`.
    #[prop(into)]
    title: String,
    /// The refusal of the previous attempt, if there was one.
    #[prop(optional_no_strip)]
    refusal: Option<Refusal>,
    /// The validation that runs in the browser, if the form has any.
    #[prop(optional, into)]
    check: Option<Check<S>>,
    /// The CSS class of the form.
    #[prop(default = "card")]
    class: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Output = (), Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
{
    let check = StoredValue::new(check);
    let validate = Callback::new(move |data: FormData| {
        let (check, typed) = (check.get_value()?, S::from_form_data(&data).ok()?);
        Some(check(&typed).err().unwrap_or_default())
    });
    let send = Callback::new(move |data: FormData| {
        S::from_form_data(&data)
            .map(|typed| action.dispatch(typed))
            .is_ok()
    });
    let form = FormHandlers::new(refusal, action.pending().into(), validate, send);
    Effect::new(move |_| {
        if let Some(Err(AppError(refusal))) = action.value().get() {
            form.on_refusal(refusal);
        }
    });
    form.view(S::url(), title, class, children)
}

/// What the event handlers of a form share. It is the same type for every server function, so that
/// the handlers are compiled once.
#[derive(Clone, Copy)]
struct FormHandlers {
    state: FormState,
    form: NodeRef<html::Form>,
    summary: NodeRef<html::Div>,
    /// The fields that have lost the focus.
    touched: StoredValue<BTreeSet<Field>>,
    press: MousePress,
    unsent: UnsentChanges,
    /// Whether the form was sent and is not answered yet.
    is_pending: Signal<bool>,
    /// The errors of the form. `None` if it is not validated in the browser.
    validate: Callback<FormData, Option<Invalid>>,
    /// Sends the form. `false` if it cannot be read.
    send: Callback<FormData, bool>,
}

impl FormHandlers {
    fn new(
        refusal: Option<Refusal>,
        is_pending: Signal<bool>,
        validate: Callback<FormData, Option<Invalid>>,
        send: Callback<FormData, bool>,
    ) -> Self {
        let form = NodeRef::new();
        Self {
            state: FormState::new(refusal),
            form,
            summary: NodeRef::new(),
            touched: StoredValue::new(BTreeSet::new()),
            press: MousePress::watch(),
            unsent: UnsentChanges::new(form),
            is_pending,
            validate,
            send,
        }
    }

    fn view(
        self,
        action: &'static str,
        title: String,
        class: &'static str,
        children: Children,
    ) -> AnyView {
        provide_context(self.state);
        Effect::new(move |_| self.start(action));
        let refused = self.state.is_refused();
        let busy = move || {
            if self.is_pending.get() {
                "true"
            } else {
                "false"
            }
        };
        bind_title(self.state, title);
        view! {
            <div node_ref=self.summary tabindex="-1" class="summary" autofocus=refused><Summary /></div>
            <form node_ref=self.form class=class method="post" action=action novalidate aria-busy=busy
                data-person=page_context().me.map(|me| me.user.to_string())
                on:submit=move |event| self.on_submit(&event) on:focusout=move |event| self.on_blur(&event)
                on:input=move |event| self.on_input(&event) on:change=move |event| self.on_input(&event)
                on:click=move |event| self.on_click(&event)
            >
                <input type="hidden" name="organisation" value=organisation() />
                {children()}
            </form>
        }
        .into_any()
    }

    /// Takes over the form once hydration has found its elements.
    fn start(self, action: &'static str) {
        let is_form = self
            .form
            .get()
            .is_some_and(|form| form.get_attribute("action").as_deref() == Some(action));
        let is_summary = self
            .summary
            .get()
            .is_some_and(|summary| summary.class_name() == "summary");
        if is_form && is_summary {
            self.unsent.restore_and_guard();
            self.state.read();
            hydration::mark_hydrated();
            set_interval(move || self.state.read(), POLL_INTERVAL);
        }
    }

    fn data(self) -> Option<FormData> {
        FormData::new_with_form(&self.form.get_untracked()?).ok()
    }

    fn errors(self) -> Option<Invalid> {
        self.validate.run(self.data()?)
    }

    /// Shows the errors of the fields that have lost the focus.
    fn on_blur(self, event: &ev::FocusEvent) {
        let (Some(field), Some(invalid)) = (field_of(event), self.errors()) else {
            return;
        };
        self.touched.update_value(|touched| {
            touched.insert(field);
        });
        let errors = self.touched.with_value(|touched| {
            invalid
                .0
                .iter()
                .filter(|(at, _)| touched.contains(at))
                .cloned()
                .collect::<Vec<_>>()
        });
        self.press
            .run_after(move || self.state.blur_errors.set(errors.clone()));
    }

    fn on_input(self, event: &ev::Event) {
        self.state.read();
        self.unsent.save_later();
        if let (Some(field), Some(invalid)) = (field_of(event), self.errors()) {
            self.state.clear_fixed(&invalid, field);
        }
    }

    fn on_submit(self, event: &ev::SubmitEvent) {
        let has_own_address = event
            .submitter()
            .is_some_and(|button| button.has_attribute("formaction"));
        // a button with its own address posts the form without validation, and after a panic in
        // the wasm the browser posts the form itself
        if has_own_address || hydration::has_failed() {
            self.unsent.allow_leaving();
            return;
        }
        event.prevent_default();
        self.press.cancel();
        self.state.read();
        if self.is_pending.get_untracked() {
            return;
        }
        if let Some(invalid) = self.errors()
            && !invalid.0.is_empty()
        {
            self.show(Refusal::Invalid(invalid));
            return;
        }
        // before the form is sent: the answer may already leave the page
        self.unsent.mark_sent();
        if !self.data().is_some_and(|data| self.send.run(data)) {
            self.unsent.mark_refused();
            self.show(Refusal::Stale);
        }
    }

    /// Lets the user leave by the Cancel link without being asked.
    fn on_click(self, event: &ev::MouseEvent) {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|target| matches!(target.closest(".review a"), Ok(Some(_)))) {
            self.unsent.allow_leaving();
        }
    }

    fn on_refusal(self, refusal: Refusal) {
        self.unsent.mark_refused();
        clear_current_password(self.form.get_untracked());
        self.show(refusal);
    }

    /// Shows a refusal, and moves the focus to the summary or the warnings.
    fn show(self, refusal: Refusal) {
        let warned = matches!(refusal, Refusal::Warned(_));
        self.state.blur_errors.set(Vec::new());
        self.state.refusal.set(Some(refusal));
        request_animation_frame(move || {
            let warnings = document()
                .get_element_by_id("warnings")
                .filter(|_| warned)
                .and_then(|heading| heading.dyn_into::<web_sys::HtmlElement>().ok());
            if let Some(warnings) = warnings {
                let _ = warnings.focus();
            } else if let Some(summary) = self.summary.get_untracked() {
                let _ = summary.focus();
            }
        });
    }
}

/// Whether a mouse button is pressed. An error that appears when a field loses the focus moves the
/// content below it, so it waits until the button is released: otherwise the click would hit
/// another element.
#[derive(Clone, Copy)]
struct MousePress {
    is_down: StoredValue<bool>,
    waiting: StoredValue<Option<Callback<()>>>,
}

impl MousePress {
    fn watch() -> Self {
        let press = Self {
            is_down: StoredValue::new(false),
            waiting: StoredValue::new(None),
        };
        window_event_listener(ev::mousedown, move |_| press.is_down.set_value(true));
        // the click comes right after the release, before any timer
        window_event_listener(ev::mouseup, move |_| {
            set_timeout(move || press.end(), Duration::ZERO)
        });
        // released outside the window
        window_event_listener(ev::keydown, move |_| press.end());
        press
    }

    /// Runs `action` as soon as no mouse button is pressed.
    fn run_after(self, action: impl Fn() + Send + Sync + 'static) {
        if self.is_down.get_value() {
            self.waiting
                .set_value(Some(Callback::new(move |()| action())));
        } else {
            action();
        }
    }

    fn cancel(self) {
        self.waiting.set_value(None);
    }

    fn end(self) {
        self.is_down.set_value(false);
        if let Some(action) = self.waiting.try_update_value(Option::take).flatten() {
            action.run(());
        }
    }
}

/// Clears the current password of a refused form. It is the only value that a refused form does not
/// keep.
fn clear_current_password(form: Option<web_sys::HtmlFormElement>) {
    let input = form.and_then(|form| {
        form.query_selector("input[name=current_password]")
            .ok()
            .flatten()
    });
    if let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok())
    {
        input.set_value("");
    }
}

fn field_of(event: &web_sys::Event) -> Option<Field> {
    let target = event.target()?;
    let name = target
        .dyn_ref::<web_sys::Element>()?
        .get_attribute("name")?;
    Field::from_name(name.trim_end_matches("[]"))
}
