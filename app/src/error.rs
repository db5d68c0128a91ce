//! The error type of server functions: a refusal, turned into text where it is shown.

use std::fmt;

use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use usher_types::Refusal;

/// A refusal that is sent to a page. It holds codes and ids, no values and no sentences (decision
/// 0024).
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

    /// Maps errors of the framework. Arguments that do not parse, or an unknown address, mean that
    /// the page is older than the server or not ours. A missing or foreign response means that the
    /// server is unavailable.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => {
                Refusal::Unavailable
            }
            _ => Refusal::Stale,
        })
    }
}
