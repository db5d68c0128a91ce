//! The user's own profile.

mod api;
mod pages;

pub use pages::{EmailPage, PasswordPage, ProfilePage};
