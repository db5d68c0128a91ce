//! Inputs with their label, hint and error message.

use leptos::prelude::*;
use usher_types::refusal::Taken;
use usher_types::{Field, Problem};

use super::use_form;
use crate::ui::lang;
use crate::{labels, messages};

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
    #[prop(optional_no_strip, into)]
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
    let capitals = live.map(|_| "off");
    let node_ref = live.map(bind_value).unwrap_or_default();
    let input = view! {
        <input
            node_ref=node_ref
            id=name name=name type=kind value=value dir="auto" autocomplete=autocomplete autocapitalize=capitals list=list spellcheck="false"
            required=required aria-invalid=move || wrong().then_some("true") aria-describedby=move || described_by(field, has_hint, wrong())
        />
    };
    let input = view! { {input}{children.map(|children| children())} }.into_any();
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
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// Whether the field is required.
    #[prop(optional)]
    required: bool,
    /// Called with the new value when the user chooses another option.
    #[prop(optional)]
    on_change: Option<Callback<String>>,
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
    let choose = move |event| {
        if let Some(on_change) = on_change {
            on_change.run(event_target_value(&event));
        }
    };
    let select = view! {
        <select
            id=name name=name required=required on:change=choose
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
    #[prop(optional_no_strip, into)]
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
pub(in crate::ui) fn bind_value(live: RwSignal<String>) -> NodeRef<leptos::html::Input> {
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
