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

pub(crate) use api::user_list;
pub(crate) use new::LanguageField;
