//! The settings of an organisation (`/settings`), and its licence agreement with the notices to the
//! vendor.

mod api;
mod licence;
mod pages;

pub use licence::LicencePage;
pub(crate) use licence::agreement;
#[cfg(feature = "ssr")]
pub(crate) use licence::notice_lines;
pub use pages::SettingsPage;
