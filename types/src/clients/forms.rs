//! The forms about clients and caseloads.

use crate::conflict::versioned;
use crate::form::form;
use crate::primitives::coded::coded;
use crate::primitives::ids::{ClientId, UserId};
use crate::primitives::url::encode;
use crate::refusal::Field;

form! {
    /// Creates or edits a client.
    EditClient shown at |form| match form.client.parse::<ClientId>() {
        Ok(client) => format!("/clients/{client}/edit"),
        Err(_) => "/clients/new".to_owned(),
    };
    text {
        /// The client; empty for a new one.
        client,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Given name, or the only one.
        first_name,
        /// Family name.
        last_name,
        /// Ticked where the client has one name only.
        single_name,
        /// The organisation's own number for the client; optional, unique.
        client_number,
        /// E-mail; optional.
        email,
        /// Phone; optional.
        phone,
        /// Notes for the people who work with the client; optional.
        client_note,
        /// The client's team; empty for none.
        team,
        /// The responsible person; empty for the team's queue.
        responsible,
    }
}

form! {
    /// Links a person to a client (as responsible person, assistant, or with access), or unlinks
    /// them.
    ChangePerson shown at |form| match form.q.trim() {
        "" => client_page(&form.client, "/people"),
        q => client_page(&form.client, &format!("/people?q={}", encode(q))),
    };
    text {
        client,
        /// The search words, which the page shows again.
        q,
        user,
        /// A [`Part::code`].
        part,
    }
}

form! {
    /// Archives a client.
    ArchiveClient shown at |form| client_page(&form.client, "/archive");
    text {
        client,
        /// The reason, which is stored and shown.
        reason,
    }
}

form! {
    /// Restores a client.
    RestoreClient shown at |form| client_page(&form.client, "");
    text {
        client,
    }
}

form! {
    /// Moves clients of one person to a colleague, or into their teams' queues.
    MoveCaseload shown at |form| caseload_page(&form.user);
    text {
        /// Whose they are.
        user,
        /// The colleague; empty for the teams' queues.
        to,
        /// Ticked for all of them.
        all,
    }
    list {
        /// Ids of the clients.
        clients,
    }
}

form! {
    /// Returns moved clients.
    ReturnCaseload shown at |form| caseload_page(&form.user);
    text {
        /// The person they were moved from.
        user,
        /// The move.
        moved,
    }
}

versioned!(EditClient);

/// An address below a client's page. An id from a form is untrusted text until it parses.
fn client_page(client: &str, rest: &str) -> String {
    client.parse::<ClientId>().map_or_else(
        |_| "/clients".to_owned(),
        |client| format!("/clients/{client}{rest}"),
    )
}

fn caseload_page(user: &str) -> String {
    user.parse::<UserId>().map_or_else(
        |_| "/clients".to_owned(),
        |user| format!("/users/{user}/caseload"),
    )
}

coded! {
    /// A person's part in a client's care.
    Part {
        /// The responsible person: one, or nobody while the client waits in the team's queue.
        Responsible = "responsible",
        /// Assists the client (SV-05).
        Assistant = "assistant",
        /// Has individual access (SV-03).
        Access = "access",
    }
}

impl Part {
    /// The field the audit keeps it under.
    pub fn field(self) -> Field {
        match self {
            Self::Responsible => Field::Responsible,
            Self::Assistant => Field::Assistants,
            Self::Access => Field::ClientAccess,
        }
    }
}
