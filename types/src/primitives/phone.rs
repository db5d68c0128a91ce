//! Phone numbers as people write them. Guarantees that a stored number consists only of dialled
//! characters and separators.

use serde::{Deserialize, Serialize};

use crate::primitives::invisible::visible;

/// The fewest digits of a number that is not a short number.
pub const MIN_DIGITS: usize = 6;
/// The most characters a number may have (decision 0026).
pub const MAX_LENGTH: usize = 32;
/// The most digits an extension has.
const EXTENSION: usize = 6;
/// The words between a number and its extension, longer ones first.
const EXTENSIONS: [&str; 10] = [
    "anknytning",
    "extension",
    "anknytn.",
    "ankn.",
    "ankn",
    ";ext=",
    "ext.",
    "ext",
    "x",
    "#",
];

/// Why a phone number is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneError {
    /// Fewer than [`MIN_DIGITS`] digits, and not a short number.
    TooShort,
    /// More than [`MAX_LENGTH`] characters.
    TooLong,
    /// A character that cannot be part of a phone number; a `+` is only allowed at the start.
    Character(char),
}

/// A phone number (CP-10): an optional leading `+`, digits, spaces, hyphens, parentheses, slashes,
/// dots, and an extension as in "ext. 12". Stored as typed, trimmed, white space collapsed; a
/// pasted typographic dash becomes a hyphen, invisible characters are dropped. Short numbers have
/// three digits (112, 999) or start with 11 (1177, 114 14).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// Parses a number.
    ///
    /// # Errors
    /// See [`PhoneError`]; an empty text is too short.
    pub fn parse(typed: &str) -> Result<Self, PhoneError> {
        let number: String = visible(typed)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .map(|c| match c {
                '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
                other => other,
            })
            .collect();
        let dialled = without_extension(&number);
        for (place, character) in dialled.chars().enumerate() {
            match character {
                '+' if place == 0 => {}
                '+' => return Err(PhoneError::Character('+')),
                other if is_written(other) => {}
                other => return Err(PhoneError::Character(other)),
            }
        }
        if number.len() > MAX_LENGTH {
            return Err(PhoneError::TooLong);
        }
        let digits: String = dialled.chars().filter(char::is_ascii_digit).collect();
        let is_short = !dialled.starts_with('+')
            && (digits.len() == 3 || (digits.len() > 3 && digits.starts_with("11")));
        if digits.len() < MIN_DIGITS && !is_short {
            return Err(PhoneError::TooShort);
        }
        Ok(Self(number))
    }

    /// The number as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character can be part of a phone number.
#[must_use]
pub fn is_written(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '/' | '.' | '+')
}

/// The number without its extension.
fn without_extension(number: &str) -> &str {
    let before = number.trim_end_matches(|c: char| c.is_ascii_digit());
    if !(1..=EXTENSION).contains(&(number.len() - before.len())) {
        return number;
    }
    let before = before.trim_end();
    let lower = before.to_ascii_lowercase();
    let word = EXTENSIONS.iter().find(|word| lower.ends_with(*word));
    let dialled = word.map(|word| before[..before.len() - word.len()].trim_end_matches([' ', ',']));
    dialled
        .filter(|dialled| !dialled.is_empty())
        .unwrap_or(number)
}

/// The digits of a number without the parts that differ between notations: separators, the
/// extension, the `+` or `00` before the country code, and a (0) after it. Also returns whether
/// there was a `+` or `00`, so that the digits start with the country code.
fn digits(text: &str) -> (String, bool) {
    let dialled = without_extension(text.trim());
    let (rest, is_international) = match dialled
        .strip_prefix('+')
        .or_else(|| dialled.strip_prefix("00"))
    {
        Some(rest) => (rest.replacen("(0)", "", 1), true),
        None => (dialled.to_owned(), false),
    };
    (
        rest.chars().filter(char::is_ascii_digit).collect(),
        is_international,
    )
}

/// The digits that the search for a number compares; see [`sought`].
#[must_use]
pub fn found_by(number: &str) -> String {
    digits(number).0
}

/// The digits to search for in the digits of [`found_by`], if the text is a number or a part of
/// one: without the leading zero or country code, so that "070-123 45 67" finds "+46 70 123 45 67"
/// and the reverse. `None` for words, and for texts that are too short to distinguish from a word.
#[must_use]
pub fn sought(typed: &str) -> Option<String> {
    if !typed.chars().all(is_written) {
        return None;
    }
    let (digits, is_international) = digits(typed);
    let from = match digits.len() {
        // A country code has one to three digits; the last eight of the other digits distinguish
        // numbers.
        length @ 7.. if is_international => length - (length - 2).min(8),
        length => length - digits.trim_start_matches('0').len(),
    };
    let sought = &digits[from..];
    (digits.len() > 3 && sought.len() > 2).then(|| sought.to_owned())
}

impl TryFrom<String> for Phone {
    type Error = String;

    fn try_from(typed: String) -> Result<Self, Self::Error> {
        Self::parse(&typed).map_err(|error| format!("{error:?}"))
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_kept_as_people_write_them() {
        for (typed, kept) in [
            ("070-123 45 67", "070-123 45 67"),
            (" +46 (0)70  123\u{A0}45 67 ", "+46 (0)70 123 45 67"),
            ("08/12 34 56", "08/12 34 56"),
            ("070–1234567", "070-1234567"),
        ] {
            assert_eq!(Phone::parse(typed).expect(typed).as_str(), kept);
        }
    }

    #[test]
    fn invisible_characters_around_a_number_are_not_quoted_in_an_error() {
        for typed in [
            "\u{202D}070-123 45 67\u{202C}",
            "070\u{AD}-123\u{200B} 45 67\u{FEFF}",
            "\u{200B} 070-123 45 67",
        ] {
            assert_eq!(Phone::parse(typed).expect(typed).as_str(), "070-123 45 67");
        }
    }

    #[test]
    fn short_dotted_and_extended_numbers_are_numbers() {
        for typed in [
            "1177",
            "112",
            "999",
            "114 14",
            "116 117",
            "070.123.45.67",
            "08-123 45 67 ext. 12",
            "08-123 45 67, ankn 1234",
            "08-123 45 67 Anknytning 12",
            "+46 8 123 45 67 x12",
            "+4681234567;ext=12",
            "08-1234567#12",
        ] {
            assert_eq!(Phone::parse(typed).expect(typed).as_str(), typed);
        }
        for (typed, error) in [
            ("45678", PhoneError::TooShort),
            ("+112", PhoneError::TooShort),
            ("ext. 12", PhoneError::Character('e')),
            ("12 ext. 1234567", PhoneError::Character('e')),
            ("12 ext. 1234", PhoneError::TooShort),
            ("08-123 45 67 ext.", PhoneError::Character('e')),
        ] {
            assert_eq!(Phone::parse(typed), Err(error), "{typed}");
        }
    }

    #[test]
    fn a_number_is_found_however_it_was_written() {
        let ways = [
            "070-123 45 67",
            "0701234567",
            "+46 70 123 45 67",
            "+46 (0)70-123 45 67",
            "0046701234567",
            "070.123.45.67 ext. 12",
        ];
        for kept in ways {
            for typed in ways {
                let sought = sought(typed.split(" ext").next().expect("a number")).expect(typed);
                assert!(
                    found_by(kept).contains(&sought),
                    "{typed} finds {kept}: {sought}"
                );
            }
        }
        for (typed, kept, is_found) in [
            ("1177", "1177", true),
            ("123 45", "070-123 45 67", true),
            ("+46 8 12 34 56", "08-12 34 56", true),
            ("020 7946 0000", "+44 20 7946 0000", true),
            ("070-123 45 68", "+46 70 123 45 67", false),
        ] {
            assert_eq!(
                found_by(kept).contains(&sought(typed).expect(typed)),
                is_found,
                "{typed} {kept}"
            );
        }
    }

    #[test]
    fn words_and_a_few_digits_are_no_number_to_look_for() {
        for typed in ["", "anna", "b-17", "123", "0-1", "000 00", "08-123 ext. 1"] {
            assert_eq!(sought(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_phone_number_that_cannot_be_dialled_is_refused() {
        assert_eq!(Phone::parse(""), Err(PhoneError::TooShort));
        assert_eq!(Phone::parse("12345"), Err(PhoneError::TooShort));
        assert_eq!(Phone::parse("(------)"), Err(PhoneError::TooShort));
        assert_eq!(Phone::parse(&"1".repeat(33)), Err(PhoneError::TooLong));
        assert_eq!(Phone::parse("070 call me"), Err(PhoneError::Character('c')));
        assert_eq!(
            Phone::parse("46+701234567"),
            Err(PhoneError::Character('+'))
        );
        assert_eq!(Phone::parse("٠٧٠١٢٣٤٥٦٧"), Err(PhoneError::Character('٠')));
    }

    proptest! {
        #[test]
        fn no_text_at_all_breaks_the_parser(typed in any::<String>()) {
            let _ = (Phone::parse(&typed), sought(&typed), found_by(&typed));
        }

        #[test]
        fn a_parsed_number_parses_to_itself(typed in "[+]?[-0-9 ()/]{0,40}") {
            if let Ok(phone) = Phone::parse(&typed) {
                prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone));
            }
        }
    }
}
