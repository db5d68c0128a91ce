//! Audit events, as ids and codes: an enum, so that each event has one spelling and pages can match
//! it.

mod events;
mod list;
#[cfg(test)]
mod tests;
mod views;

pub use self::{events::*, list::*, views::*};
