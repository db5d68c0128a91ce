//! What the domain is built on, without a database: dates, passwords, keys, cursors, limits, search
//! texts and idempotency keys.

pub mod hashing;
pub(crate) mod idempotency;
pub mod limits;
pub(crate) mod paging;
pub mod sealing;
pub(crate) mod search;
pub(crate) mod time;
pub(crate) mod turns;
