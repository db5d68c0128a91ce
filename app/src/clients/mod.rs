//! Clients: the list, a page of each, creating and changing one, who works with them, and a person's caseload.

mod api;
mod caseload;
mod detail;
mod edit;
mod linked;
mod list;
mod people;

pub use caseload::CaseloadPage;
pub use detail::ClientDetailPage;
pub use edit::{ClientArchivePage, ClientEditPage};
pub use list::ClientListPage;
pub use people::ClientPeoplePage;

pub(crate) use linked::LinkedFields;
