//! The forms about resources.

use crate::conflict::versioned;
use crate::form::form;
use crate::primitives::ids::ResourceId;

form! {
    /// Creates or edits a resource.
    EditResource shown at |form| page(&form.resource, "/edit");
    text {
        /// The resource; empty for a new one.
        resource,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
        description,
        /// The number of places; empty for no limit.
        capacity,
        /// Contact information.
        contact,
        /// The opening hours.
        opening,
        /// Ticked where other organisations may see it.
        is_shared,
    }
}

form! {
    /// Closes a resource, so that it takes no new referrals.
    CloseResource shown at |form| page(&form.resource, "/close");
    text {
        resource,
    }
}

versioned!(EditResource);

/// An address below a resource. An id from a form is untrusted text until it parses.
fn page(resource: &str, rest: &str) -> String {
    resource.parse::<ResourceId>().map_or_else(
        |_| "/resources/new".to_owned(),
        |id| format!("/resources/{id}{rest}"),
    )
}
