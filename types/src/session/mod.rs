//! Forms for visitors: signing in, setting passwords, and the set-up.

mod forms;
mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{forms::*, views::*};
