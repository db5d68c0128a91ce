//! Access help: the permissions of the user, and why somebody cannot do something (OG-88 to OG-90).

mod access;
mod api;

pub use access::AccessHelpPage;
pub(crate) use access::explanation_url;
