//! An organisation's settings (`/settings`), and the seats it agreed on with the vendor (S17,
//! IZ-20).

mod forms;
mod licence;
mod parse;
#[cfg(test)]
mod tests;
mod views;

pub use self::{forms::*, licence::*, parse::*, views::*};
