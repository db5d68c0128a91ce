//! Password fields. The meter shows «Strong» exactly when the server would accept the password,
//! because both use the same function (S5). In the browser that function is a chunk of its own,
//! loaded at the first focus. The password is not sent anywhere.

use std::time::Duration;

use leptos::prelude::*;
use usher_types::Field;
use usher_types::password::{self, Verdict};

use super::form::{bind_value, described_by, labelled};
use crate::ui::{lang, use_form};
use crate::{labels, messages};

/// Time without a keystroke before the strength is estimated.
const DEBOUNCE: Duration = Duration::from_millis(120);

#[lazy]
async fn judge(typed: String, words: Vec<String>) -> Verdict {
    password::judge(&typed, &words, password::MIN_LENGTH)
}

/// Lazy too, because it needs the list of common passwords, a third as large as the rest of the
/// wasm.
#[lazy]
async fn generate(random: [u8; password::GENERATE_BYTES]) -> String {
    password::generate(&random)
}

/// A field for a new password, with a strength meter and guidance.
#[component]
pub fn NewPassword(
    /// The field of the form.
    field: Field,
    /// Words that the password must not contain, such as the name of the person.
    #[prop(into)]
    words: Signal<Vec<String>>,
    /// A hint under the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether the field is marked as required. It is not where it depends on the chosen sign-in.
    #[prop(default = true)]
    required: bool,
) -> impl IntoView {
    let l = lang();
    let typed = RwSignal::new(String::new());
    let verdict = RwSignal::new(None::<Verdict>);
    let pending = StoredValue::new(None::<TimeoutHandle>);
    let estimate = move || {
        let (text, words) = (typed.get_untracked(), words.get_untracked());
        leptos::task::spawn_local(async move {
            let judged = judge(text.clone(), words).await;
            if typed.get_untracked() == text {
                verdict.set((!text.is_empty()).then_some(judged));
            }
        });
    };
    let debounce = move || {
        if let Some(handle) = pending.get_value() {
            handle.clear();
        }
        pending.set_value(set_timeout_with_handle(estimate, DEBOUNCE).ok());
    };
    Effect::new(move |before: Option<()>| {
        words.track();
        if typed.with(String::is_empty) {
            verdict.set(None);
        } else if before.is_some() {
            // a changed name alone does not load the chunk: the first focus does
            debounce();
        }
    });
    let bar = move || verdict.get().map_or(0, |verdict| verdict.bar()).to_string();
    let is_strong = move || verdict.get().is_some_and(|verdict| verdict.is_strong());
    let word = move || {
        if is_strong() {
            messages::strong(l)
        } else if typed.with(String::is_empty) {
            String::new()
        } else {
            messages::not_strong_yet(l)
        }
    };
    let has_hint = hint.is_some();
    let input = view! {
        <PasswordInput field typed has_hint current=false first_focus=Callback::new(move |()| estimate()) />
        <div class="meter" role="meter" aria-label=messages::strength(l) aria-valuemin="0" aria-valuemax="4" aria-valuenow=bar aria-valuetext=word data-bar=bar><i></i></div>
        <span class=move || if is_strong() { "ok" } else { "quiet small" } aria-live="polite"><b>{word}</b></span>
    };
    view! {
        <div class="aside">
            {labelled(field, labels::field(l, field), hint, required, input.into_any())}
            {tips(verdict)}
        </div>
    }
    .into_any()
}

/// What makes a good password, with the rules that the typed one meets marked.
fn tips(verdict: RwSignal<Option<Verdict>>) -> impl IntoView {
    let l = lang();
    let tip = move |text: String, rule: fn(&Verdict) -> bool| {
        let met = move || verdict.with(|verdict| verdict.as_ref().is_some_and(rule));
        let spoken = messages::tip_met(l, &text);
        view! {
            <li class:met=met>
                <span aria-hidden=move || met().then_some("true")>{text}</span>
                <span class="vh">{move || met().then(|| spoken.clone())}</span>
            </li>
        }
    };
    view! {
        <div class="tips small">
            <b>{messages::good_password(l)}</b>
            <ul>
                {tip(messages::tip_length(l, password::MIN_LENGTH), |verdict| verdict.long_enough && !verdict.too_long)}
                {tip(messages::tip_common(l), |verdict| verdict.uncommon)}
                {tip(messages::tip_names(l), |verdict| verdict.without_names)}
                {tip(messages::tip_guess(l), |verdict| verdict.hard_to_guess)}
            </ul>
            <p class="quiet">{messages::tip_manager(l)}</p>
        </div>
    }
}

/// A field for a password that the user already has.
#[component]
pub fn ExistingPassword(
    /// The field of the form.
    field: Field,
) -> impl IntoView {
    let input = view! { <PasswordInput field typed=RwSignal::new(String::new()) has_hint=false current=true first_focus=Callback::new(|()| ()) /> };
    labelled(
        field,
        labels::field(lang(), field),
        None,
        true,
        input.into_any(),
    )
}

/// The input with its buttons. The buttons are shown once the wasm is loaded.
#[component]
fn PasswordInput(
    field: Field,
    typed: RwSignal<String>,
    has_hint: bool,
    current: bool,
    first_focus: Callback<()>,
) -> impl IntoView {
    let (l, state, name) = (lang(), use_form(), field.name());
    let wrong = move || state.has_problem(field);
    let shown = RwSignal::new(false);
    let copied = RwSignal::new(false);
    let focused = StoredValue::new(false);
    let kind = move || if shown.get() { "text" } else { "password" };
    Effect::new(move |_| {
        typed.track();
        copied.set(false);
    });
    let generated = move |_| {
        leptos::task::spawn_local(async move {
            if let Some(bytes) = random() {
                typed.set(generate(bytes).await);
                shown.set(true);
            }
        });
    };
    let copy = move |_| {
        copy_text(&typed.get_untracked());
        copied.set(true);
    };
    let on_focus = move |_| {
        if !focused.get_value() {
            focused.set_value(true);
            first_focus.run(());
        }
    };
    let new_only = (!current).then(|| {
        view! {
            <button type="button" class="button slim" on:click=generated>{messages::generate(l)}</button>
            <button type="button" class="button slim" on:click=copy>{move || if copied.get() { messages::copied(l) } else { messages::copy(l) }}</button>
        }
    });
    view! {
        <div class="password">
            <input
                node_ref=bind_value(typed)
                id=name name=name type=kind autocomplete=if current { "current-password" } else { "new-password" }
                autocapitalize="off" spellcheck="false" dir="ltr" aria-invalid=move || wrong().then_some("true") aria-describedby=move || described_by(field, has_hint, wrong())
                on:focus=on_focus
            />
            <div class="row needs-wasm">
                {new_only}
                <button type="button" class="button slim" aria-controls=name aria-pressed=move || shown.get().to_string() on:click=move |_| shown.update(|shown| *shown = !*shown)>
                    {move || if shown.get() { messages::hide(l) } else { messages::show(l) }}
                </button>
            </div>
        </div>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn random() -> Option<[u8; password::GENERATE_BYTES]> {
    let mut bytes = [0_u8; password::GENERATE_BYTES];
    window()
        .crypto()
        .ok()?
        .get_random_values_with_u8_array(&mut bytes)
        .ok()?;
    Some(bytes)
}

#[cfg(not(feature = "hydrate"))]
fn random() -> Option<[u8; password::GENERATE_BYTES]> {
    None
}

fn copy_text(text: &str) {
    // a failure is ignored: the user cannot do anything about it
    let _ = window().navigator().clipboard().write_text(text);
}
