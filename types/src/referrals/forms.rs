//! The forms that create a referral and take a step of it.

use crate::form::form;
use crate::primitives::ids::ReferralId;

/// The value of [`NewReferral::step`] that leads to the review page.
pub const REVIEW: &str = "review";

form! {
    /// Refers a client.
    NewReferral shown at |form| form.shown();
    text {
        client,
        /// The resource; empty for another organisation as a whole.
        resource,
        /// The organisation of the resource, or the organisation as a whole; empty for the sender's
        /// own.
        at,
        /// The idempotency key, created by the server.
        key,
        /// The reason, for the receiver.
        why,
        /// Ticked to include the client's contact details.
        with_contact,
        /// What the sender was shown on the review page: [`ReferralPreview::seen`].
        seen,
        /// [`REVIEW`] on the way to the review page.
        step,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
}

form! {
    /// Takes a step of a referral.
    ActOnReferral shown at |form| page(&form.referral);
    text {
        referral,
        /// The version the page showed.
        version,
        /// The code of a [`ReferralStep`].
        act,
        note,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
}

/// A referral's address. An id from a form is untrusted text until it parses.
fn page(referral: &str) -> String {
    referral
        .parse::<ReferralId>()
        .map_or_else(|_| "/referrals".to_owned(), |id| format!("/referrals/{id}"))
}

/// The address of the form of a new referral, with the client and the destination as far as they
/// are chosen.
pub fn address(client: &str, resource: &str, at: &str) -> String {
    let mut address = "/referrals/new".to_owned();
    for (name, id) in [("client", client), ("resource", resource), ("at", at)] {
        // ids of both kinds parse alike
        if let Ok(id) = id.parse::<ReferralId>() {
            let mark = if address.contains('?') { '&' } else { '?' };
            address.push_str(&format!("{mark}{name}={id}"));
        }
    }
    address
}

impl NewReferral {
    fn shown(&self) -> String {
        if self.step == REVIEW {
            "/referrals/review".to_owned()
        } else {
            address(&self.client, &self.resource, &self.at)
        }
    }
}
