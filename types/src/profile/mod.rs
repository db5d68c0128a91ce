//! The actor's own profile: what a person may edit themselves.

mod forms;
mod parse;
mod views;

pub use self::{forms::*, parse::*, views::*};
