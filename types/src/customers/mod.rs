//! Customers and their contracts (CP-13 to CP-16). A person has customers, and the organisation
//! config of one of their contracts.

mod forms;
mod list;
mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{forms::*, list::*, parse::*, views::*};
