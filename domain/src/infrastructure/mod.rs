//! Mechanisms that every context uses, over a [`Scope`](crate::Scope): limits, the outbox, drafts,
//! the audit's hash chain, and what deletes expired rows.

pub mod chain;
pub(crate) mod directory;
pub mod drafts;
pub mod known_browsers;
pub(crate) mod named_rows;
pub(crate) mod outbox;
pub mod sweep;
pub(crate) mod throttles;
