//! Accounts of one person in several organisations (S13): an administrator asks for a link, a
//! System administrator proposes it, the holders of all accounts agree, and the person switches
//! between them.

mod forms;
mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{forms::*, views::*};
