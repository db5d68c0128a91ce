//! What a person reads when a form violates a constraint of the schema. The database decides
//! whether a name is taken, because a query before the insert cannot know.
//!
//! Invariant: `domain/tests/constraints.rs` reads the catalogue, and fails for a unique or a named
//! check constraint that stands in none of these lists.

use usher_types::{Field, Problem};

/// The field and its problem. Every violation of these becomes a refusal
/// ([`Error`](crate::Error)).
pub const FIELDS: [(&str, Field, Problem); 14] = [
    ("offices_name_key", Field::UnitName, Problem::SameName),
    ("teams_name_key", Field::UnitName, Problem::SameName),
    ("lists_name_key", Field::UnitName, Problem::SameName),
    ("customers_name_key", Field::UnitName, Problem::SameName),
    ("contracts_name_key", Field::UnitName, Problem::SameName),
    ("dashboards_name_key", Field::UnitName, Problem::SameName),
    ("resources_name_key", Field::UnitName, Problem::SameName),
    ("roles_name_key", Field::RoleName, Problem::SameName),
    ("clients_number", Field::ClientNumber, Problem::SameName),
    (
        "users_identity_key",
        Field::IdentityNumber,
        Problem::IdentityTaken,
    ),
    (
        "link_requests_open",
        Field::OtherLogin,
        Problem::AskedAlready,
    ),
    ("link_proposals_one_each", Field::Form, Problem::TwoThere),
    ("link_proposals_own", Field::Form, Problem::OwnAccount),
    ("link_proposals_pkey", Field::Form, Problem::ProposedAlready),
];

/// Constraints that a function of their own answers, with the reason.
pub const ANSWERED: [(&str, &str); 4] = [
    (
        "login_name_key",
        "who has the name is said within reach only (S6)",
    ),
    (
        "users_email_key",
        "who has the address is said within reach only (S6)",
    ),
    (
        "organisations_seats",
        "the answer says how many seats were agreed (S17)",
    ),
    (
        "organisations_suspended",
        "a visitor reads it after the right password only",
    ),
];
