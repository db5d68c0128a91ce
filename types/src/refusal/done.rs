//! Actions that came too late, because their result exists already.

use serde::{Deserialize, Serialize};

use crate::primitives::actions::AdministratorAct;
use crate::primitives::ids::{ClientId, OrganisationId, UserId};

/// A state that an action would lead to and that already exists, because a colleague, or the actor
/// in another window, was first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "an id is named after what it identifies")]
pub enum Done {
    /// The person is archived, and must be restored first.
    UserArchived { user: UserId },
    /// The person is not archived.
    UserRestored { user: UserId },
    /// The client is archived, and must be restored first.
    ClientArchived { client: ClientId },
    /// The client is not archived.
    ClientRestored { client: ClientId },
    /// Closed, which is final.
    Closed {
        /// The kind of thing.
        what: Closable,
    },
    /// The cover has ended, or was removed before it began.
    CoverEnded { user: UserId },
    /// An administrator of another organisation is already as this action would leave them.
    Administrator {
        organisation: OrganisationId,
        /// The action.
        act: AdministratorAct,
    },
    /// The moved clients were already returned to the person.
    CaseloadReturned { user: UserId },
}

/// Things that an organisation can close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closable {
    /// An office.
    Office,
    /// A team.
    Team,
    /// A list.
    List,
    /// A customer.
    Customer,
    /// A contract of a customer.
    Contract,
    /// A dashboard.
    Dashboard,
    /// A resource.
    Resource,
}
