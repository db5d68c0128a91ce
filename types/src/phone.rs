//! Phone numbers as people write them. Guards that a stored number holds nothing but what is dialled and what groups it.

use serde::{Deserialize, Serialize};

use crate::invisible::visible;

/// The fewest digits a number has.
pub const MIN_DIGITS: usize = 6;
/// The most characters a number may have (design 5, fields).
pub const MAX_LENGTH: usize = 32;

/// Why a phone number is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneError {
    /// Fewer than [`MIN_DIGITS`] digits.
    TooShort,
    /// More than [`MAX_LENGTH`] characters.
    TooLong,
    /// A character that is no part of a phone number; a `+` is one anywhere but at the start.
    Character(char),
}

/// A phone number (CP-10): an optional leading `+`, digits, spaces, hyphens, parentheses, slashes. Kept as typed, trimmed,
/// white space collapsed; a pasted typographic dash becomes a hyphen, invisible characters are dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// Reads a number.
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
        for (place, character) in number.chars().enumerate() {
            match character {
                '0'..='9' | ' ' | '-' | '(' | ')' | '/' => {}
                '+' if place == 0 => {}
                other => return Err(PhoneError::Character(other)),
            }
        }
        if number.len() > MAX_LENGTH {
            return Err(PhoneError::TooLong);
        }
        if number.bytes().filter(u8::is_ascii_digit).count() < MIN_DIGITS {
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
        for typed in ["\u{202D}070-123 45 67\u{202C}", "070\u{AD}-123\u{200B} 45 67\u{FEFF}", "\u{200B} 070-123 45 67"] {
            assert_eq!(Phone::parse(typed).expect(typed).as_str(), "070-123 45 67");
        }
    }

    #[test]
    fn what_cannot_be_dialled_is_refused() {
        assert_eq!(Phone::parse(""), Err(PhoneError::TooShort));
        assert_eq!(Phone::parse("12345"), Err(PhoneError::TooShort));
        assert_eq!(Phone::parse("(------)"), Err(PhoneError::TooShort));
        assert_eq!(Phone::parse(&"1".repeat(33)), Err(PhoneError::TooLong));
        assert_eq!(Phone::parse("070 call me"), Err(PhoneError::Character('c')));
        assert_eq!(Phone::parse("46+701234567"), Err(PhoneError::Character('+')));
        assert_eq!(Phone::parse("٠٧٠١٢٣٤٥٦٧"), Err(PhoneError::Character('٠')));
    }

    proptest! {
        #[test]
        fn a_parsed_number_parses_to_itself(typed in "[+]?[-0-9 ()/]{0,40}") {
            if let Ok(phone) = Phone::parse(&typed) {
                prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone));
            }
        }
    }
}
