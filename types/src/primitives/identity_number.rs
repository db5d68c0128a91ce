//! Swedish identity numbers (S11, SV-19): personnummer and samordningsnummer. Guards that the birth
//! date exists and is not in the future, and that the check digit is right. The number is personal
//! data: it is never printed or serialised implicitly.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::primitives::coded::coded;
use crate::primitives::date::{Date, FIRST_YEAR, days_in};
use crate::primitives::invisible::is_invisible;

coded! {
    /// The two kinds of identity numbers.
    Kind {
        /// The number of a person who is or was registered in Sweden.
        Personnummer = "personnummer",
        /// The number of a person who was never registered in Sweden: 60 is added to the day.
        Samordningsnummer = "samordningsnummer",
    }
}

/// The reason why a number is refused. It never repeats the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityNumberError {
    /// Neither ten nor twelve digits.
    Length,
    /// A character other than digits and one `-` or `+` before the last four digits.
    Character,
    /// An interim number, with a letter in place of the first of the last four digits, as in T980.
    /// Schools and regions assign them to people who do not have an identity number yet.
    Interim,
    /// The day does not exist, or is before the year [`FIRST_YEAR`].
    Date,
    /// The check digit does not match: a digit is wrong or two are swapped.
    Checksum,
    /// The birth date is in the future.
    Future,
}

/// A valid identity number in its normal form of twelve digits. `Debug` and `Serialize` never show
/// the digits: callers use [`digits`](IdentityNumber::digits) to encrypt and hash them, and
/// [`masked`](IdentityNumber::masked) to display them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdentityNumber(String);

impl IdentityNumber {
    /// Parses `YYMMDD-NNNN`, `YYMMDD+NNNN` (from the year in which the person turns 100) or
    /// `YYYYMMDD-NNNN`, each also without the sign. Spaces and invisible characters are ignored. A
    /// two-digit year is the latest in which the date is not in the future. In a samordningsnummer
    /// the day (60) and the month (00) may be unknown.
    ///
    /// # Errors
    /// See [`IdentityNumberError`].
    pub fn parse(typed: &str, today: Date) -> Result<Self, IdentityNumberError> {
        let (digits, is_centenarian) = split(typed)?;
        let (year, rest) = match digits.len() {
            10 => (None, digits.as_str()),
            _ => (Some(number(&digits[..4])), &digits[2..]),
        };
        let written_day = number(&rest[4..6]);
        let kind = if written_day >= 60 {
            Kind::Samordningsnummer
        } else {
            Kind::Personnummer
        };
        let month = number(&rest[2..4]);
        let day = if kind == Kind::Samordningsnummer {
            written_day - 60
        } else {
            written_day
        };
        let birth = |year| is_possible(year, month, day, kind).then_some((year, month, day));
        let now = (today.year, i32::from(today.month), i32::from(today.day));

        let year = year
            .unwrap_or_else(|| latest_year(number(&rest[..2]), (month, day), now, is_centenarian));
        let birth = birth(year).ok_or(IdentityNumberError::Date)?;
        // Unknown parts are zero, so they sort first: a date in the current year or month is never
        // refused as future.
        if birth > now {
            return Err(IdentityNumberError::Future);
        }
        if !has_right_check_digit(rest) || &rest[6..9] == "000" {
            return Err(IdentityNumberError::Checksum);
        }
        Ok(Self(format!("{year:04}{}", &rest[2..])))
    }

    /// The normal form, `YYYYMMDDNNNN`, with the day as written. For encryption and hashing; never
    /// log or send it.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// Whether this is a personnummer or a samordningsnummer.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if number(&self.0[6..8]) >= 60 {
            Kind::Samordningsnummer
        } else {
            Kind::Personnummer
        }
    }

    /// The masked number for display (S11): `19850709-••••`, with the day as written.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}-••••", &self.0[..8])
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityNumber(…)")
    }
}

/// Whether this is an interim number: six or eight digits, a letter and three digits.
fn is_interim(typed: &str) -> bool {
    let signs = |c: char| {
        c.is_whitespace()
            || is_invisible(c)
            || matches!(c, '-' | '+' | '\u{2010}'..='\u{2015}' | '\u{2212}')
    };
    let number: Vec<char> = typed.chars().filter(|&c| !signs(c)).take(13).collect();
    let letter = match number.len() {
        10 => 6,
        12 => 8,
        _ => return false,
    };
    let is_letter = |c: char| matches!(c.to_ascii_uppercase(), 'J'..='N' | 'R'..='U' | 'W' | 'X');
    number.iter().enumerate().all(|(place, &c)| {
        if place == letter {
            is_letter(c)
        } else {
            c.is_ascii_digit()
        }
    })
}

/// Returns the ten or twelve digits, and whether a `+` precedes the last four.
fn split(typed: &str) -> Result<(String, bool), IdentityNumberError> {
    if is_interim(typed) {
        return Err(IdentityNumberError::Interim);
    }
    let mut digits = String::with_capacity(12);
    let mut sign = None;
    for c in typed
        .chars()
        .filter(|&c| !c.is_whitespace() && !is_invisible(c))
    {
        match c {
            '0'..='9' => digits.push(c),
            // Word processors replace a hyphen with a dash.
            '-' | '+' | '\u{2010}'..='\u{2015}' | '\u{2212}' if sign.is_none() => {
                sign = Some((c, digits.len()))
            }
            _ => return Err(IdentityNumberError::Character),
        }
    }
    if !matches!(digits.len(), 10 | 12) {
        return Err(IdentityNumberError::Length);
    }
    match sign {
        Some((_, place)) if place + 4 != digits.len() => Err(IdentityNumberError::Character),
        sign => Ok((digits, sign.is_some_and(|(c, _)| c == '+'))),
    }
}

/// The latest year with these last two digits in which the date is not in the future; with `+`, at
/// least a hundred years ago.
fn latest_year(
    last_two: i32,
    (month, day): (i32, i32),
    now: (i32, i32, i32),
    is_centenarian: bool,
) -> i32 {
    let newest = if is_centenarian { now.0 - 100 } else { now.0 };
    let year = newest - (newest - last_two).rem_euclid(100);
    if (year, month, day) > now {
        year - 100
    } else {
        year
    }
}

fn is_possible(year: i32, month: i32, day: i32, kind: Kind) -> bool {
    let may_be_unknown = kind == Kind::Samordningsnummer;
    let days = match month {
        0 if may_be_unknown => Some(31),
        month => days_in(year, month),
    };
    year >= FIRST_YEAR && days.is_some_and(|days| day <= days) && (day > 0 || may_be_unknown)
}

/// Whether the Luhn check digit is right, over the ten digits as written. Some libraries subtract
/// 60 from the day first and so refuse valid samordningsnummer.
fn has_right_check_digit(ten: &str) -> bool {
    let sum: u32 = ten
        .bytes()
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| {
            let product = u32::from(digit - b'0') * weight;
            product / 10 + product % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Parses digits; [`split`] has refused every other character.
fn number(digits: &str) -> i32 {
    digits
        .bytes()
        .fold(0, |value, digit| value * 10 + i32::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use IdentityNumberError::{Character, Checksum, Future, Length};
    use proptest::prelude::*;

    const TODAY: Date = Date {
        year: 2026,
        month: 11,
        day: 22,
    };

    fn parse(typed: &str) -> Result<String, IdentityNumberError> {
        IdentityNumber::parse(typed, TODAY).map(|number| number.digits().to_owned())
    }

    /// Appends the right check digit to nine digits.
    fn with_check_digit(nine: &str) -> String {
        (0..10)
            .map(|check| format!("{nine}{check}"))
            .find(|ten| has_right_check_digit(ten))
            .expect("one of ten is right")
    }

    #[test]
    fn every_way_of_writing_comes_to_the_same_twelve_digits() {
        for typed in [
            "850709-9805",
            "8507099805",
            "19850709-9805",
            "198507099805",
            " 19850709 9805 ",
            "850709–9805",
        ] {
            assert_eq!(parse(typed).as_deref(), Ok("198507099805"), "{typed}");
        }
    }

    #[test]
    fn invisible_characters_do_not_change_how_many_digits_there_are() {
        for typed in [
            "\u{202A}850709-9805",
            "\u{202D}19850709-9805\u{202C}",
            "850709\u{AD}-98\u{200B}05\u{FEFF}",
        ] {
            assert_eq!(parse(typed).as_deref(), Ok("198507099805"), "{typed:?}");
        }
        assert_eq!(
            "\u{200E}2026\u{200E}-12-24".parse::<Date>(),
            Ok(Date {
                year: 2026,
                month: 12,
                day: 24
            })
        );
    }

    #[test]
    fn an_interim_number_is_not_one_with_too_few_digits() {
        for typed in [
            "850709-T980",
            "19850709-T980",
            "850709t980",
            " 850709 – R123 ",
            "19850709X001",
        ] {
            assert_eq!(parse(typed), Err(IdentityNumberError::Interim), "{typed}");
        }
        for typed in ["850709-A980", "850709-98T0", "T980", "850709-T98"] {
            assert_eq!(parse(typed), Err(Character), "{typed}");
        }
    }

    #[test]
    fn textbook_samordningsnummer_are_accepted() {
        for (typed, stored) in [
            ("701063-2391", "197010632391"),
            ("640883-3231", "196408833231"),
        ] {
            assert_eq!(parse(typed).as_deref(), Ok(stored));
            let number = IdentityNumber::parse(typed, TODAY).expect(typed);
            assert_eq!(number.kind(), Kind::Samordningsnummer);
        }
        assert_eq!(
            IdentityNumber::parse("850709-9805", TODAY)
                .expect("good")
                .kind(),
            Kind::Personnummer
        );
    }

    #[test]
    fn an_unknown_month_or_day_is_for_samordningsnummer_only() {
        for nine in ["850060123", "850760123", "850061123"] {
            assert!(parse(&with_check_digit(nine)).is_ok(), "{nine}");
        }
        for nine in ["850001123", "850700123", "850792123", "851361123"] {
            assert_eq!(
                parse(&with_check_digit(nine)),
                Err(IdentityNumberError::Date),
                "{nine}"
            );
        }
    }

    #[test]
    fn two_digits_mean_the_latest_year_that_has_been() {
        assert_eq!(parse("000101-2384").as_deref(), Ok("200001012384"));
        assert_eq!(parse("000101+2384").as_deref(), Ok("190001012384"));
        let tomorrow = with_check_digit("261123123");
        assert!(
            parse(&tomorrow)
                .expect("a hundred years ago")
                .starts_with("19261123")
        );
        let today = with_check_digit("261122123");
        assert!(parse(&today).expect("born today").starts_with("20261122"));
        let centenarian = with_check_digit("261122123");
        let signed = format!("{}+{}", &centenarian[..6], &centenarian[6..]);
        assert!(
            parse(&signed)
                .expect("a hundred years ago")
                .starts_with("19261122")
        );
    }

    #[test]
    fn the_leap_day_needs_its_leap_year() {
        assert!(parse(&with_check_digit("000229123")).is_ok());
        for typed in ["19000229", "20010229", "20260431", "18000101", "20001301"] {
            let ten = with_check_digit(&format!("{}123", &typed[2..]));
            assert_eq!(
                parse(&format!("{}{ten}", &typed[..2])),
                Err(IdentityNumberError::Date),
                "{typed}"
            );
        }
    }

    #[test]
    fn wrong_numbers_are_refused_by_their_cause() {
        for (typed, error) in [
            ("", Length),
            ("850709-980", Length),
            ("8507099-9805", Length),
            ("12345", Length),
            ("85070-99805", Character),
            ("850709--9805", Character),
            ("-8507099805", Character),
            ("850709x9805", Character),
            ("٨٥٠٧٠٩9805", Character),
            ("850709-9806", Checksum),
            ("850799-9805", IdentityNumberError::Date),
            ("20261123-1230", Future),
        ] {
            assert_eq!(parse(typed), Err(error), "{typed:?}");
        }
        assert_eq!(parse(&with_check_digit("850709000")), Err(Checksum));
    }

    #[test]
    fn the_digits_are_neither_printed_nor_shown() {
        let number = IdentityNumber::parse("850709-9805", TODAY).expect("good");
        assert_eq!(number.masked(), "19850709-••••");
        assert!(!format!("{number:?}").contains(|c: char| c.is_ascii_digit()));
    }

    proptest! {
        #[test]
        fn every_born_person_has_a_number_and_no_single_slip_passes(
            year in FIRST_YEAR..=2025, month in 1_i32..=12, day in 1_i32..=28, is_coordinated: bool, serial in 1_i32..=999,
            place in 0_usize..10, other in 1_u8..10,
        ) {
            let written = if is_coordinated { day + 60 } else { day };
            let ten = with_check_digit(&format!("{:02}{month:02}{written:02}{serial:03}", year % 100));
            let twelve = format!("{:02}{ten}", year / 100);
            let hyphenated = format!("{}-{}", &twelve[..8], &twelve[8..]);
            prop_assert_eq!(parse(&twelve), Ok(twelve.clone()));
            prop_assert_eq!(parse(&hyphenated), Ok(twelve));

            let mut slip = ten.into_bytes();
            slip[place] = b'0' + (slip[place] - b'0' + other) % 10;
            let slip = String::from_utf8(slip).expect("digits");
            let slipped = format!("{:02}{slip}", year / 100);
            prop_assert!(parse(&slipped).is_err());
        }

        #[test]
        fn two_digit_years_are_never_in_the_future_and_never_older_than_needed(
            age in 0_i32..100, month in 1_i32..=12, day in 1_i32..=28, serial in 1_i32..=999,
        ) {
            let year = 2026 - age;
            let ten = with_check_digit(&format!("{:02}{month:02}{day:02}{serial:03}", year % 100));
            let expected = if (year, month, day) > (2026, 11, 22) { year - 100 } else { year };
            let stored = parse(&ten).expect("a number");
            prop_assert!(stored.starts_with(&expected.to_string()));
        }

        #[test]
        fn no_text_at_all_breaks_the_parser(typed in any::<String>()) {
            let _ = parse(&typed);
        }
    }
}
