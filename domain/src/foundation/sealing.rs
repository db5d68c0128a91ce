//! Keys for encryption at rest and for keyed hashes (S11, ASVS 11.3).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// The first byte of every ciphertext: the id of the key.
const KEY_ID: u8 = 1;
const NONCE: usize = 24;

/// The installation's keys, derived from one master key of 32 bytes.
#[derive(Clone)]
pub struct Keys {
    sealing: [u8; 32],
    index: [u8; 32],
    chain: [u8; 32],
}

impl Keys {
    /// Derives the keys.
    pub fn from_master(master: &[u8; 32]) -> Self {
        Self {
            sealing: keyed(master, b"usher sealing 1"),
            index: keyed(master, b"usher index 1"),
            chain: keyed(master, b"usher chain 1"),
        }
    }

    /// Encrypts; `bound_to` must be the same when it is opened.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub(crate) fn seal(&self, plain: &str, bound_to: &[u8]) -> Result<Vec<u8>> {
        seal(&self.sealing, plain, bound_to)
    }

    /// Decrypts.
    ///
    /// # Errors
    /// When it was encrypted with another key or binding, or was changed.
    pub(crate) fn open(&self, sealed: &[u8], bound_to: &[u8]) -> Result<String> {
        open(&self.sealing, sealed, bound_to)
    }

    /// A keyed hash for the audit's chain, which somebody who can write to the database cannot
    /// forge.
    pub(crate) fn link(&self, bytes: &[u8]) -> [u8; 32] {
        keyed(&self.chain, bytes)
    }

    /// A keyed hash by which a value can be found.
    pub(crate) fn index(&self, value: &str) -> Vec<u8> {
        keyed(&self.index, value.as_bytes()).to_vec()
    }
}

fn seal(key: &[u8; 32], plain: &str, bound_to: &[u8]) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE] = random()?;
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: plain.as_bytes(),
                aad: bound_to,
            },
        )
        .map_err(|_| Error::Broken("sealing failed".to_owned()))?;
    Ok([&[KEY_ID][..], &nonce, &sealed].concat())
}

fn open(key: &[u8; 32], sealed: &[u8], bound_to: &[u8]) -> Result<String> {
    let broken = || Error::Broken("a sealed value does not open".to_owned());
    let (head, rest) = sealed.split_first().ok_or_else(broken)?;
    let (nonce, text) = rest.split_first_chunk::<NONCE>().ok_or_else(broken)?;
    if *head != KEY_ID {
        return Err(broken());
    }
    let plain = XChaCha20Poly1305::new(key.into())
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: text,
                aad: bound_to,
            },
        )
        .map_err(|_| broken())?;
    String::from_utf8(plain).map_err(|_| broken())
}

fn keyed(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// A secret that travels in a cookie or a link: 256 random bits. Only its hash is stored (ASVS
/// 7.2.3).
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A new random token.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn new() -> Result<Self> {
        Ok(Self(URL_SAFE_NO_PAD.encode(random::<32>()?)))
    }

    /// A token received from a browser or a link.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The token as it is sent.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The token's hash, as it is stored.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// Encrypts for the holder of this token: its stored hash cannot decrypt it.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub(crate) fn seal(&self, plain: &str, bound_to: &[u8]) -> Result<Vec<u8>> {
        seal(&self.sealing_key(), plain, bound_to)
    }

    /// Decrypts what [`Token::seal`] encrypted.
    ///
    /// # Errors
    /// As [`Keys::open`].
    pub(crate) fn open(&self, sealed: &[u8], bound_to: &[u8]) -> Result<String> {
        open(&self.sealing_key(), sealed, bound_to)
    }

    fn sealing_key(&self) -> [u8; 32] {
        keyed(self.0.as_bytes(), b"usher token sealing 1")
    }
}

/// Random bytes from the operating system.
///
/// # Errors
/// When it has none.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| Error::Broken(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_only_for_the_same_person() -> Result<()> {
        let keys = Keys::from_master(&[7; 32]);
        let sealed = keys.seal("198507099805", b"anna")?;
        assert_eq!(keys.open(&sealed, b"anna")?, "198507099805");
        assert!(keys.open(&sealed, b"per").is_err());
        assert!(Keys::from_master(&[8; 32]).open(&sealed, b"anna").is_err());
        Ok(())
    }
}
