//! Forms. Without wasm a form is a plain POST; with wasm it is also validated in the browser. An
//! error appears when the field loses the focus or the form is submitted, and disappears at the
//! keystroke that fixes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use leptos::ev;
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::wasm_bindgen::JsCast;
use serde::de::DeserializeOwned;
use usher_types::refusal::Taken;
use usher_types::{Field, Invalid, Problem, Refusal, Warning};

use crate::error::AppError;
use crate::ui::unsent::UnsentChanges;
use crate::ui::{hydration, lang, page_context};
use crate::{labels, messages};

/// How often inputs are read, to notice values that a script or a password manager set without an
/// event.
const POLL_INTERVAL: Duration = Duration::from_millis(400);

/// The state that a form shares with its fields and its summary.
#[derive(Clone, Copy)]
pub struct FormState {
    refusal: RwSignal<Option<Refusal>>,
    blur_errors: RwSignal<Vec<(Field, Problem)>>,
    /// Callbacks that read an input, for inputs whose value the page uses before the form is sent.
    readers: StoredValue<BTreeMap<usize, Callback<()>>>,
}

impl FormState {
    fn new(refusal: Option<Refusal>) -> Self {
        Self {
            refusal: RwSignal::new(refusal),
            blur_errors: RwSignal::new(Vec::new()),
            readers: StoredValue::new(BTreeMap::new()),
        }
    }

    /// Calls `reader` whenever the form may have changed, until the input is removed.
    fn read_with(&self, reader: impl Fn() + Send + Sync + 'static) {
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
    fn read(&self) {
        for reader in self.readers.get_value().values() {
            reader.run(());
        }
    }

    /// The first problem of a field, found by the browser when the field lost the focus or else by
    /// the server.
    fn problem(&self, field: Field) -> Option<Problem> {
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
    fn is_refused(&self) -> bool {
        self.refusal
            .with_untracked(|refusal| !matches!(refusal, None | Some(Refusal::Warned(_))))
    }

    /// Whether the field shows an error.
    pub fn has_problem(&self, field: Field) -> bool {
        self.problem(field).is_some()
    }

    fn clear_fixed(&self, still: &Invalid, field: Field) {
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

/// The validation that the browser runs before it sends the form.
pub type Check<S> = Arc<dyn Fn(&S) -> Result<(), Invalid> + Send + Sync>;

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
    let state = FormState::new(refusal);
    provide_context(state);
    let form = NodeRef::<leptos::html::Form>::new();
    let summary = NodeRef::<leptos::html::Div>::new();
    let touched = StoredValue::new(BTreeSet::<Field>::new());
    let press = MousePress::watch();
    let unsent = UnsentChanges::new(form);
    let checked = StoredValue::new(check);
    let validate = move || -> Option<Invalid> {
        let check = checked.get_value()?;
        let data = web_sys::FormData::new_with_form(&form.get_untracked()?).ok()?;
        S::from_form_data(&data)
            .ok()
            .map(|typed| check(&typed).err().unwrap_or_default())
    };
    let on_blur = move |event: ev::FocusEvent| {
        let (Some(field), Some(invalid)) = (field_of(&event), validate()) else {
            return;
        };
        touched.update_value(|touched| {
            touched.insert(field);
        });
        let errors = touched.with_value(|touched| {
            invalid
                .0
                .iter()
                .filter(|(at, _)| touched.contains(at))
                .cloned()
                .collect::<Vec<_>>()
        });
        press.run_after(move || state.blur_errors.set(errors.clone()));
    };
    let on_input = move |event: ev::Event| {
        state.read();
        unsent.save_later();
        if let (Some(field), Some(invalid)) = (field_of(&event), validate()) {
            state.clear_fixed(&invalid, field);
        }
    };
    let refuse = move |refusal: Refusal| {
        let warned = matches!(refusal, Refusal::Warned(_));
        state.blur_errors.set(Vec::new());
        state.refusal.set(Some(refusal));
        request_animation_frame(move || {
            let warnings = document()
                .get_element_by_id("warnings")
                .filter(|_| warned)
                .and_then(|heading| heading.dyn_into::<web_sys::HtmlElement>().ok());
            if let Some(warnings) = warnings {
                let _ = warnings.focus();
            } else if let Some(summary) = summary.get_untracked() {
                let _ = summary.focus();
            }
        });
    };
    let on_submit = move |event: ev::SubmitEvent| {
        if event
            .submitter()
            .is_some_and(|button| button.has_attribute("formaction"))
        {
            // a button with its own address posts the form without validation
            unsent.allow_leaving();
            return;
        }
        if hydration::has_failed() {
            // after a panic in the wasm the browser posts the form itself
            unsent.allow_leaving();
            return;
        }
        event.prevent_default();
        press.cancel();
        state.read();
        if action.pending().get_untracked() {
            return;
        }
        if let Some(invalid) = validate()
            && !invalid.0.is_empty()
        {
            refuse(Refusal::Invalid(invalid));
            return;
        }
        let data = form
            .get_untracked()
            .and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        match data.map(|data| S::from_form_data(&data)) {
            Some(Ok(typed)) => {
                unsent.mark_sent();
                action.dispatch(typed);
            }
            _ => refuse(Refusal::Stale),
        }
    };
    let on_click = move |event: ev::MouseEvent| {
        // Cancel leaves the page on purpose: the browser must not ask
        let on = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if on
            .and_then(|on| on.closest(".review a").ok().flatten())
            .is_some()
        {
            unsent.allow_leaving();
        }
    };
    Effect::new(move |_| {
        if let Some(Err(AppError(refusal))) = action.value().get() {
            unsent.mark_refused();
            clear_current_password(form.get_untracked());
            refuse(refusal);
        }
    });
    Effect::new(move |_| {
        let is_form = form
            .get()
            .is_some_and(|form| form.get_attribute("action").as_deref() == Some(S::url()));
        let is_summary = summary
            .get()
            .is_some_and(|summary| summary.class_name() == "summary");
        if is_form && is_summary {
            unsent.restore_and_guard();
            state.read();
            hydration::mark_hydrated();
            set_interval(move || state.read(), POLL_INTERVAL);
        }
    });
    let refused = state.is_refused();
    let busy = move || {
        if action.pending().get() {
            "true"
        } else {
            "false"
        }
    };
    bind_title(state, title);
    view! {
        <div node_ref=summary tabindex="-1" class="summary" autofocus=refused><Summary /></div>
        <form node_ref=form class=class method="post" action=S::url() novalidate aria-busy=busy
            data-person=page_context().me.map(|me| me.user.to_string())
            on:submit=on_submit on:focusout=on_blur on:input=on_input on:change=on_input on:click=on_click
        >
            <input type="hidden" name="organisation" value=organisation() />
            {children()}
        </form>
    }
    .into_any()
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

/// Follows a link of the summary: scrolls to the label and focuses the field. The browser alone
/// would only scroll.
fn focus_field(event: &ev::MouseEvent, field: Field) {
    let Some(target) = document().get_element_by_id(field.name()) else {
        return;
    };
    event.prevent_default();
    let input = target
        .query_selector("input, select, textarea")
        .ok()
        .flatten()
        .unwrap_or(target);
    if let Ok(Some(label)) = document().query_selector(&format!("label[for='{}']", field.name())) {
        label.scroll_into_view();
    }
    if let Some(input) = input.dyn_ref::<web_sys::HtmlElement>() {
        let _ = input.focus();
    }
}

/// The problems that the summary lists: for each field the one shown beside it now, and those found
/// since the form was refused.
fn summary(
    refused: Vec<(Field, Problem)>,
    blur_errors: Vec<(Field, Problem)>,
) -> Vec<(Field, Problem)> {
    let mut lines: Vec<(Field, Problem)> = Vec::with_capacity(refused.len() + blur_errors.len());
    for (field, problem) in refused {
        let now = blur_errors
            .iter()
            .find(|(at, _)| *at == field)
            .map_or(problem, |(_, now)| now.clone());
        if !lines.contains(&(field, now.clone())) {
            lines.push((field, now));
        }
    }
    let since: Vec<_> = blur_errors
        .into_iter()
        .filter(|(field, _)| lines.iter().all(|(at, _)| at != field))
        .collect();
    lines.extend(since);
    lines
}

/// The error summary at the top of a form, with a link to each field.
#[component]
fn Summary() -> impl IntoView {
    let (l, state) = (lang(), use_form());
    move || {
        state.refusal.get().map(|refusal| match refusal {
            Refusal::Invalid(Invalid(fields)) => {
                let lines = summary(fields, state.blur_errors.get()).into_iter().map(|(field, problem)| {
                    let text = labels::problem(l, field, &problem);
                    if field == Field::Form {
                        view! { <li>{text}</li> }.into_any()
                    } else {
                        view! { <li><a href=format!("#{}", field.name()) on:click=move |event| focus_field(&event, field)>{text}</a></li> }
                            .into_any()
                    }
                });
                let lines = lines.collect_view();
                view! { <div class="notice bad" role="alert"><h2>{messages::problem(l)}</h2><ul>{lines}</ul></div> }.into_any()
            }
            Refusal::Warned(_) => ().into_any(),
            refusal => {
                let again =
                    (refusal == Refusal::SignIn).then(|| view! { <p><a href="/sign-in" target="_blank">{messages::sign_in(l)}</a></p> });
                let back = (refusal == Refusal::OtherOrganisation)
                    .then(|| view! { <p><a href="/profile/accounts" target="_blank">{messages::your_organisations(l)}</a></p> });
                let on = labels::recovery_link(l, &refusal).map(|(to, label)| view! { <p><a href=to>{label}</a></p> });
                view! {
                    <div class="notice bad" role="alert"><h2>{messages::problem(l)}</h2><p>{labels::refusal(l, &refusal)}</p>{again}{back}{on}</div>
                }
                .into_any()
            }
        })
    }
}

/// A hidden field.
#[component]
pub fn Hidden(
    /// The name of the input.
    name: &'static str,
    /// The value of the input.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}

/// The error message under a field. The caller's element has the id.
#[component]
pub fn FieldError(field: Field) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    move || {
        state.problem(field).map(|problem| {
            let text = labels::problem(l, field, &problem);
            view! { <span class="says">{text}{taken_links(l, &problem)}</span> }
        })
    }
}

/// A link to the account that has the name or address, or suggestions that are free (S6).
fn taken_links(l: usher_types::Language, problem: &Problem) -> Option<AnyView> {
    let (Problem::NameTaken(taken) | Problem::EmailTaken(taken)) = problem else {
        return None;
    };
    let (user, free, restore) = match taken {
        Taken::Here { user } => (*user, Vec::new(), false),
        Taken::Bank { user, free } => (*user, free.clone(), true),
        Taken::Elsewhere { free } => (None, free.clone(), false),
    };
    let label = if restore {
        messages::restore_user(l)
    } else {
        messages::open_account(l)
    };
    let link = user.map(|user| view! { " " <a href=format!("/users/{user}")>{label}</a> });
    let free = (!free.is_empty()).then(|| format!(" · {}: {}", messages::free(l), free.join(", ")));
    Some(view! { {link}{free} }.into_any())
}

/// The value of `aria-describedby`: the ids of the hint and, while the field has an error, of its
/// message.
pub(crate) fn described_by(field: Field, has_hint: bool, wrong: bool) -> Option<String> {
    let name = field.name();
    match (has_hint, wrong) {
        (true, true) => Some(format!("{name}-hint {name}-says")),
        (true, false) => Some(format!("{name}-hint")),
        (false, true) => Some(format!("{name}-says")),
        (false, false) => None,
    }
}

/// Binds an input and a signal in both directions. Text that was typed before the wasm was loaded
/// is kept.
pub(super) fn bind_value(live: RwSignal<String>) -> NodeRef<leptos::html::Input> {
    let input = NodeRef::<leptos::html::Input>::new();
    // the value of the input when it was last read; another value was typed since
    let seen = StoredValue::new(None::<String>);
    let read = move || {
        let Some(input) = input.get_untracked() else {
            return;
        };
        let typed = input.value();
        if seen.with_value(|seen| seen.as_ref() != Some(&typed)) {
            seen.set_value(Some(typed.clone()));
            if live.with_untracked(|live| *live != typed) {
                live.set(typed);
            }
        }
    };
    use_form().read_with(read);
    Effect::new(move |_| {
        let text = live.get();
        let Some(input) = input.get() else { return };
        read();
        if live.with_untracked(|live| *live == text) && input.value() != text {
            input.set_value(&text);
            seen.set_value(Some(text));
        }
    });
    input
}

/// A text field with its label, hint, and message.
#[component]
pub fn TextField(
    /// The field of the form.
    field: Field,
    /// The initial value.
    #[prop(into)]
    value: String,
    /// A signal that is bound to the input, if the page uses the value.
    #[prop(optional)]
    live: Option<RwSignal<String>>,
    /// A label that replaces the label of the field.
    #[prop(optional, into)]
    label: Option<String>,
    /// A hint under the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether the field is required.
    #[prop(optional)]
    required: bool,
    /// The `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// The `autocomplete` token of the input (WCAG 1.3.5).
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The id of a `datalist` with suggestions.
    #[prop(optional)]
    list: Option<&'static str>,
    /// Content below the input.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (l, state, name) = (lang(), use_form(), field.name());
    let wrong = move || state.has_problem(field);
    let has_hint = hint.is_some();
    let input = match live {
        Some(live) => view! {
            <input
                node_ref=bind_value(live)
                id=name name=name type=kind value=value dir="auto" autocomplete=autocomplete autocapitalize="off" spellcheck="false"
                required=required aria-invalid=move || wrong().then_some("true") aria-describedby=move || described_by(field, has_hint, wrong())
            />
        }
        .into_any(),
        None => view! {
            <input
                id=name name=name type=kind value=value dir="auto" autocomplete=autocomplete list=list spellcheck="false"
                required=required aria-invalid=move || wrong().then_some("true") aria-describedby=move || described_by(field, has_hint, wrong())
            />
        }
        .into_any(),
    };
    let input = match children {
        Some(children) => view! { {input}{children()} }.into_any(),
        None => input,
    };
    labelled(
        field,
        label.unwrap_or_else(|| labels::field(l, field)),
        hint,
        required,
        input,
    )
}

/// A drop-down list.
#[component]
pub fn SelectField(
    /// The field of the form.
    field: Field,
    /// The initial value.
    #[prop(into)]
    value: String,
    /// The label of the empty option.
    #[prop(into)]
    nothing: String,
    /// The options, each as value and label.
    options: Vec<(String, String)>,
    /// A label that replaces the label of the field.
    #[prop(optional, into)]
    label: Option<String>,
    /// A hint under the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether the field is required.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let (l, state, name) = (lang(), use_form(), field.name());
    let wrong = move || state.has_problem(field);
    let has_hint = hint.is_some();
    let options = options.into_iter().map(|(code, label)| {
        let selected = code == value;
        // each language is named in that language (WCAG 3.1.2)
        let lang = (field == Field::Language).then(|| code.clone());
        view! { <option value=code selected=selected lang=lang dir="auto">{label}</option> }
    });
    let options = options.collect_view();
    let select = view! {
        <select
            id=name name=name required=required
            aria-invalid=move || wrong().then_some("true") aria-describedby=move || described_by(field, has_hint, wrong())
        >
            <option value="" selected=value.is_empty()>{nothing}</option>
            {options}
        </select>
    };
    labelled(
        field,
        label.unwrap_or_else(|| labels::field(l, field)),
        hint,
        required,
        select.into_any(),
    )
}

/// A field of several lines. It escapes its content, because Leptos 0.8 does not.
#[component]
pub fn TextArea(
    /// The field of the form.
    field: Field,
    /// The initial value.
    #[prop(into)]
    value: String,
    /// A label that replaces the label of the field.
    #[prop(optional, into)]
    label: Option<String>,
    /// A hint under the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether the field is required.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let (l, state, name) = (lang(), use_form(), field.name());
    let wrong = move || state.has_problem(field);
    let has_hint = hint.is_some();
    let area = view! {
        <textarea
            id=name name=name rows="3" dir="auto" required=required
            aria-invalid=move || wrong().then_some("true") aria-describedby=move || described_by(field, has_hint, wrong())
            prop:value=value.clone()
        >{escaped(&value)}</textarea>
    };
    labelled(
        field,
        label.unwrap_or_else(|| labels::field(l, field)),
        hint,
        required,
        area.into_any(),
    )
}

/// Wraps an input with its label, hint and error message.
pub(crate) fn labelled(
    field: Field,
    label: String,
    hint: Option<String>,
    required: bool,
    input: AnyView,
) -> AnyView {
    let (l, state, name) = (lang(), use_form(), field.name());
    view! {
        <div class="field" class:wrong=move || state.has_problem(field)>
            <label for=name>{label}{required.then(|| view! { " " <span class="must">{messages::required(l)}</span> })}</label>
            {hint.map(|hint| view! { <span class="hint" id=format!("{name}-hint")>{hint}</span> })}
            {input}
            <span class="message" id=format!("{name}-says")><FieldError field /></span>
        </div>
    }
    .into_any()
}

/// Escapes the content of a text area on the server. In the browser the content is set as text.
fn escaped(text: &str) -> String {
    if cfg!(feature = "ssr") {
        text.replace('&', "&amp;").replace('<', "&lt;")
    } else {
        text.to_owned()
    }
}

/// The check box for a person who has only one name (CP-09).
#[component]
pub fn SingleName(
    /// The posted value, empty if the box is not checked.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name="single_name" value="on" checked=!value.is_empty() />
            <span>{messages::single_name(lang())}</span>
        </label>
    }
}

/// A radio button or check box, shown as a card.
#[component]
pub fn Choice(
    /// `radio` or `checkbox`.
    kind: &'static str,
    /// The name of the input.
    name: &'static str,
    /// The value of the input.
    #[prop(into)]
    value: String,
    /// The title of the card.
    #[prop(into)]
    title: String,
    /// A hint below the title.
    #[prop(into)]
    hint: String,
    /// Whether it is checked initially.
    checked: bool,
    /// Whether the input is disabled.
    #[prop(optional)]
    locked: bool,
    /// Called with the value and the new state when the input changes.
    #[prop(optional)]
    on_change: Option<Callback<(String, bool)>>,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    if let Some(on_change) = on_change {
        let (own, seen) = (value.clone(), StoredValue::new(checked));
        let read = move || {
            let Some(now) = input.get_untracked().map(|input| input.checked()) else {
                return;
            };
            if now != seen.get_value() {
                seen.set_value(now);
                // of a radio group only the button that is now checked reports the change
                if now || kind != "radio" {
                    on_change.run((own.clone(), now));
                }
            }
        };
        use_form().read_with(read.clone());
        // the user may have chosen before the wasm was loaded
        Effect::new(move |_| {
            input.track();
            read();
        });
    }
    view! {
        <label class="choice">
            <input node_ref=input type=kind name=name value=value checked=checked disabled=locked />
            <span><b>{title}</b><span class="quiet small">{hint}</span></span>
        </label>
    }
    .into_any()
}

/// The box with the warnings, the check box that overrides them, and the reason (S8).
#[component]
pub fn OverrideWarnings(
    /// The reason that was typed before. `None` if the form has another field for it.
    #[prop(optional, into)]
    reason: Option<String>,
) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    // once shown, the box stays until the form is accepted
    let shown_warnings =
        Memo::new(
            move |before: Option<&Vec<Warning>>| match state.refusal.get() {
                Some(Refusal::Warned(warnings)) => warnings,
                _ => before.cloned().unwrap_or_default(),
            },
        );
    let typed = reason.clone();
    let first = typed.is_some_and(|typed| {
        !typed.is_empty()
            || state
                .refusal
                .with_untracked(|refusal| matches!(refusal, Some(Refusal::Invalid(invalid)) if invalid.at(Field::Reason).is_some()))
    });
    let shown = Memo::new(move |_| {
        first || shown_warnings.with(|shown_warnings| !shown_warnings.is_empty())
    });
    let warned = shown_warnings.with_untracked(|shown_warnings| !shown_warnings.is_empty());
    let lines = move || {
        let warnings = shown_warnings.get();
        let lines = warnings.iter().map(|warning| {
            let link = match warning {
                Warning::SameName { user: Some(user), .. } => {
                    Some(view! { " " <a href=format!("/users/{user}") target="_blank">{messages::open_account(l)}</a> })
                }
                _ => None,
            };
            view! { <li>{labels::warning(l, warning)}{link}</li> }
        });
        lines.collect_view()
    };
    move || {
        shown.get().then(|| {
            view! {
                <div class="notice warn" role="group" aria-labelledby="warnings">
                    <h2 id="warnings" tabindex="-1" autofocus=warned>{messages::possible_errors(l)}</h2>
                    <ul>{lines}</ul>
                    <label class="check">
                        <input type="checkbox" name="override_warnings" value="on" />
                        <span>{messages::override_warnings(l)}</span>
                    </label>
                    {match reason.clone() {
                        Some(reason) => {
                            view! {
                                <TextArea field=Field::Reason value=reason label=messages::override_reason(l) hint=messages::reason_kept(l) required=true />
                            }
                            .into_any()
                        }
                        None => view! { <p class="quiet small">{messages::override_with_reason(l)}</p> }.into_any(),
                    }}
                </div>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_said_what_the_fields_no_longer_did() {
        let refused = vec![
            (Field::Email, Problem::NeedsEmail),
            (Field::FirstName, Problem::Missing),
            (Field::Form, Problem::Wrong),
        ];
        let blur_errors = vec![
            (Field::Email, Problem::NoAt),
            (Field::LastName, Problem::Missing),
        ];
        let expected = [
            (Field::Email, Problem::NoAt),
            (Field::FirstName, Problem::Missing),
            (Field::Form, Problem::Wrong),
            (Field::LastName, Problem::Missing),
        ];
        assert_eq!(summary(refused.clone(), blur_errors), expected);
        assert_eq!(summary(refused.clone(), Vec::new()), refused);
    }
}
