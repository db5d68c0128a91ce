//! Offices and teams: the lists, a page of each, making, changing and closing one, and who belongs to a team.

mod api;
mod offices;
mod teams;

pub use offices::{OfficeClosePage, OfficeDetailPage, OfficeEditPage, OfficeListPage};
pub use teams::{TeamClosePage, TeamDetailPage, TeamEditPage, TeamListPage, TeamMembersPage};

use leptos::prelude::*;
use leptos_meta::Title;
use usher_types::Field;

use crate::ui::{Icon, SelectField, lang};
use crate::words;

/// The heading of a page below a list, with the way back to it.
pub(crate) fn head(list: (&'static str, String), title: String, aside: Option<AnyView>) -> AnyView {
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

/// What a list shows while it is empty.
pub(crate) fn empty(title: String, why: String, act: Option<(&'static str, String)>) -> AnyView {
    view! {
        <div class="empty">
            <Icon id="users" />
            <h2>{title}</h2>
            <p>{why}</p>
            {act.map(|(to, label)| view! { <p class="row"><a class="button main" href=to>{label}</a></p> })}
        </div>
    }
    .into_any()
}

/// Where the people of what is closed go.
fn instead(others: Vec<(String, String)>, must_move: bool, nothing: String, hint: String) -> AnyView {
    let label = words::instead(lang());
    view! { <SelectField field=Field::Instead value="" nothing options=others label hint required=must_move /> }.into_any()
}
