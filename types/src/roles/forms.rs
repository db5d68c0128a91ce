//! The forms that edit and deactivate a role.

use crate::conflict::versioned;
use crate::form::form;
use crate::primitives::ids::RoleId;
use crate::primitives::url::{encode, own_path};

form! {
    /// Creates (`/roles/new`) or edits (`/roles/:code/edit`) a custom role.
    EditRole shown at |form| match (form.role.parse::<RoleId>(), own_path(&form.next)) {
        (Ok(role), _) => format!("/roles/{role}/edit"),
        (Err(_), Some(next)) => format!("/roles/new?next={}", encode(next)),
        (Err(_), None) => "/roles/new".to_owned(),
    };
    text {
        /// The idempotency key, created by the server.
        key,
        /// The role; empty for a new one.
        role,
        /// The version the page showed; empty for a new one.
        version,
        name,
        /// The people it is for; optional.
        purpose,
        /// Ticked where its holder must be bound to an office (S16).
        requires_office,
        /// Ticked where its holder must assist a client (S14).
        requires_client,
        /// Set if its holder must be a client, in a copy of such a role (SV-02).
        requires_record,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
        /// The page to return to after creating it; only paths of this site.
        next,
    }
    list {
        /// For each permission its code, a colon and a [`Reach::code`]; empty for one that is not
        /// granted.
        allows,
        /// Ids of the roles its holder may assign.
        gives,
        /// Ids of the roles whose holders its holder may manage.
        manages,
        /// Ids of the dashboards it brings.
        dashboards,
    }
}

versioned!(EditRole);

form! {
    /// Removes a role from everybody, and deactivates it (`/roles/:code/retire`).
    DeactivateRole shown at |form| form.role.parse::<RoleId>().map_or_else(|_| "/roles".to_owned(), |role| format!("/roles/{role}/retire"));
    text {
        role,
        /// The id of the replacement, or [`NOTHING`].
        instead,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
}

/// The value of [`DeactivateRole::instead`] for no replacement, which must be chosen explicitly.
pub const NOTHING: &str = "nothing";
