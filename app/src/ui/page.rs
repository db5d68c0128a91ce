//! Parts that pages share: headings, empty lists, filters, pagers, comparisons.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use usher_types::conflict::Conflict;
use usher_types::paging::{Cursor, Ignored, Pages};
use usher_types::url::encode;

use super::{Icon, lang};
use crate::messages;

/// The heading of a page, with a link back to its list.
pub fn head(list: (&'static str, String), title: String, aside: Option<AnyView>) -> AnyView {
    let (to, label) = list;
    view! {
        <Title text=title.clone() />
        <div class="head">
            <div>
                <p class="crumb"><a href=to>{label}</a></p>
                <h1 dir="auto">{title}</h1>
            </div>
            {aside}
        </div>
    }
    .into_any()
}

/// What a list shows if it has no rows.
pub fn empty(
    icon: &'static str,
    title: String,
    why: String,
    act: Option<(&'static str, String)>,
) -> AnyView {
    view! {
        <div class="empty">
            <Icon id=icon />
            <h2>{title}</h2>
            <p>{why}</p>
            {act.map(|(to, label)| view! { <p class="row"><a class="button main" href=to>{label}</a></p> })}
        </div>
    }
    .into_any()
}

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

/// A filter of a list. `None` if it has no choices.
pub fn filter(
    name: &'static str,
    label: String,
    all: String,
    chosen: &str,
    choices: impl Iterator<Item = (String, String)>,
) -> Option<AnyView> {
    let options = choices.map(|(code, label)| {
        let selected = chosen == code;
        view! { <option value=code selected=selected dir="auto">{label}</option> }
    });
    let options: Vec<_> = options.collect();
    if options.is_empty() {
        return None;
    }
    let select = view! { <select name=name aria-label=label><option value="" selected=chosen.is_empty()>{all}</option>{options}</select> };
    Some(select.into_any())
}

/// A notice about unknown filters in the address. `label` returns the name of a filter.
pub fn ignored_filters(ignored: Ignored, label: impl Fn(&str) -> String) -> Option<AnyView> {
    let l = lang();
    if ignored.0.is_empty() {
        return None;
    }
    let lines = ignored.0.into_iter().map(|(name, value)| view! { <p dir="auto">{messages::unknown_filter(l, label(&name), value)}</p> });
    let lines: Vec<_> = lines.collect();
    Some(view! { <div class="notice warn" role="status">{lines}</div> }.into_any())
}

/// Reads the cursor from the address, as [`pager`] writes it.
pub fn cursor(query: &ParamsMap) -> Cursor {
    let text = |name| query.get(name).unwrap_or_default();
    Cursor {
        after: text("after"),
        before: text("before"),
        last: query.get("last").is_some(),
    }
}

/// The foot of a list: the number of rows, and links to the other pages. `state` is the rest of the
/// query, without the cursor.
pub fn pager(
    address: &str,
    state: &[(&str, &String)],
    count: String,
    Pages { previous, next, .. }: &Pages,
) -> AnyView {
    let l = lang();
    if previous.is_none() && next.is_none() {
        return view! { <div class="foot"><span class="quiet small grow">{count}</span></div> }
            .into_any();
    }
    let state = state.iter().filter(|(_, text)| !text.is_empty());
    let base = state.fold(format!("{address}?"), |base, (name, text)| {
        format!("{base}{name}={}&", encode(text))
    });
    let first = base.trim_end_matches(['?', '&']).to_owned();
    let step = |label: String, to: Option<String>| match to {
        Some(to) => view! { <a class="button slim" href=to>{label}</a> }.into_any(),
        None => view! { <span class="button slim" aria-disabled="true">{label}</span> }.into_any(),
    };
    view! {
        <div class="foot">
            <span class="quiet small grow">{count}</span>
            <nav class="pager" aria-label=messages::pages(l)>
                {step(messages::first(l), previous.as_ref().map(|_| first))}
                {step(messages::previous(l), previous.as_ref().map(|id| format!("{base}before={id}")))}
                {step(messages::next(l), next.as_ref().map(|id| format!("{base}after={id}")))}
                {step(messages::last(l), next.as_ref().map(|_| format!("{base}last=1")))}
            </nav>
        </div>
    }
    .into_any()
}
