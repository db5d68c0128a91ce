//! The forms of the settings.

use crate::conflict::versioned;
use crate::form::form;

form! {
    /// Edits the organisation's settings.
    EditSettings shown at |_form| "/settings".to_owned();
    text {
        /// The version the page showed.
        version,
        /// The default language, for people who have not chosen a language.
        language,
        /// An IANA time zone.
        time_zone,
        /// How login names are made: a [`LoginNameFormat`].
        login_name_format,
        /// The organisation's own e-mail domains, one per line.
        own_domains,
        /// Ticked where everybody must be bound to an office.
        requires_office,
        /// Ticked where the organisation uses a learning management system (CS-12).
        uses_lms,
        /// Ticked where the organisation uses the customer portal, and its roles are given (CP-01
        /// to CP-05).
        uses_portal,
        /// Ticked where other organisations may refer clients.
        takes_referrals,
        /// Reasons for archiving, one per line.
        archive_reasons,
        /// The organisation's support contact: an address, a number, a page.
        support_contact,
    }
    list {
        /// The languages that the organisation's people may choose.
        languages,
        /// Optional fields of a person that must be filled here: [`OPTIONAL`] by name.
        required_fields,
    }
}

versioned!(EditSettings);

form! {
    /// Sends a notice to the vendor.
    SendNotice shown at |_form| "/settings/licence".to_owned();
    text {
        notice,
    }
}
