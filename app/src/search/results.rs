//! The results of a search, as the page and the palette show them.

use leptos::prelude::*;
use usher_types::Language;
use usher_types::search::{Group, Hit};

use crate::messages;
use crate::people::StatusBadge;

/// The longest text of the field, in characters.
pub(super) const MAX_LENGTH: usize = usher_types::search::LONGEST;

/// The results in their groups, in order.
pub(super) fn by_group(hits: Vec<Hit>) -> Vec<(Group, Vec<Hit>)> {
    let mut groups: Vec<(Group, Vec<Hit>)> = Vec::new();
    for hit in hits {
        match groups.last_mut() {
            Some((group, of)) if *group == hit.group => of.push(hit),
            _ => groups.push((hit.group, vec![hit])),
        }
    }
    groups
}

/// The heading of a group.
pub(super) fn group_label(l: Language, group: Group) -> String {
    match group {
        Group::People => messages::people(l),
        Group::Clients => messages::clients(l),
        Group::Actions => messages::actions(l),
        Group::Pages => messages::pages(l),
    }
}

/// The content of one result.
pub(super) fn content(hit: Hit) -> AnyView {
    let face = match hit.initials {
        Some(initials) => view! { <span class="face" aria-hidden="true">{initials}</span> }.into_any(),
        None => view! { <svg class="icon" aria-hidden="true"><use_ href=format!("/icons.svg#{}", hit.icon)></use_></svg> }
            .into_any(),
    };
    let detail = (!hit.detail.is_empty())
        .then(|| view! { " "<span class="quiet small" dir="auto">{hit.detail}</span> });
    let status = hit.status.map(|status| view! { <StatusBadge status /> });
    view! { {face}<span class="what"><b dir="auto">{hit.label}</b>{detail}</span>{status} }
        .into_any()
}
