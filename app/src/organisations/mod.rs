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
