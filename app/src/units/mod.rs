//! Offices and teams: the lists, their pages, creating, editing and closing, and the members of a
//! team.

mod api;
mod offices;
mod teams;

pub use offices::{OfficeClosePage, OfficeDetailPage, OfficeEditPage, OfficeListPage};
pub use teams::{TeamClosePage, TeamDetailPage, TeamEditPage, TeamListPage, TeamMembersPage};

use leptos::prelude::*;
use usher_types::Field;

use crate::messages;
use crate::ui::{SelectField, lang};

/// The office or team that replaces the one that is closed.
fn replacement_field(
    others: Vec<(String, String)>,
    must_move: bool,
    nothing: String,
    hint: String,
) -> AnyView {
    let label = messages::instead(lang());
    view! { <SelectField field=Field::Instead value="" nothing options=others label hint required=must_move /> }.into_any()
}
