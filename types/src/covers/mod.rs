//! Team coverage: other teams whose work a user covers, for a period or without an end (IZ-08,
//! IZ-09).

mod forms;
mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{forms::*, parse::*, views::*};
