//! The forms of the operator.

use crate::conflict::versioned;
use crate::form::form;
use crate::primitives::actions::AdministratorAct;
use crate::primitives::ids::{OrganisationId, UserId};

form! {
    /// Creates an organisation and invites its first administrator (`/organisations/new`).
    AddOrganisation shown at |_form| "/organisations/new".to_owned();
    text {
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        organisation_name,
        /// Its language.
        language,
        /// The administrator's given name, or the only one.
        first_name,
        /// Family name.
        last_name,
        /// Ticked where the person has one name only.
        single_name,
        /// The address of the invitation.
        email,
        /// The administrator's login name; the address if empty.
        login_name,
    }
}

form! {
    /// Changes an organisation's name and its licence agreement (`/organisations/:id/edit`).
    EditOrganisation shown at |form| page(&form.id, "/edit");
    text {
        /// The organisation's id.
        id,
        /// The version the page showed.
        version,
        /// Its name.
        organisation_name,
        /// The agreed number of seats; no limit if empty.
        seats,
        /// The first day; optional.
        licence_from,
        /// The last day (inclusive); optional.
        licence_until,
        /// The vendor's address for notices; none are drafted if empty.
        vendor_address,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
}

form! {
    /// Suspends an organisation, or resumes it (`/organisations/:id/suspend`).
    SuspendOrganisation shown at |form| page(&form.id, "/suspend");
    text {
        /// The organisation's id.
        id,
        /// The reason; only shown to the operator.
        reason,
    }
}

form! {
    /// Acts on an administrator of another organisation
    /// (`/organisations/:id/administrators/:user/:act`).
    ActOnAdministrator shown at |form| administrator_page(form);
    text {
        /// The organisation that is acted on.
        id,
        /// The administrator.
        user,
        /// An [`AdministratorAct::code`].
        act,
        /// The reason for archiving, or for overriding warnings.
        reason,
        /// Ticked to override warnings.
        override_warnings,
    }
}

fn administrator_page(form: &ActOnAdministrator) -> String {
    match (
        form.user.parse::<UserId>(),
        AdministratorAct::from_code(&form.act),
    ) {
        (Ok(user), Some(act)) => page(&form.id, &format!("/administrators/{user}/{}", act.code())),
        _ => page(&form.id, ""),
    }
}

versioned!(EditOrganisation);

/// An address below an organisation's page. An id from a form is untrusted text until it parses.
fn page(id: &str, rest: &str) -> String {
    id.parse::<OrganisationId>().map_or_else(
        |_| "/organisations".to_owned(),
        |id| format!("/organisations/{id}{rest}"),
    )
}
