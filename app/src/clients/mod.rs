//! Clients: the list, the page of a client, creating and editing, the colleagues of a client, and
//! the caseload of a user.

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

use crate::messages;
use crate::ui::{Link, lang};

/// The list of clients, for links back.
fn list_link() -> Link {
    Link::new("/clients", messages::clients(lang()))
}
