//! Idempotency keys: a form that is posted twice writes one row (decision 0010).

use sha2::{Digest, Sha256};
use usher_types::IdempotencyKey;
use uuid::Uuid;

/// The key that a table holds unique for a form: the form's own key hashed with what the form is
/// about. A person who goes back in the browser and types something else gets another key, and so
/// another row.
pub(crate) fn key(form: IdempotencyKey, about: &str) -> Uuid {
    let mut bytes = [0; 16];
    let digest = Sha256::new()
        .chain_update(form.0)
        .chain_update(about)
        .finalize();
    bytes.copy_from_slice(&digest[..16]);
    Uuid::from_bytes(bytes)
}
