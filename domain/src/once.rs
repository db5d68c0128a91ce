//! A double submit is one act (design rule 9).

use sha2::{Digest, Sha256};
use usher_types::FormKey;
use uuid::Uuid;

/// What a table holds unique for a form. A form and what it is about are one act: who goes back in the browser and types
/// something else over does something else.
pub(crate) fn key(form: FormKey, about: &str) -> Uuid {
    let mut act = [0; 16];
    let digest = Sha256::new().chain_update(form.0).chain_update(about).finalize();
    act.copy_from_slice(&digest[..16]);
    Uuid::from_bytes(act)
}
