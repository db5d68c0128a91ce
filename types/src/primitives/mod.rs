//! The vocabulary of all contexts: ids, the names of rows, and values that cannot be invalid.
//! Nothing here knows a context.

pub mod actions;
pub mod built_in;
pub mod coded;
pub mod csv;
pub mod date;
pub mod durations;
pub mod email;
pub mod identity_number;
pub mod ids;
pub mod invisible;
pub mod login_name;
pub mod names;
pub mod paging;
pub mod password;
pub mod permission;
pub mod phone;
pub mod preferences;
pub mod references;
pub mod secret;
pub mod url;
