//! Organisations, as managed by the operator: creating one with its first administrator, editing
//! its name and licence agreement, suspending it, and acting on its administrators
//! (`/organisations`).

mod forms;
mod list;
mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{forms::*, list::*, parse::*, views::*};
