//! Roles: the built-in ones (decision 0017), copied into every organisation with a fixed key and
//! named by `app`; the form that creates and edits custom roles; and which roles may assign those.

mod built_in;
mod forms;
mod grants;
mod list;
mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{forms::*, grants::*, list::*, parse::*, views::*};
