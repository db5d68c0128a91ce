//! Forms: a post without wasm, checked as it is typed with it. «Reward early, punish late»: a field is told wrong once it was
//! left or submitted, and right at the keystroke that mends it.

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

/// How long a value that was set without any event may go unnoticed.
const POLL_INTERVAL: Duration = Duration::from_millis(400);

/// What the form's fields and its summary show.
#[derive(Clone, Copy)]
pub struct FormState {
    refusal: RwSignal<Option<Refusal>>,
    blur_errors: RwSignal<Vec<(Field, Problem)>>,
    /// One for each input whose value the page uses before it is sent.
    readers: StoredValue<BTreeMap<usize, Callback<()>>>,
}

impl FormState {
    fn new(refusal: Option<Refusal>) -> Self {
        Self { refusal: RwSignal::new(refusal), blur_errors: RwSignal::new(Vec::new()), readers: StoredValue::new(BTreeMap::new()) }
    }

    /// Has `reader` look at its input whenever the form may have changed, for as long as the input is there.
    fn read_with(&self, reader: impl Fn() + Send + Sync + 'static) {
        let readers = self.readers;
        let place = readers.with_value(|readers| readers.last_key_value().map_or(0, |(last, _)| last + 1));
        readers.update_value(|readers| {
            readers.insert(place, Callback::new(move |()| reader()));
        });
        on_cleanup(move || {
            readers.try_update_value(|readers| readers.remove(&place));
        });
    }

    /// Reads the inputs: a script or a password manager fills them in without telling.
    fn read(&self) {
        for reader in self.readers.get_value().values() {
            reader.run(());
        }
    }

    /// The first problem of a field: the server's, or the one found when the field was left.
    fn problem(&self, field: Field) -> Option<Problem> {
        self.blur_errors.with(|blur_errors| blur_errors.iter().find(|(at, _)| *at == field).map(|(_, problem)| problem.clone())).or_else(|| {
            self.refusal.with(|refusal| match refusal {
                Some(Refusal::Invalid(invalid)) => invalid.at(field).cloned(),
                _ => None,
            })
        })
    }

    /// Why the form was refused.
    pub fn refusal(&self) -> Option<Refusal> {
        self.refusal.get()
    }

    /// Whether it was refused for more than a warning to pass, so that the summary is read first.
    fn is_refused(&self) -> bool {
        self.refusal.with_untracked(|refusal| !matches!(refusal, None | Some(Refusal::Warned(_))))
    }

    /// Whether a field is told wrong.
    pub fn has_problem(&self, field: Field) -> bool {
        self.problem(field).is_some()
    }

    fn clear_fixed(&self, still: &Invalid, field: Field) {
        if still.at(field).is_some() {
            return;
        }
        self.blur_errors.update(|blur_errors| blur_errors.retain(|(at, _)| *at != field));
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
pub fn use_form() -> FormState {
    use_context::<FormState>().unwrap_or_else(|| FormState::new(None))
}

/// What the browser checks before anything is sent.
pub type Check<S> = Arc<dyn Fn(&S) -> Result<(), Invalid> + Send + Sync>;

/// A form that posts to a server function and needs no wasm.
#[component]
pub fn PostForm(
    /// The server function's address.
    action: &'static str,
    /// The page's title, for `Error: …`.
    #[prop(into)]
    title: String,
    /// Why the form was refused before, if it was.
    #[prop(optional_no_strip)]
    refusal: Option<Refusal>,
    /// The form's class.
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
    page_context().me.map(|me| me.organisation.to_string()).unwrap_or_default()
}

/// The form of an island: it posts without wasm, too, and with it is checked as it is typed and comes back without a page load.
#[component]
pub fn LiveForm<S>(
    /// The server function.
    action: ServerAction<S>,
    /// The page's title, for `Error: …`.
    #[prop(into)]
    title: String,
    /// Why the form was refused before, if it was.
    #[prop(optional_no_strip)]
    refusal: Option<Refusal>,
    /// What the browser can check before anything is sent.
    #[prop(optional, into)]
    check: Option<Check<S>>,
    /// The form's class.
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
        S::from_form_data(&data).ok().map(|typed| check(&typed).err().unwrap_or_default())
    };
    let on_blur = move |event: ev::FocusEvent| {
        let (Some(field), Some(invalid)) = (field_of(&event), validate()) else { return };
        touched.update_value(|touched| {
            touched.insert(field);
        });
        let errors = touched.with_value(|touched| invalid.0.iter().filter(|(at, _)| touched.contains(at)).cloned().collect::<Vec<_>>());
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
        if event.submitter().is_some_and(|button| button.has_attribute("formaction")) {
            // a button that leaves for another page posts the form as it is
            unsent.allow_leaving();
            return;
        }
        if hydration::has_failed() {
            // the plain post works without any of this
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
        let data = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        match data.map(|data| S::from_form_data(&data)) {
            Some(Ok(typed)) => {
                unsent.mark_sent();
                action.dispatch(typed);
            }
            _ => refuse(Refusal::Stale),
        }
    };
    let on_click = move |event: ev::MouseEvent| {
        // Cancel, which needs no second question
        let on = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if on.and_then(|on| on.closest(".review a").ok().flatten()).is_some() {
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
        let is_form = form.get().is_some_and(|form| form.get_attribute("action").as_deref() == Some(S::url()));
        let is_summary = summary.get().is_some_and(|summary| summary.class_name() == "summary");
        if is_form && is_summary {
            unsent.restore_and_guard();
            state.read();
            hydration::mark_hydrated();
            set_interval(move || state.read(), POLL_INTERVAL);
        }
    });
    let refused = state.is_refused();
    let busy = move || if action.pending().get() { "true" } else { "false" };
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

/// A press of the mouse that is under way. What is told when a field is left moves what is below: between press and release the click
/// would meet something else than what was aimed at.
#[derive(Clone, Copy)]
struct MousePress {
    is_down: StoredValue<bool>,
    waiting: StoredValue<Option<Callback<()>>>,
}

impl MousePress {
    fn watch() -> Self {
        let press = Self { is_down: StoredValue::new(false), waiting: StoredValue::new(None) };
        window_event_listener(ev::mousedown, move |_| press.is_down.set_value(true));
        // the click comes right after the release, before any timer
        window_event_listener(ev::mouseup, move |_| set_timeout(move || press.end(), Duration::ZERO));
        // released outside the window
        window_event_listener(ev::keydown, move |_| press.end());
        press
    }

    /// Does something once nothing is pressed.
    fn run_after(self, action: impl Fn() + Send + Sync + 'static) {
        if self.is_down.get_value() {
            self.waiting.set_value(Some(Callback::new(move |()| action())));
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

/// The one thing a refused form does not keep: the password that was to prove who is there.
fn clear_current_password(form: Option<web_sys::HtmlFormElement>) {
    let input = form.and_then(|form| form.query_selector("input[name=current_password]").ok().flatten());
    if let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        input.set_value("");
    }
}

fn field_of(event: &web_sys::Event) -> Option<Field> {
    let target = event.target()?;
    let name = target.dyn_ref::<web_sys::Element>()?.get_attribute("name")?;
    Field::from_name(name.trim_end_matches("[]"))
}

/// The page's title: it says so when there is a problem (GOV.UK).
fn bind_title(state: FormState, title: String) {
    let l = lang();
    let now = move |refused: bool| if refused { messages::error_title(l, &title) } else { title.clone() };
    #[cfg(feature = "ssr")]
    // the component tells the head its text when it is made; it has nothing to show
    drop(view! { <leptos_meta::Title text=now(state.refusal.with_untracked(Option::is_some)) /> });
    #[cfg(not(feature = "ssr"))]
    Effect::new(move |_| document().set_title(&crate::ui::titled(now(state.refusal.with(Option::is_some)))));
}

/// Follows a link of the summary: the label comes into view, the field gets the focus. A browser would only scroll to it.
fn focus_field(event: &ev::MouseEvent, field: Field) {
    let Some(target) = document().get_element_by_id(field.name()) else { return };
    event.prevent_default();
    let input = target.query_selector("input, select, textarea").ok().flatten().unwrap_or(target);
    if let Ok(Some(label)) = document().query_selector(&format!("label[for='{}']", field.name())) {
        label.scroll_into_view();
    }
    if let Some(input) = input.dyn_ref::<web_sys::HtmlElement>() {
        let _ = input.focus();
    }
}

/// What the summary says: of each field what stands beside it now, and what was found since the form was refused.
fn summary(refused: Vec<(Field, Problem)>, blur_errors: Vec<(Field, Problem)>) -> Vec<(Field, Problem)> {
    let mut lines: Vec<(Field, Problem)> = Vec::with_capacity(refused.len() + blur_errors.len());
    for (field, problem) in refused {
        let now = blur_errors.iter().find(|(at, _)| *at == field).map_or(problem, |(_, now)| now.clone());
        if !lines.contains(&(field, now.clone())) {
            lines.push((field, now));
        }
    }
    let since: Vec<_> = blur_errors.into_iter().filter(|(field, _)| lines.iter().all(|(at, _)| at != field)).collect();
    lines.extend(since);
    lines
}

/// What is wrong, at the top, with a link to each field.
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
    /// Its name.
    name: &'static str,
    /// Its value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}

/// The message under a field; the element around it carries the id.
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

/// Where a taken name leads: the page of who has it, or names that are free (S6).
fn taken_links(l: usher_types::Language, problem: &Problem) -> Option<AnyView> {
    let (Problem::NameTaken(taken) | Problem::EmailTaken(taken)) = problem else { return None };
    let (user, free, restore) = match taken {
        Taken::Here { user } => (*user, Vec::new(), false),
        Taken::Bank { user, free } => (*user, free.clone(), true),
        Taken::Elsewhere { free } => (None, free.clone(), false),
    };
    let label = if restore { messages::restore_user(l) } else { messages::open_account(l) };
    let link = user.map(|user| view! { " " <a href=format!("/users/{user}")>{label}</a> });
    let free = (!free.is_empty()).then(|| format!(" · {}: {}", messages::free(l), free.join(", ")));
    Some(view! { {link}{free} }.into_any())
}

/// The ids of what describes a field: its hint, and its message where it is wrong.
pub(crate) fn described_by(field: Field, has_hint: bool, wrong: bool) -> Option<String> {
    let name = field.name();
    match (has_hint, wrong) {
        (true, true) => Some(format!("{name}-hint {name}-says")),
        (true, false) => Some(format!("{name}-hint")),
        (false, true) => Some(format!("{name}-says")),
        (false, false) => None,
    }
}

/// An input and a signal that always hold the same value, whichever of them changes. Text typed before the wasm was loaded is kept.
pub(super) fn bind_value(live: RwSignal<String>) -> NodeRef<leptos::html::Input> {
    let input = NodeRef::<leptos::html::Input>::new();
    // what the input held when it was last looked at: what differs from it was typed since
    let seen = StoredValue::new(None::<String>);
    let read = move || {
        let Some(input) = input.get_untracked() else { return };
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
    /// Which.
    field: Field,
    /// What is typed at first.
    #[prop(into)]
    value: String,
    /// The signal that holds what is typed, where the page needs it.
    #[prop(optional)]
    live: Option<RwSignal<String>>,
    /// Another label than the field's own.
    #[prop(optional, into)]
    label: Option<String>,
    /// A line under the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it must be filled.
    #[prop(optional)]
    required: bool,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What a browser may fill in (WCAG 1.3.5).
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The `datalist` that proposes values.
    #[prop(optional)]
    list: Option<&'static str>,
    /// What stands under the input.
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
    labelled(field, label.unwrap_or_else(|| labels::field(l, field)), hint, required, input)
}

/// A choice of one.
#[component]
pub fn SelectField(
    /// Which.
    field: Field,
    /// The value chosen at first.
    #[prop(into)]
    value: String,
    /// What stands for no choice.
    #[prop(into)]
    nothing: String,
    /// What can be chosen: each value with its label.
    options: Vec<(String, String)>,
    /// Another label than the field's own.
    #[prop(optional, into)]
    label: Option<String>,
    /// A line under the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether something must be chosen.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let (l, state, name) = (lang(), use_form(), field.name());
    let wrong = move || state.has_problem(field);
    let has_hint = hint.is_some();
    let options = options.into_iter().map(|(code, label)| {
        let selected = code == value;
        // a language is named in its own words (WCAG 3.1.2)
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
    labelled(field, label.unwrap_or_else(|| labels::field(l, field)), hint, required, select.into_any())
}

/// A field of several lines. Escapes what it holds itself: Leptos 0.8 does not.
#[component]
pub fn TextArea(
    /// Which.
    field: Field,
    /// What is typed at first.
    #[prop(into)]
    value: String,
    /// Another label than the field's own.
    #[prop(optional, into)]
    label: Option<String>,
    /// A line under the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it must be filled.
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
    labelled(field, label.unwrap_or_else(|| labels::field(l, field)), hint, required, area.into_any())
}

/// A field's label, hint and message around its input.
pub(crate) fn labelled(field: Field, label: String, hint: Option<String>, required: bool, input: AnyView) -> AnyView {
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

/// On the server a text area's content is written as it is; in the browser it is set as text.
fn escaped(text: &str) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;") } else { text.to_owned() }
}

/// The tick of a person who has one name only (CP-09).
#[component]
pub fn SingleName(
    /// As posted: empty where it is not ticked.
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

/// One of several ways, or one of several roles, as a card.
#[component]
pub fn Choice(
    /// `radio` or `checkbox`.
    kind: &'static str,
    /// The input's name.
    name: &'static str,
    /// Its value.
    #[prop(into)]
    value: String,
    /// Its title.
    #[prop(into)]
    title: String,
    /// Whom or what it is for.
    #[prop(into)]
    hint: String,
    /// Whether it is on at first.
    checked: bool,
    /// Whether it cannot be changed.
    #[prop(optional)]
    locked: bool,
    /// Told when it changes.
    #[prop(optional)]
    on_change: Option<Callback<(String, bool)>>,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    if let Some(on_change) = on_change {
        let (own, seen) = (value.clone(), StoredValue::new(checked));
        let read = move || {
            let Some(now) = input.get_untracked().map(|input| input.checked()) else { return };
            if now != seen.get_value() {
                seen.set_value(now);
                // one of several is told by the one that is on now
                if now || kind != "radio" {
                    on_change.run((own.clone(), now));
                }
            }
        };
        use_form().read_with(read.clone());
        // chosen before the wasm came
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

/// The box with warnings, the tick that overrides them, and the reason (S8).
#[component]
pub fn OverrideWarnings(
    /// The reason as typed before, where the form has no other field for it.
    #[prop(optional, into)]
    reason: Option<String>,
) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    // once shown it stays, with the tick and the reason in it, until the form is accepted
    let shown_warnings = Memo::new(move |before: Option<&Vec<Warning>>| match state.refusal.get() {
        Some(Refusal::Warned(warnings)) => warnings,
        _ => before.cloned().unwrap_or_default(),
    });
    let typed = reason.clone();
    let first = typed.is_some_and(|typed| {
        !typed.is_empty()
            || state
                .refusal
                .with_untracked(|refusal| matches!(refusal, Some(Refusal::Invalid(invalid)) if invalid.at(Field::Reason).is_some()))
    });
    let shown = Memo::new(move |_| first || shown_warnings.with(|shown_warnings| !shown_warnings.is_empty()));
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
        let refused = vec![(Field::Email, Problem::NeedsEmail), (Field::FirstName, Problem::Missing), (Field::Form, Problem::Wrong)];
        let blur_errors = vec![(Field::Email, Problem::NoAt), (Field::LastName, Problem::Missing)];
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
