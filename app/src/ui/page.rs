//! Conflicts: what was typed beside what somebody else saved.

use leptos::prelude::*;
use usher_types::conflict::Conflict;

use super::lang;
use crate::messages;

/// One value of a form, and what somebody else saved in the meantime.
pub struct Difference {
    /// The label of the field.
    pub label: String,
    pub mine: String,
    pub theirs: String,
    /// What the reader can do about it.
    pub action: Option<AnyView>,
}

/// Compares a form with what somebody else saved in the meantime. `values` are the labels and the
/// texts of a form.
pub fn conflict_table<F>(
    mine: &F,
    conflict: Option<&Conflict<F>>,
    values: impl Fn(&F) -> Vec<(String, String)>,
) -> Option<AnyView> {
    let theirs = values(&conflict?.now);
    let pairs = values(mine).into_iter().zip(theirs);
    let differences = pairs.map(|((label, mine), (_, theirs))| Difference {
        label,
        mine,
        theirs,
        action: None,
    });
    Some(differences_table(differences))
}

/// The table of a conflict. Equal values are omitted.
pub fn differences_table(differences: impl IntoIterator<Item = Difference>) -> AnyView {
    let l = lang();
    let text = |text: String| {
        if text.is_empty() {
            messages::none(l)
        } else {
            text
        }
    };
    let differences = differences.into_iter();
    let rows = differences
        .filter(|difference| difference.mine != difference.theirs)
        .map(|difference| {
            let theirs = view! { <bdi dir="auto">{text(difference.theirs)}</bdi> };
            let theirs = match difference.action {
                Some(action) => view! { <span class="row">{theirs}{action}</span> }.into_any(),
                None => theirs.into_any(),
            };
            view! {
                <tr>
                    <th scope="row">{difference.label}</th>
                    <td data-label=messages::yours(l)><bdi dir="auto">{text(difference.mine)}</bdi></td>
                    <td data-label=messages::theirs(l)>{theirs}</td>
                </tr>
            }
        });
    let rows = rows.collect_view();
    view! {
        <table class="versions">
            <thead><tr><th scope="col">{messages::field(l)}</th><th scope="col">{messages::yours(l)}</th><th scope="col">{messages::theirs(l)}</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
