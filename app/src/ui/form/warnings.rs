//! The warnings of a form, and what overrides them (S8).

use leptos::prelude::*;
use usher_types::{Field, Refusal, Warning};

use super::{TextArea, use_form};
use crate::ui::lang;
use crate::{labels, messages};

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
