//! Organisations: the user's own (`/organisation`), and all of them for the operator
//! (`/organisations`).

mod administrators;
mod api;
mod manage;
mod own;

pub use administrators::AdministratorPage;
pub use manage::{
    OrganisationAddPage, OrganisationDetailPage, OrganisationEditPage, OrganisationListPage,
    OrganisationSuspendPage,
};
pub use own::OrganisationPage;

use crate::messages;
use crate::ui::{Link, lang};

/// The list of all organisations, for links back.
fn list() -> Link {
    Link::new("/organisations", messages::organisations(lang()))
}
