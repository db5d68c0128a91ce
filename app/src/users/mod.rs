//! Users: the list, creating and editing, the page of a user, and the actions on a user.

mod access;
mod actions;
mod api;
mod coverage;
mod customers;
mod detail;
mod edit;
mod list;
mod memberships;
mod new;

pub use access::UserAccessPage;
pub use actions::{ArchivePage, InvitePage, RestorePage, RolesPage, TemporaryPasswordPage};
pub use coverage::UserCoveragePage;
pub use detail::UserDetailPage;
pub use edit::UserEditPage;
pub use list::UserListPage;
pub use new::{StaffNewPage, UserNewPage};

pub(crate) use access::tabs;
pub(crate) use api::user_list;
pub(crate) use coverage::cover_period;
#[cfg(test)]
pub(crate) use detail::delivery_in;
pub(crate) use detail::{activity, changes, delivery, timeline};
pub(crate) use list::table;
pub(crate) use memberships::office_name;
pub(crate) use new::LanguageField;

use leptos::prelude::*;
use usher_types::UserId;
use usher_types::users::Status;

use crate::ui::{Link, lang};
use crate::{labels, messages};

/// The list of users, for links back.
fn list() -> Link {
    Link::new("/users", messages::users(lang()))
}

/// The pages above a page of a user.
pub(crate) fn crumbs(user: UserId, name: &str) -> [Link; 2] {
    [list(), Link::new(format!("/users/{user}"), name.to_owned())]
}

/// The status of a user, as a badge.
#[component]
pub(crate) fn StatusBadge(status: Status) -> impl IntoView {
    let class = match status {
        Status::Active => "badge good",
        Status::Invited => "badge warn",
        Status::NoWayIn => "badge bad",
        Status::Archived => "badge none",
    };
    view! { <span class=class>{labels::status(lang(), status)}</span> }
}
