//! The forms about offices and teams.

use crate::conflict::versioned;
use crate::form::form;
use crate::primitives::ids::OfficeId;

form! {
    /// Creates or renames an office.
    EditOffice shown at |form| page("/offices", &form.office, "/edit");
    text {
        /// The office; empty for a new one.
        office,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
    }
}

form! {
    /// Creates or edits a team.
    EditTeam shown at |form| page("/teams", &form.team, "/edit");
    text {
        /// The team; empty for a new one.
        team,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
        /// The office it belongs to; empty for none.
        office,
    }
}

form! {
    /// Closes an office, after moving its people and teams.
    CloseOffice shown at |form| page("/offices", &form.office, "/close");
    text {
        office,
        /// The office that its people and teams move to, or nothing for none.
        instead,
    }
}

form! {
    /// Closes a team, after moving its members.
    CloseTeam shown at |form| page("/teams", &form.team, "/close");
    text {
        team,
        /// The team that its members move to, or nothing for none.
        instead,
    }
}

form! {
    /// Adds a person to a team, or removes them.
    ChangeMember shown at |form| page("/teams", &form.team, "/members");
    text {
        team,
        user,
    }
}

versioned!(EditOffice, EditTeam);

/// An address below a unit's page. An id from a form is untrusted text until it parses.
fn page(list: &str, id: &str, rest: &str) -> String {
    match id.parse::<OfficeId>() {
        Ok(id) => format!("{list}/{id}{rest}"),
        Err(_) => format!("{list}/new"),
    }
}
