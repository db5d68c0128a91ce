//! Dashboards: named, ordered sets of widgets on the start page (IZ-19). They are data of the
//! organisation; three are built in.

mod forms;
mod list;
mod parse;
#[cfg(test)]
mod tests;
mod views;
mod widgets;

pub use self::{forms::*, list::*, parse::*, views::*, widgets::*};
