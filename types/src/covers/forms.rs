//! The forms that assign and end a cover.

use crate::form::form;
use crate::primitives::ids::UserId;

form! {
    /// Assigns a person to cover teams.
    GiveCover shown at |form| match form.user.parse::<UserId>() {
        Ok(user) => format!("/users/{user}/coverage"),
        Err(_) => "/users".to_owned(),
    };
    text {
        /// The person who covers.
        user,
        /// The start, as a [`Minute`]; now if empty.
        cover_from,
        /// The end, as a [`Minute`]; no end if empty.
        cover_until,
        /// The reason; optional.
        cover_reason,
    }
    list {
        /// Ids of the teams.
        cover_teams,
    }
}

form! {
    /// Ends a cover now.
    EndCover shown at |form| match form.user.parse::<UserId>() {
        Ok(user) => format!("/users/{user}/coverage"),
        Err(_) => "/users".to_owned(),
    };
    text {
        /// The person who covers.
        user,
        cover,
    }
}
