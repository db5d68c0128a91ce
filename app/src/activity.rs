//! The events of a subject, as pages show them: the card with the latest ones, and the texts of
//! their changes.

use leptos::prelude::*;
use usher_types::Field;
use usher_types::audit::{ActivityEntry, Subject};

use crate::ui::{Card, Moment, lang};
use crate::{labels, messages};

/// The latest events, newest first, with a link to all of them.
pub(crate) fn activity(
    lines: Vec<ActivityEntry>,
    of: Subject,
    id: impl std::fmt::Display,
) -> Option<AnyView> {
    let l = lang();
    if lines.is_empty() {
        return None;
    }
    let all = of.history(&id.to_string());
    Some(
        view! {
            <Card title=messages::activity(l)>
                {timeline(lines)}
                <div class="foot"><a href=all>{messages::all_activity(l)}</a></div>
            </Card>
        }
        .into_any(),
    )
}

/// Events, newest first, as text.
pub(crate) fn timeline(lines: Vec<ActivityEntry>) -> AnyView {
    let l = lang();
    let lines = lines.into_iter().map(|line| {
        let who = labels::actor(l, &line);
        let changes = changes(&line);
        view! {
            <li>
                <p><b dir="auto">{who}</b>" "{labels::event(l, &line)}</p>
                <p class="meta"><Moment when=line.when.clone() /></p>
                {changes}
            </li>
        }
    });
    let lines = lines.collect_view();
    view! { <ol class="timeline">{lines}</ol> }.into_any()
}

/// The changes of an event: values before and after, and the grants that a role gained or lost.
pub(crate) fn changes(line: &ActivityEntry) -> Option<AnyView> {
    let l = lang();
    let changes = line.changes.iter().map(|change| {
        let field = if change.field == Field::Form {
            String::new()
        } else {
            labels::field(l, change.field)
        };
        let text = |text: &String| labels::changed(l, change.field, text);
        let before = change
            .before
            .as_ref()
            .map(text)
            .map(|text| view! { <del dir="auto">{text}</del> " → " });
        let after = change
            .after
            .as_ref()
            .map(text)
            .map(|text| view! { <ins dir="auto">{text}</ins> });
        view! { <li>{field}": "{before}{after}</li> }
    });
    let shifts = labels::grant_changes(l, line);
    let has_more = !line.changes.is_empty() || !shifts.is_empty();
    let shifts = shifts
        .into_iter()
        .map(|shift| view! { <li dir="auto">{shift}</li> })
        .collect_view();
    has_more.then(|| view! { <ul class="changes">{shifts}{changes.collect_view()}</ul> }.into_any())
}
