//! The error summary at the top of a form.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use usher_types::{Field, Invalid, Problem, Refusal};

use super::use_form;
use crate::ui::lang;
use crate::{labels, messages};

/// The error summary at the top of a form, with a link to each field.
#[component]
pub(super) fn Summary() -> impl IntoView {
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
