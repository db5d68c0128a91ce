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
use crate::ui::unsent::Unsent;
use crate::ui::{lang, live, visit};
use crate::{say, words};

/// How long a value that was set without any event may go unnoticed.
const UNTOLD: Duration = Duration::from_millis(400);

/// What the form's fields and its summary show.
#[derive(Clone, Copy)]
pub struct FormState {
    refusal: RwSignal<Option<Refusal>>,
    late: RwSignal<Vec<(Field, Problem)>>,
    /// One for each input whose value the page uses before it is sent.
    readers: StoredValue<BTreeMap<usize, Callback<()>>>,
}

impl FormState {
    fn new(refusal: Option<Refusal>) -> Self {
        Self { refusal: RwSignal::new(refusal), late: RwSignal::new(Vec::new()), readers: StoredValue::new(BTreeMap::new()) }
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
        self.late.with(|late| late.iter().find(|(at, _)| *at == field).map(|(_, problem)| problem.clone())).or_else(|| {
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

    fn forgive(&self, still: &Invalid, field: Field) {
        if still.at(field).is_some() {
            return;
        }
        self.late.update(|late| late.retain(|(at, _)| *at != field));
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
/// Outside a form, where a refusal of this field would be shown nowhere. So is a field whose `view!` runs before that of its form.
pub fn use_form() -> FormState {
    expect_context::<FormState>()
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
    title_follows(state, title);
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
    visit().me.map(|me| me.organisation.to_string()).unwrap_or_default()
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
    let press = Press::watched();
    let unsent = Unsent::of(form);
    let checked = StoredValue::new(check);
    let found = move || -> Option<Invalid> {
        let check = checked.get_value()?;
        let data = web_sys::FormData::new_with_form(&form.get_untracked()?).ok()?;
        S::from_form_data(&data).ok().map(|typed| check(&typed).err().unwrap_or_default())
    };
    let left = move |event: ev::FocusEvent| {
        let (Some(field), Some(invalid)) = (field_of(&event), found()) else { return };
        touched.update_value(|touched| {
            touched.insert(field);
        });
        let told = touched.with_value(|touched| invalid.0.iter().filter(|(at, _)| touched.contains(at)).cloned().collect::<Vec<_>>());
        press.after(move || state.late.set(told.clone()));
    };
    let typed = move |event: ev::Event| {
        state.read();
        unsent.keep();
        if let (Some(field), Some(invalid)) = (field_of(&event), found()) {
            state.forgive(&invalid, field);
        }
    };
    let refuse = move |refusal: Refusal| {
        let warned = matches!(refusal, Refusal::Warned(_));
        state.late.set(Vec::new());
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
    let submitted = move |event: ev::SubmitEvent| {
        if event.submitter().is_some_and(|button| button.has_attribute("formaction")) {
            // a button that leaves for another page posts the form as it is
            unsent.leave();
            return;
        }
        if live::has_failed() {
            // the plain post works without any of this
            unsent.leave();
            return;
        }
        event.prevent_default();
        press.forget();
        state.read();
        if action.pending().get_untracked() {
            return;
        }
        if let Some(invalid) = found()
            && !invalid.0.is_empty()
        {
            refuse(Refusal::Invalid(invalid));
            return;
        }
        let data = form.get_untracked().and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        match data.map(|data| S::from_form_data(&data)) {
            Some(Ok(typed)) => {
                unsent.send();
                action.dispatch(typed);
            }
            _ => refuse(Refusal::Stale),
        }
    };
    let clicked = move |event: ev::MouseEvent| {
        // Cancel, which needs no second question
        let on = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if on.and_then(|on| on.closest(".review a").ok().flatten()).is_some() {
            unsent.leave();
        }
    };
    Effect::new(move |_| {
        if let Some(Err(AppError(refusal))) = action.value().get() {
            unsent.stay();
            forget_current(form.get_untracked());
            refuse(refusal);
        }
    });
    Effect::new(move |_| {
        let is_form = form.get().is_some_and(|form| form.get_attribute("action").as_deref() == Some(S::url()));
        let is_summary = summary.get().is_some_and(|summary| summary.class_name() == "summary");
        if is_form && is_summary {
            unsent.watch();
            state.read();
            live::begin();
            set_interval(move || state.read(), UNTOLD);
        }
    });
    let refused = state.is_refused();
    let busy = move || if action.pending().get() { "true" } else { "false" };
    title_follows(state, title);
    view! {
        <div node_ref=summary tabindex="-1" class="summary" autofocus=refused><Summary /></div>
        <form node_ref=form class=class method="post" action=S::url() novalidate aria-busy=busy
            data-person=visit().me.map(|me| me.user.to_string())
            on:submit=submitted on:focusout=left on:input=typed on:change=typed on:click=clicked
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
struct Press {
    is_down: StoredValue<bool>,
    waiting: StoredValue<Option<Callback<()>>>,
}

impl Press {
    fn watched() -> Self {
        let press = Self { is_down: StoredValue::new(false), waiting: StoredValue::new(None) };
        window_event_listener(ev::mousedown, move |_| press.is_down.set_value(true));
        // the click comes right after the release, before any timer
        window_event_listener(ev::mouseup, move |_| set_timeout(move || press.end(), Duration::ZERO));
        // released outside the window
        window_event_listener(ev::keydown, move |_| press.end());
        press
    }

    /// Does something once nothing is pressed.
    fn after(self, tell: impl Fn() + Send + Sync + 'static) {
        if self.is_down.get_value() {
            self.waiting.set_value(Some(Callback::new(move |()| tell())));
        } else {
            tell();
        }
    }

    fn forget(self) {
        self.waiting.set_value(None);
    }

    fn end(self) {
        self.is_down.set_value(false);
        if let Some(tell) = self.waiting.try_update_value(Option::take).flatten() {
            tell.run(());
        }
    }
}

/// The one thing a refused form does not keep: the password that was to prove who is there.
fn forget_current(form: Option<web_sys::HtmlFormElement>) {
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
fn title_follows(state: FormState, title: String) {
    let l = lang();
    let now = move |refused: bool| if refused { words::error_title(l, &title) } else { title.clone() };
    #[cfg(feature = "ssr")]
    // the component tells the head its text when it is made; it has nothing to show
    drop(view! { <leptos_meta::Title text=now(state.refusal.with_untracked(Option::is_some)) /> });
    #[cfg(not(feature = "ssr"))]
    Effect::new(move |_| document().set_title(&crate::ui::titled(now(state.refusal.with(Option::is_some)))));
}

/// Follows a link of the summary: the label comes into view, the field gets the focus. A browser would only scroll to it.
fn lead_to(event: &ev::MouseEvent, field: Field) {
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
fn summary(refused: Vec<(Field, Problem)>, late: Vec<(Field, Problem)>) -> Vec<(Field, Problem)> {
    let mut said: Vec<(Field, Problem)> = Vec::with_capacity(refused.len() + late.len());
    for (field, problem) in refused {
        let now = late.iter().find(|(at, _)| *at == field).map_or(problem, |(_, now)| now.clone());
        if !said.contains(&(field, now.clone())) {
            said.push((field, now));
        }
    }
    let since: Vec<_> = late.into_iter().filter(|(field, _)| said.iter().all(|(at, _)| at != field)).collect();
    said.extend(since);
    said
}

/// What is wrong, at the top, with a link to each field.
#[component]
fn Summary() -> impl IntoView {
    let (l, state) = (lang(), use_form());
    move || {
        state.refusal.get().map(|refusal| match refusal {
            Refusal::Invalid(Invalid(fields)) => {
                let lines = summary(fields, state.late.get()).into_iter().map(|(field, problem)| {
                    let said = say::problem(l, field, &problem);
                    if field == Field::Form {
                        view! { <li>{said}</li> }.into_any()
                    } else {
                        view! { <li><a href=format!("#{}", field.name()) on:click=move |event| lead_to(&event, field)>{said}</a></li> }
                            .into_any()
                    }
                });
                let lines = lines.collect_view();
                view! { <div class="notice bad" role="alert"><h2>{words::problem(l)}</h2><ul>{lines}</ul></div> }.into_any()
            }
            Refusal::Warned(_) => ().into_any(),
            refusal => {
                let again =
                    (refusal == Refusal::SignIn).then(|| view! { <p><a href="/sign-in" target="_blank">{words::sign_in(l)}</a></p> });
                let back = (refusal == Refusal::OtherOrganisation)
                    .then(|| view! { <p><a href="/profile/accounts" target="_blank">{words::your_organisations(l)}</a></p> });
                let on = say::way_on(l, &refusal).map(|(to, label)| view! { <p><a href=to>{label}</a></p> });
                view! {
                    <div class="notice bad" role="alert"><h2>{words::problem(l)}</h2><p>{say::refusal(l, &refusal)}</p>{again}{back}{on}</div>
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
pub fn Says(field: Field) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    move || {
        state.problem(field).map(|problem| {
            let said = say::problem(l, field, &problem);
            view! { <span class="says">{said}{more(l, &problem)}</span> }
        })
    }
}

/// Where a taken name leads: the page of who has it, or names that are free (S6).
fn more(l: usher_types::Language, problem: &Problem) -> Option<AnyView> {
    let (Problem::NameTaken(taken) | Problem::EmailTaken(taken)) = problem else { return None };
    let (user, free, restore) = match taken {
        Taken::Here { user } => (*user, Vec::new(), false),
        Taken::Bank { user, free } => (*user, free.clone(), true),
        Taken::Elsewhere { free } => (None, free.clone(), false),
    };
    let label = if restore { words::restore_user(l) } else { words::open_account(l) };
    let link = user.map(|user| view! { " " <a href=format!("/users/{user}")>{label}</a> });
    let free = (!free.is_empty()).then(|| format!(" · {}: {}", words::free(l), free.join(", ")));
    Some(view! { {link}{free} }.into_any())
}

/// The ids of what describes a field: its hint, and its message where it is wrong.
pub(crate) fn described(field: Field, has_hint: bool, wrong: bool) -> Option<String> {
    let name = field.name();
    match (has_hint, wrong) {
        (true, true) => Some(format!("{name}-hint {name}-says")),
        (true, false) => Some(format!("{name}-hint")),
        (false, true) => Some(format!("{name}-says")),
        (false, false) => None,
    }
}

/// An input and a signal that always hold the same value, whichever of them changes. Text typed before the wasm was loaded is kept.
pub(super) fn follows(live: RwSignal<String>) -> NodeRef<leptos::html::Input> {
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
                node_ref=follows(live)
                id=name name=name type=kind value=value dir="auto" autocomplete=autocomplete autocapitalize="off" spellcheck="false"
                required=required aria-invalid=move || wrong().then_some("true") aria-describedby=move || described(field, has_hint, wrong())
            />
        }
        .into_any(),
        None => view! {
            <input
                id=name name=name type=kind value=value dir="auto" autocomplete=autocomplete list=list spellcheck="false"
                required=required aria-invalid=move || wrong().then_some("true") aria-describedby=move || described(field, has_hint, wrong())
            />
        }
        .into_any(),
    };
    let input = match children {
        Some(children) => view! { {input}{children()} }.into_any(),
        None => input,
    };
    labelled(field, label.unwrap_or_else(|| say::field(l, field)), hint, required, input)
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
            aria-invalid=move || wrong().then_some("true") aria-describedby=move || described(field, has_hint, wrong())
        >
            <option value="" selected=value.is_empty()>{nothing}</option>
            {options}
        </select>
    };
    labelled(field, label.unwrap_or_else(|| say::field(l, field)), hint, required, select.into_any())
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
            aria-invalid=move || wrong().then_some("true") aria-describedby=move || described(field, has_hint, wrong())
            prop:value=value.clone()
        >{escaped(&value)}</textarea>
    };
    labelled(field, label.unwrap_or_else(|| say::field(l, field)), hint, required, area.into_any())
}

/// A field's label, hint and message around its input.
pub(crate) fn labelled(field: Field, label: String, hint: Option<String>, required: bool, input: AnyView) -> AnyView {
    let (l, state, name) = (lang(), use_form(), field.name());
    view! {
        <div class="field" class:wrong=move || state.has_problem(field)>
            <label for=name>{label}{required.then(|| view! { " " <span class="must">{words::required(l)}</span> })}</label>
            {hint.map(|hint| view! { <span class="hint" id=format!("{name}-hint")>{hint}</span> })}
            {input}
            <span class="message" id=format!("{name}-says")><Says field /></span>
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
            <span>{words::single_name(lang())}</span>
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
pub fn Confirm(
    /// The reason as typed before, where the form has no other field for it.
    #[prop(optional, into)]
    reason: Option<String>,
) -> impl IntoView {
    let (l, state) = (lang(), use_form());
    // once shown it stays, with the tick and the reason in it, until the form is accepted
    let told = Memo::new(move |before: Option<&Vec<Warning>>| match state.refusal.get() {
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
    let shown = Memo::new(move |_| first || told.with(|told| !told.is_empty()));
    let warned = told.with_untracked(|told| !told.is_empty());
    let lines = move || {
        let warnings = told.get();
        let lines = warnings.iter().map(|warning| {
            let link = match warning {
                Warning::SameName { user: Some(user), .. } => {
                    Some(view! { " " <a href=format!("/users/{user}") target="_blank">{words::open_account(l)}</a> })
                }
                _ => None,
            };
            view! { <li>{say::warning(l, warning)}{link}</li> }
        });
        lines.collect_view()
    };
    move || {
        shown.get().then(|| {
            view! {
                <div class="notice warn" role="group" aria-labelledby="warnings">
                    <h2 id="warnings" tabindex="-1" autofocus=warned>{words::possible_errors(l)}</h2>
                    <ul>{lines}</ul>
                    <label class="check">
                        <input type="checkbox" name="override_warnings" value="on" />
                        <span>{words::override_warnings(l)}</span>
                    </label>
                    {match reason.clone() {
                        Some(reason) => {
                            view! {
                                <TextArea field=Field::Reason value=reason label=words::override_reason(l) hint=words::reason_kept(l) required=true />
                            }
                            .into_any()
                        }
                        None => view! { <p class="quiet small">{words::override_with_reason(l)}</p> }.into_any(),
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
        let late = vec![(Field::Email, Problem::NoAt), (Field::LastName, Problem::Missing)];
        let said = [
            (Field::Email, Problem::NoAt),
            (Field::FirstName, Problem::Missing),
            (Field::Form, Problem::Wrong),
            (Field::LastName, Problem::Missing),
        ];
        assert_eq!(summary(refused.clone(), late), said);
        assert_eq!(summary(refused.clone(), Vec::new()), refused);
    }
}
