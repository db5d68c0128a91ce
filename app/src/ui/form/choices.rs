//! Check boxes and radio buttons.

use leptos::prelude::*;

use super::use_form;
use crate::messages;
use crate::ui::lang;

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
