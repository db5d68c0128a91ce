//! Activity (OG-83 to OG-86): figures of a person, of teams and of the organisation over a period.

mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{parse::*, views::*};
