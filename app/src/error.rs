//! What a server function answers with when it did not do what it was asked: a refusal, put into words where it is shown.

use std::fmt;

use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use usher_types::Refusal;

/// A refusal on its way to a page. Holds codes and ids, no values, no sentences (design 5.12).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppError(pub Refusal);

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused with {}", self.0.status())
    }
}

impl std::error::Error for AppError {}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// What the framework itself refuses: arguments that do not parse, an address that is gone. The page is older than the
    /// server, or was never ours. An answer that did not come, or is not the server function's, is not the page's fault.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => Refusal::Unavailable,
            _ => Refusal::Stale,
        })
    }
}
