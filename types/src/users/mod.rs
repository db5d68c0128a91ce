//! Users: the forms that create and change them, and what the pages about them show.

mod context;
mod forms;
mod list;
mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{context::*, forms::*, list::*, parse::*, views::*};
