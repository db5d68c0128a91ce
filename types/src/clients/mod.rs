//! Clients, the people who work with them, and moving a caseload to a colleague (SV-02 to SV-05,
//! OG-11, OG-12).

mod forms;
mod list;
mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{forms::*, list::*, parse::*, views::*};
