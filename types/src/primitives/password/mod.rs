//! Password strength. Guards that the strength bar and the server give the same verdict (S5,
//! IZ-16): both call [`judge`] with the same words, and a password is accepted exactly when
//! [`Verdict::is_strong`].
//!
//! A password is counted, judged and hashed in NFKC
//! ([`Secret::normalised`](crate::primitives::secret::Secret::normalised)) and otherwise as typed: nothing is
//! trimmed, cut or folded (ASVS 6.2.8), every character is allowed (6.2.5) and no composition is
//! asked for.

mod common;

use crate::primitives::names::fold;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The minimum number of characters without a second factor (S5, ASVS 6.2.1).
pub const MIN_LENGTH: usize = 15;
/// The minimum number of characters with a second factor (S5).
pub const MIN_LENGTH_WITH_SECOND_FACTOR: usize = 8;
/// The maximum number of characters (ASVS 6.2.9 requires at least 64), which limits the cost of
/// hashing and judging.
pub const MAX_LENGTH: usize = 128;
/// The number of random bytes that [`generate`] takes.
pub const GENERATE_BYTES: usize = 24;

/// The name of the product, which no password may contain.
const PRODUCT: &str = "usher";
/// The minimum length of a word that is checked; shorter words occur in many good passwords by
/// accident.
const MIN_WORD: usize = 4;
/// The number of characters that are estimated. The cost grows much faster than the length (100
/// characters written as "l33t" took 0.8 s). If the first characters are hard to guess, the whole
/// password is.
const MAX_ESTIMATED: usize = 40;
/// The number of characters of a text from which words are taken: more than any field accepts. The
/// texts are not validated yet.
const MAX_TEXT: usize = 300;
/// The lowest of zxcvbn's scores (0–4) that withstands offline guessing of a slow hash.
const MIN_SCORE: u8 = 3;

/// The result of judging a password, by criterion, so that the page can show which are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Verdict {
    /// It is long enough.
    pub long_enough: bool,
    /// It has more than [`MAX_LENGTH`] characters.
    pub too_long: bool,
    /// It is not a common password (ASVS 6.2.4).
    pub uncommon: bool,
    /// It contains no name of the person, the organisation or the product (ASVS 6.2.11).
    pub without_names: bool,
    /// It is estimated to be hard to guess.
    pub hard_to_guess: bool,
    /// The estimate, 0–4; 0 if it is too long to be estimated.
    pub score: u8,
}

impl Verdict {
    /// Whether the password is accepted: all criteria are met.
    #[must_use]
    pub fn is_strong(&self) -> bool {
        self.needs_estimate() && self.hard_to_guess
    }

    /// Whether all other criteria are met, so that the estimate decides.
    #[must_use]
    pub fn needs_estimate(&self) -> bool {
        self.long_enough && !self.too_long && self.uncommon && self.without_names
    }

    /// How far the bar is filled, 0–4: 4 is the green "Strong" (IZ-16) and means exactly that the
    /// password is accepted.
    #[must_use]
    pub fn bar(&self) -> u8 {
        if self.is_strong() {
            4
        } else {
            self.score.min(3)
        }
    }
}

/// Judges a password against the person's words (from [`words_of`]) and the length required of that
/// person.
#[must_use]
pub fn judge(password: &str, words: &[String], min_length: usize) -> Verdict {
    let verdict = without_estimate(password, words, min_length);
    if verdict.too_long {
        return verdict;
    }
    let score = estimate(password, words);
    Verdict {
        hard_to_guess: score >= MIN_SCORE,
        score,
        ..verdict
    }
}

/// The criteria that are cheap to check. The estimate, which is expensive, is left out and counts
/// as not met. The server estimates a password only if these criteria are met.
#[must_use]
pub fn without_estimate(password: &str, words: &[String], min_length: usize) -> Verdict {
    // limited, because the input may be megabytes long
    let password: &str = &password.nfkc().take(MAX_LENGTH + 1).collect::<String>();
    let length = password.chars().count();
    if length > MAX_LENGTH {
        return Verdict {
            long_enough: true,
            too_long: true,
            uncommon: true,
            without_names: true,
            hard_to_guess: false,
            score: 0,
        };
    }
    let folded = fold(password);
    Verdict {
        long_enough: length >= min_length,
        too_long: false,
        uncommon: !common::contains(password),
        without_names: !words.iter().any(|word| folded.contains(word.as_str())),
        hard_to_guess: false,
        score: 0,
    }
}

/// The words that a person's password must not contain (ASVS 6.2.11): both names, login name, local
/// part of the e-mail address, organisation and product, split at non-letters, folded, at least
/// four characters long, without duplicates. Texts may be empty.
#[must_use]
pub fn words_of(
    first: &str,
    last: &str,
    login_name: &str,
    email: &str,
    organisation: &str,
) -> Vec<String> {
    let mailbox = |address: &str| address.split('@').next().unwrap_or_default().to_owned();
    let text = |text: &str| text.chars().take(MAX_TEXT).collect::<String>();
    let (first, last, login_name) = (text(first), text(last), text(login_name));
    let (email, organisation) = (text(email), text(organisation));
    let mut words: Vec<String> = [
        first.as_str(),
        &last,
        &mailbox(&login_name),
        &mailbox(&email),
        &organisation,
        PRODUCT,
    ]
    .iter()
    .flat_map(|text| {
        fold(text)
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| word.chars().count() >= MIN_WORD)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    })
    .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Generates a password from random bytes (IZ-17): five groups of four, `k7bq-rt4m-…`, 95 bits. It
/// has no vowels, so that it spells no name or offensive word, and no characters that are easily
/// misread. It is strong for every person. The bytes must come from a cryptographic source and must
/// not be reused.
#[must_use]
pub fn generate(random: &[u8; GENERATE_BYTES]) -> String {
    let symbols = symbols(*random);
    let spell = |turn: usize| {
        let mut groups: Vec<String> = symbols
            .chunks(4)
            .map(|group| group.iter().copied().map(char::from).collect())
            .collect();
        groups.rotate_left(turn);
        groups.join("-")
    };
    // The filter refuses one in 150 000 by accident; the same groups in another order are as
    // random.
    (0..5)
        .map(spell)
        .find(|password| !common::contains(password))
        .unwrap_or_else(|| spell(0))
}

/// Twenty symbols: the bytes as a number in base 27. Only 95 of 192 bits are used, so all symbols
/// are equally likely.
fn symbols(mut number: [u8; GENERATE_BYTES]) -> [u8; 20] {
    const ALPHABET: &[u8; 27] = b"bcdfghjkmnpqrstvwxz23456789";
    std::array::from_fn(|_| {
        let mut remainder = 0_usize;
        for byte in &mut number {
            let value = remainder << 8 | usize::from(*byte);
            // Below 256, because the remainder was below 27.
            *byte = (value / ALPHABET.len()) as u8;
            remainder = value % ALPHABET.len();
        }
        ALPHABET[remainder]
    })
}

fn estimate(password: &str, words: &[String]) -> u8 {
    let password: String = password.nfkc().take(MAX_ESTIMATED).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    u8::from(zxcvbn::zxcvbn(&password, &words).score())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn annas() -> Vec<String> {
        words_of(
            "Anna-Karin",
            "Åkerström",
            "anna.akerstrom2",
            "ak@example.com",
            "Region Söder AB",
        )
    }

    fn judged(password: &str) -> Verdict {
        judge(password, &annas(), MIN_LENGTH)
    }

    #[test]
    fn the_words_are_folded_long_and_named_once() {
        assert_eq!(
            annas(),
            ["akerstrom", "anna", "karin", "region", "soder", "usher"]
        );
        assert_eq!(words_of("", "", "", "", ""), ["usher"]);
    }

    #[test]
    fn long_passphrases_are_strong() {
        for password in [
            "purple tractor whistles at noon",
            "sju blå hästar över Vättern",
            "kitu-9rab-mofe-3dux-zelp",
        ] {
            let verdict = judged(password);
            assert!(verdict.is_strong(), "{password}: {verdict:?}");
            assert_eq!(verdict.bar(), 4);
        }
    }

    #[test]
    fn ones_own_names_are_refused_in_any_spelling() {
        for password in [
            "min åKERSTRÖM cyklar fort",
            "akerstrom cyklar i regn",
            "i love Usher very much!",
            "söder om landsvägen 48",
        ] {
            let verdict = judged(password);
            assert!(!verdict.without_names, "{password}");
            assert!(!verdict.is_strong());
            assert!(verdict.bar() <= 3);
        }
    }

    #[test]
    fn characters_count_not_bytes_and_any_character_is_allowed() {
        let emoji = "🦊🚲🌧🎻🧀🪁🐌🥁🛶🧵🪵🦀🎈🌶🧭";
        assert_eq!(emoji.chars().count(), MIN_LENGTH);
        assert!(judged(emoji).is_strong(), "{:?}", judged(emoji));
        assert!(!judged("🦊🚲🌧🎻🧀🪁🐌🥁").long_enough);
        assert!(judge("🦊🚲🌧🎻🧀🪁🐌🥁", &annas(), MIN_LENGTH_WITH_SECOND_FACTOR).long_enough);
    }

    #[test]
    fn spaces_at_the_ends_count() {
        assert!(!judged("xk7 wq2 bn4 ty").long_enough);
        assert!(judged(" xk7 wq2 bn4 ty").long_enough);
        assert!(judged("xk7 wq2 bn4 ty ").is_strong());
    }

    #[test]
    fn common_and_guessable_passwords_are_refused_at_any_length() {
        for password in [
            "correct horse battery staple",
            "passwordpassword",
            "1qaz2wsx3edc4rfv",
            "QwertyuiopAsdfghjkl",
            "aaaaaaaaaaaaaaaaaaaa",
            "123456789123456789",
        ] {
            let verdict = judged(password);
            assert!(!verdict.is_strong(), "{password}: {verdict:?}");
        }
        assert!(!judge("trustno1", &[], MIN_LENGTH_WITH_SECOND_FACTOR).is_strong());
    }

    #[test]
    fn the_longest_fits_and_longer_ones_are_not_estimated() {
        let longest: String = "kitu 9rab mofe 3dux "
            .chars()
            .cycle()
            .take(MAX_LENGTH)
            .collect();
        assert!(!judged(&longest).too_long);
        let verdict = judged(&"x".repeat(10_000_000));
        assert!(verdict.too_long && !verdict.is_strong());
        assert_eq!(verdict.bar(), 0);
    }

    #[test]
    fn an_estimate_of_a_hundred_characters_took_most_of_a_second() {
        let worst: String = "4@8({[<369&#!1/|0$5+7%2"
            .chars()
            .cycle()
            .take(100)
            .collect();
        let begun = std::time::Instant::now();
        let verdict = judged(&worst);
        let took = begun.elapsed();
        assert!(!verdict.too_long && verdict.needs_estimate());
        // without optimisation it takes many times as long; domain/tests/limits.rs measures the
        // release build
        assert!(
            took < std::time::Duration::from_secs(2),
            "If you're here because the estimate took {took:?}: lower MAX_ESTIMATED."
        );
        let hard = "kitu 9rab mofe 3dux ";
        assert_eq!(
            judged(&format!("{hard}{hard}{worst}")[..100]).score,
            judged(&format!("{hard}{hard}")).score,
            "the rest is not estimated"
        );
    }

    #[test]
    fn a_password_that_another_rule_refuses_is_not_estimated() {
        for password in ["short", "min åKERSTRÖM cyklar fort"] {
            assert!(
                !without_estimate(password, &annas(), MIN_LENGTH).needs_estimate(),
                "{password}"
            );
        }
        let verdict = without_estimate("purple tractor whistles at noon", &annas(), MIN_LENGTH);
        assert!(
            verdict.needs_estimate() && !verdict.is_strong(),
            "{verdict:?}"
        );
    }

    /// Needs `overflow-checks = false` for zxcvbn in the dev profile: its u64 counter wraps for
    /// long rows. That is harmless, because the preceding terms are huge already, but panics with
    /// overflow checks.
    #[test]
    fn long_rows_are_weak_and_break_nothing() {
        for row in [
            "1",
            "12",
            "159",
            "qwerty",
            "abc4",
            "aZ",
            "p4ssw0rd",
            "2020-01-01",
            "@$!1|0{(<",
        ] {
            let long: String = row.chars().cycle().take(MAX_LENGTH).collect();
            assert!(!judged(&long).too_long);
        }
        for row in ["1", "12", "159", "qwerty", "aZ", "p4ssw0rd"] {
            let long: String = row.chars().cycle().take(MAX_LENGTH).collect();
            assert!(!judged(&long).is_strong(), "{row} {:?}", judged(&long));
        }
    }

    #[test]
    fn a_decomposed_password_is_not_judged_otherwise() {
        for (composed, decomposed) in [
            ("blåbärsö", "bla\u{30A}ba\u{308}rso\u{308}"),
            (
                "Åkerström på väg",
                "A\u{30A}kerstro\u{308}m pa\u{30A} va\u{308}g",
            ),
        ] {
            assert_eq!(judged(composed), judged(decomposed));
            assert!(!judged(decomposed).is_strong());
        }
        assert!(
            !judged("ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ").uncommon,
            "full-width letters do not make a common password rare"
        );
    }

    #[test]
    fn nothing_typed_is_nothing_on_the_bar() {
        assert_eq!(judged("").bar(), 0);
    }

    #[test]
    fn every_bit_of_a_generated_password_comes_from_the_bytes() {
        assert_eq!(generate(&[0; GENERATE_BYTES]), "bbbb-bbbb-bbbb-bbbb-bbbb");
        let mut other = [0; GENERATE_BYTES];
        other[GENERATE_BYTES - 1] = 28;
        assert_eq!(generate(&other), "ccbb-bbbb-bbbb-bbbb-bbbb");
        assert!(27_f64.powi(20).log2() > 90.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn generated_passwords_are_strong(random: [u8; GENERATE_BYTES]) {
            let password = generate(&random);
            let verdict = judged(&password);
            prop_assert!(verdict.is_strong(), "{} {:?}", password, verdict);
            prop_assert_eq!(password.len(), 24);
        }

        #[test]
        fn the_bar_is_full_exactly_when_the_password_is_accepted(password in "\\PC{0,30}", min_length in 8_usize..=15) {
            let verdict = judge(&password, &annas(), min_length);
            prop_assert_eq!(verdict.bar() == 4, verdict.is_strong());
        }
    }
}
