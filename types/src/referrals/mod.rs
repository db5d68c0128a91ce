//! Referrals: a client is referred to a resource, or to another organisation (OG-05, OG-10). A
//! referral to another organisation has a row in each, and each side's actions are delivered to the
//! other.

mod forms;
mod list;
mod parse;
mod steps;
#[cfg(test)]
mod tests;
mod views;

pub use self::{forms::*, list::*, parse::*, steps::*, views::*};
