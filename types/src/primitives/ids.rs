//! One id type per noun, so that they cannot be confused. The server creates ids; the browser only
//! parses them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "sea-orm", derive(sea_orm::DeriveValueType))]
        #[cfg_attr(feature = "sea-orm", sea_orm(try_getable_array))]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        // required of a part of a primary key; our keys are never counted up
        #[cfg(feature = "sea-orm")]
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )*};
}

ids! {
    /// An organisation: the tenant.
    OrganisationId,
    /// A person's account in one organisation.
    UserId,
    /// A role of one organisation.
    RoleId,
    /// An office of one organisation.
    OfficeId,
    /// A team of one organisation.
    TeamId,
    /// A list that people of one organisation are on.
    ListId,
    /// A client: a person who is supported.
    ClientId,
    /// Clients that were moved from one colleague to another.
    MoveId,
    /// A service that an organisation offers, and that clients are referred to.
    ResourceId,
    /// A referral: the same on both sides of it.
    ReferralId,
    /// A team whose work somebody covers for a time.
    CoverId,
    /// A customer: a company served.
    CustomerId,
    /// A contract of a customer.
    ContractId,
    /// An audit event.
    EventId,
    /// A mail in the outbox.
    MailId,
    /// A notice to the vendor.
    NoticeId,
    /// A dashboard of one organisation.
    DashboardId,
    /// An idempotency key: the server puts it into a form, and the table holds it unique, so that a
    /// form that is posted twice writes one row.
    IdempotencyKey,
}
