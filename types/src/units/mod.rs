//! Offices and teams: the parts of an organisation. A user may be bound to one office, and belongs
//! to teams (CS-02, S16).

mod forms;
mod list;
mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{forms::*, list::*, parse::*, views::*};
