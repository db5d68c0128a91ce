//! Passwords on their way from the form to the hash.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

/// A password on its way from the form to the hash. Its `Debug` output is empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Exactly as typed (ASVS 6.2.8).
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Exactly as typed (ASVS 6.2.8).
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The normal form for hashing: NFKC, because keyboards encode å as one character or as two
    /// (RFC 8265).
    #[must_use]
    pub fn normalised(&self) -> Self {
        Self(self.0.nfkc().collect())
    }

    /// The texts whose hash may be stored for this password, the most likely first: NFKC, and for
    /// hashes from before normalisation the text as typed and as a decomposing keyboard sends it.
    /// Plain ASCII has only one form.
    #[must_use]
    pub fn candidates(&self) -> Vec<Self> {
        let mut candidates = vec![self.normalised()];
        for other in [self.clone(), Self(self.0.nfd().collect())] {
            if !candidates.contains(&other) {
                candidates.push(other);
            }
        }
        candidates
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_of_another_keyboard_is_not_another_password() {
        let (composed, decomposed) = (Secret::new("blåbär"), Secret::new("bla\u{30A}ba\u{308}r"));
        assert_ne!(composed, decomposed);
        assert_eq!(composed.normalised(), decomposed.normalised());
        assert_eq!(
            composed.candidates(),
            [composed.clone(), decomposed.clone()]
        );
        assert_eq!(decomposed.candidates(), [composed, decomposed]);
    }

    #[test]
    fn a_plain_password_is_tried_once() {
        assert_eq!(
            Secret::new("violet kettle").candidates(),
            [Secret::new("violet kettle")]
        );
    }
}
