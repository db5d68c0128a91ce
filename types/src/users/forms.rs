//! The forms that create and change people.

use crate::conflict::versioned;
use crate::form::form;
use crate::primitives::ids::UserId;

form! {
    /// Creates a person (`/users/new`, and `/staff/new` from the front of the application).
    NewUser shown at |form| if form.staff.is_empty() { "/users/new".to_owned() } else { "/staff/new".to_owned() };
    text {
        /// The idempotency key, created by the server.
        key,
        /// Ticked where the page is `/staff/new`.
        staff,
        /// Given name, or the only one.
        first_name,
        /// Family name.
        last_name,
        /// Ticked where the person has one name only.
        single_name,
        /// E-mail; optional.
        email,
        /// Phone; optional.
        phone,
        /// Job title; optional.
        job_title,
        /// `en`, `sv`, or nothing for the organisation's.
        language,
        /// Personnummer or samordningsnummer; optional.
        identity_number,
        /// The login name.
        login_name,
        /// The office the person is bound to; empty for none.
        office,
        /// Ticked where the person manages the LMS (CS-12).
        lms_manager,
        /// The start of covering other teams; now if empty.
        cover_from,
        /// The end; no end if empty.
        cover_until,
        /// The reason; optional.
        cover_reason,
        /// Search words for clients to assist.
        client_q,
        /// The client for whom the account is (SV-02); empty for other people.
        record,
        /// The contract whose config the person has; empty for none.
        config,
        /// A [`SignInSetup::code`].
        way_in,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
    list {
        /// Ids of the roles beside User.
        roles,
        /// Ids of the teams the person belongs to.
        teams,
        /// Ids of other teams whose work the person covers.
        cover_teams,
        /// Ids of the lists the person is on.
        lists,
        /// Ids of the clients the person assists, if a chosen role requires one (SV-05).
        linked_clients,
        /// Ids of the person's customers.
        customers,
    }
    secret {
        /// For [`SignInSetup::TemporaryPassword`].
        temporary_password,
    }
}

form! {
    /// Changes a person's details (`/users/:id/edit`).
    EditUser shown at |form| user_page(&form.user, "/edit");
    text {
        user,
        /// The version the page showed.
        version,
        /// Given name, or the only one.
        first_name,
        /// Family name.
        last_name,
        /// Ticked where the person has one name only.
        single_name,
        /// E-mail; optional.
        email,
        /// Phone; optional.
        phone,
        /// Job title; optional.
        job_title,
        /// `en`, `sv`, or nothing for the organisation's.
        language,
        /// Ticked to remove the identity number, which the page shows masked.
        identity_remove,
        /// Personnummer or samordningsnummer; the stored one stays if this is empty.
        identity_number,
        /// The login name.
        login_name,
        /// The office the person is bound to; empty for none.
        office,
        /// Ticked where the person manages the LMS (CS-12).
        lms_manager,
        /// The start of covering other teams; now if empty.
        cover_from,
        /// The end; no end if empty.
        cover_until,
        /// The reason; optional.
        cover_reason,
        /// The contract whose config the person has; empty for none.
        config,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
    list {
        /// Ids of the teams the person belongs to, of those the actor may choose.
        teams,
        /// Ids of further teams whose work the person covers.
        cover_teams,
        /// Ids of the lists the person is on.
        lists,
        /// Ids of the person's customers.
        customers,
    }
}

form! {
    /// Assigns or removes one role.
    ChangeRole shown at |form| user_page(&form.user, "/roles");
    text {
        user,
        role,
        /// The receiver of the person's clients, if the removed role is the one they work with
        /// clients by; read by [`Receiver::parse`].
        to,
        /// Search words for clients to assist.
        client_q,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
    list {
        /// Ids of clients the person is to assist, if the role requires one (SV-05).
        linked_clients,
    }
}

form! {
    /// Sets a temporary password.
    SetTemporaryPassword shown at |form| user_page(&form.user, "/password");
    text {
        user,
    }
    secret {
        /// The password, which the administrator hands over.
        temporary_password,
    }
}

form! {
    /// Sends, or resends, the invitation.
    Invite shown at |form| user_page(&form.user, "/invite");
    text {
        user,
    }
}

form! {
    /// Archives a person.
    Archive shown at |form| user_page(&form.user, "/archive");
    text {
        user,
        /// The receiver of their clients; empty for the queues of the clients' teams.
        to,
        /// Ticked to notify their colleagues by e-mail (OG-64).
        tell,
        /// One of the organisation's reasons for archiving, if it has any.
        archive_reason,
        /// The reason, or details of it; stored, and shown in the user bank.
        reason,
        /// Ticked to override warnings, for that reason.
        override_warnings,
    }
}

form! {
    /// Restores a person from the user bank.
    Restore shown at |form| user_page(&form.user, "/restore");
    text {
        user,
    }
}

versioned!(EditUser);

/// An address below a person's page. An id from a form is untrusted text until it parses.
fn user_page(user: &str, rest: &str) -> String {
    user.parse::<UserId>().map_or_else(
        |_| "/users".to_owned(),
        |user| format!("/users/{user}{rest}"),
    )
}
