//! Resources: services that an organisation offers (OG-03, OG-13) to its own caseworkers and, if
//! shared, to others.

mod forms;
mod list;
mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{forms::*, list::*, parse::*, views::*};
