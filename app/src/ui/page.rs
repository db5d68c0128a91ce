//! What pages have in common below the frame.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{Icon, lang};
use crate::words;

/// The heading of a page below a list, with the way back to it.
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

/// What a list shows while it is empty, or while nothing was found.
pub fn empty(icon: &'static str, title: String, why: String, act: Option<(&'static str, String)>) -> AnyView {
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

/// What is in a form, beside what somebody else saved meanwhile: label, mine, theirs. What is alike is left out.
pub fn versions(rows: Vec<(String, String, String)>) -> AnyView {
    let l = lang();
    let text = |text: String| if text.is_empty() { words::none(l) } else { text };
    let rows = rows.into_iter().filter(|(_, mine, theirs)| mine != theirs).map(|(label, mine, theirs)| {
        view! {
            <tr>
                <th scope="row">{label}</th>
                <td data-label=words::yours(l)><bdi dir="auto">{text(mine)}</bdi></td>
                <td data-label=words::theirs(l)><bdi dir="auto">{text(theirs)}</bdi></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table class="versions">
            <thead><tr><th scope="col">{words::field(l)}</th><th scope="col">{words::yours(l)}</th><th scope="col">{words::theirs(l)}</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
