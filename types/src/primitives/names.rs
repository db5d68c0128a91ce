//! Names of people and things: as typed, as a key for comparison, and folded for search.
//!
//! Guards that a stored name is visible text on one line, in any script, and never more than
//! [`MAX_LENGTH`] characters.

use serde::{Deserialize, Serialize};
use unicode_normalization::{
    UnicodeNormalization,
    char::{canonical_combining_class, is_combining_mark},
};

use crate::primitives::invisible;

/// The most characters each name may have (decision 0026).
pub const MAX_LENGTH: usize = 200;

/// The reason why a name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameError {
    /// Nothing visible was typed.
    Missing,
    /// More than [`MAX_LENGTH`] characters.
    TooLong,
    /// A line break, or another control character.
    Control,
    /// An invisible character that changes the direction of the surrounding text. Other invisible
    /// characters can be part of a name: Persian and Hindi spelling needs them.
    BidiControl(char),
}

/// The errors of both names, so that the form marks every invalid field at once (S7). At least one
/// is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameErrors {
    /// The error of the first name.
    pub first: Option<NameError>,
    /// The error of the last name.
    pub last: Option<NameError>,
}

/// A person's name: a first name and, unless the person has a single name, a last name. Any script,
/// 1–200 characters each (SV-04, OG-23, OG-24; single names: requirements 3.24).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct PersonName {
    first: String,
    last: Option<String>,
}

impl PersonName {
    /// Parses both fields: trimmed, inner white space collapsed, composed (NFC).
    ///
    /// # Errors
    /// See [`NameError`] for each field. An empty `last` is an error unless `single` says that the
    /// person has a single name.
    pub fn parse(first: &str, last: &str, single: bool) -> Result<Self, NameErrors> {
        let last = match parse_part(last) {
            Err(NameError::Missing) if single => Ok(None),
            part => part.map(Some),
        };
        match (parse_part(first), last) {
            (Ok(first), Ok(last)) => Ok(Self { first, last }),
            (first, last) => Err(NameErrors {
                first: first.err(),
                last: last.err(),
            }),
        }
    }

    /// The first name.
    #[must_use]
    pub fn first(&self) -> &str {
        &self.first
    }

    /// The last name; `None` for a person with a single name.
    #[must_use]
    pub fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// The full name for display: "Anna Berg".
    #[must_use]
    pub fn display(&self) -> String {
        match &self.last {
            Some(last) => format!("{} {last}", self.first),
            None => self.first.clone(),
        }
    }

    /// The initials for the avatar: at most two letters, "AB". A single letter for a single name;
    /// the first character of the family name for a name in Chinese, Japanese or Korean script.
    #[must_use]
    pub fn initials(&self) -> String {
        let last = self.last.as_deref().map(initial).unwrap_or_default();
        if last.chars().next().is_some_and(is_east_asian) {
            return last;
        }
        initial(&self.first) + &last
    }

    /// The text that lists are sorted by: last name, then first name, in lower case. Accents stay,
    /// because the database needs them to sort å, ä and ö.
    #[must_use]
    pub fn sort_key(&self) -> String {
        match &self.last {
            Some(last) => format!("{last} {}", self.first).to_lowercase(),
            None => self.first.to_lowercase(),
        }
    }
}

/// The initials of an organisation for its sign: those of its first two words, "NC".
#[must_use]
pub fn initials_of_organisation(name: &str) -> String {
    name.split_whitespace().take(2).map(initial).collect()
}

/// Parses a single name, also of an organisation, a team or an office: trimmed, inner white space
/// collapsed, NFC.
///
/// # Errors
/// See [`NameError`].
pub fn parse_part(typed: &str) -> Result<String, NameError> {
    if typed.chars().any(is_control) {
        return Err(NameError::Control);
    }
    if let Some(hidden) = typed.chars().find(|&c| invisible::turns_direction(c)) {
        return Err(NameError::BidiControl(hidden));
    }
    let part: String = collapse(typed).nfc().collect();
    if part.chars().all(is_blank) {
        return Err(NameError::Missing);
    }
    if part.chars().count() > MAX_LENGTH {
        return Err(NameError::TooLong);
    }
    Ok(part)
}

/// The key by which names of teams, roles, customers and so on are compared: NFKC, case folded,
/// without invisible characters, white space collapsed (NFKC_Casefold in Unicode). Accents stay:
/// "Öst" and "Ost" are different teams, "ÖST" and "Öst" are the same. Search uses [`fold`]; the
/// database sorts names.
#[must_use]
pub fn name_key(name: &str) -> String {
    let mut key = collapse(&invisible::visible(name));
    // The result of folding may need normalising, and the reverse; after a few rounds neither
    // changes anything.
    for _ in 0..4 {
        let mut folded = String::with_capacity(key.len());
        for letter in key.nfkc() {
            // Case folding with the standard library: "ß" becomes "ss", "ς" becomes "σ". The
            // dotless ı does not become i.
            match letter {
                'ı' => folded.push(letter),
                _ => folded.extend(
                    letter
                        .to_lowercase()
                        .flat_map(char::to_uppercase)
                        .flat_map(char::to_lowercase),
                ),
            }
        }
        let next: String = folded.nfkc().collect();
        if next == key {
            break;
        }
        key = next;
    }
    collapse(&key)
}

/// The folded form for search: without case, accents, ligatures and invisible characters, white
/// space collapsed. "  Åsa  Strauß" and "asa strauss" fold to the same text. Folding is idempotent.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text
        .nfkd()
        .filter(|&c| !is_accent(c) && (!is_blank(c) || c.is_whitespace()))
        .flat_map(char::to_lowercase)
        // The lower case of İ is an i followed by a combining dot.
        .filter(|&c| !is_accent(c))
    {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            '’' | '‘' | 'ʼ' | '`' => folded.push('\''),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
            other => folded.push(other),
        }
    }
    collapse(&folded).nfc().collect()
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character is an accent of Latin, Greek or Cyrillic, or a vowel point of Hebrew or
/// Arabic. Marks that are letters of their own (Hindi, Thai, Japanese, Korean and others) have
/// other combining classes and stay: without them different names would become equal.
fn is_accent(c: char) -> bool {
    matches!(canonical_combining_class(c), 1 | 10..=36 | 200..)
}

/// Whether a character is a control character other than tab. Tab counts as white space, because
/// names are pasted from spreadsheets.
fn is_control(c: char) -> bool {
    (c.is_control() && c != '\t') || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether a character is not visible: white space, an invisible character, or the empty braille
/// pattern.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}' || invisible::is_invisible(c)
}

fn is_east_asian(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11FF}' | '\u{3005}'..='\u{30FF}' | '\u{3105}'..='\u{318E}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9D}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// The first letter in upper case with its combining marks; the first character if there is no
/// letter.
fn initial(name: &str) -> String {
    let start = name.find(char::is_alphabetic).unwrap_or(0);
    let mut characters = name[start..].chars();
    let Some(first) = characters.next() else {
        return String::new();
    };
    first
        .to_uppercase()
        .chain(characters.take_while(|&c| is_combining_mark(c)))
        .collect()
}

/// The name as received, before validation.
#[derive(Deserialize)]
struct Unchecked {
    first: String,
    last: Option<String>,
}

impl TryFrom<Unchecked> for PersonName {
    type Error = String;

    fn try_from(name: Unchecked) -> Result<Self, Self::Error> {
        let last = name.last.unwrap_or_default();
        Self::parse(&name.first, &last, true).map_err(|errors| format!("{errors:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(first: &str, last: &str) -> PersonName {
        PersonName::parse(first, last, last.is_empty()).expect("a good name")
    }

    #[test]
    fn a_name_is_trimmed_collapsed_and_composed() {
        let anna = name("  Anna \t Karin ", "A\u{30A}berg");
        assert_eq!((anna.first(), anna.last()), ("Anna Karin", Some("Åberg")));
        assert_eq!(anna.display(), "Anna Karin Åberg");
    }

    #[test]
    fn every_script_is_welcome() {
        for (first, last) in [
            ("小明", "王"),
            ("محمد", "الأحمد"),
            ("Анна", "Иванова"),
            ("Siobhán", "O’Brien-Smith"),
            ("नेहा", "शर्मा"),
            ("\u{200F}שרה", "כהן"),
        ] {
            assert!(
                PersonName::parse(first, last, false).is_ok(),
                "{first} {last}"
            );
        }
    }

    #[test]
    fn problems_of_both_fields_are_reported_together() {
        assert_eq!(
            PersonName::parse(" ", "Berg\r\nBcc: x", false),
            Err(NameErrors {
                first: Some(NameError::Missing),
                last: Some(NameError::Control)
            })
        );
    }

    #[test]
    fn only_a_single_name_goes_without_a_last_name() {
        assert_eq!(
            PersonName::parse("Sukarno", "", false),
            Err(NameErrors {
                first: None,
                last: Some(NameError::Missing)
            })
        );
        assert_eq!(name("Sukarno", "").display(), "Sukarno");
        assert_eq!(
            PersonName::parse("Anna", "Berg", true),
            PersonName::parse("Anna", "Berg", false)
        );
    }

    #[test]
    fn what_turns_or_breaks_a_line_is_refused_and_what_cannot_be_seen_is_missing() {
        for bad in ["A\0", "A\n", "\rA", "A\u{2028}B", "A\u{85}"] {
            assert_eq!(parse_part(bad), Err(NameError::Control), "{bad:?}");
        }
        for (bad, hidden) in [("A\u{202E}nna", '\u{202E}'), ("\u{2066}A", '\u{2066}')] {
            assert_eq!(
                parse_part(bad),
                Err(NameError::BidiControl(hidden)),
                "{bad:?}"
            );
        }
        for blank in ["", "\t ", "\u{200B}", "\u{3164}", "\u{00A0}\u{FEFF}"] {
            assert_eq!(parse_part(blank), Err(NameError::Missing), "{blank:?}");
        }
    }

    #[test]
    fn two_hundred_characters_fit_and_not_one_more() {
        assert!(parse_part(&"å".repeat(200)).is_ok());
        assert!(parse_part(&"a\u{30A}".repeat(200)).is_ok());
        assert_eq!(parse_part(&"a".repeat(201)), Err(NameError::TooLong));
    }

    #[test]
    fn initials_are_short_in_every_script() {
        for (first, last, initials) in [
            ("Anna", "Berg", "AB"),
            ("åsa", "von Berg", "ÅV"),
            ("Sukarno", "", "S"),
            ("小明", "王", "王"),
            ("민준", "김", "김"),
            ("'t", "Hooft", "TH"),
            ("7", "", "7"),
        ] {
            assert_eq!(name(first, last).initials(), initials);
        }
    }

    #[test]
    fn names_that_differ_in_an_accent_are_not_the_same() {
        for (one, other) in [
            ("Öst", "Ost"),
            ("Läsare", "Lasare"),
            ("Malmö", "Malmo"),
            ("Sörby", "Sørby"),
            ("Işık", "Isik"),
            ("مُشرف", "مشرف"),
            ("O’Brien", "O'Brien"),
        ] {
            assert_ne!(name_key(one), name_key(other));
            assert_eq!(fold(one), fold(other), "a search finds both");
        }
    }

    #[test]
    fn names_that_differ_in_case_or_encoding_alone_are_the_same() {
        for (one, other) in [
            ("Öst", "ÖST"),
            ("Öst", "O\u{308}st"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("ΝΙΚΟΣ", "νικος"),
            ("Ｄａｇ ﬁ", "dag FI"),
            ("  Dag \u{A0} natt", "dag\u{200B} Natt"),
            ("Ꭰ", "ꭰ"),
        ] {
            assert_eq!(name_key(one), name_key(other));
        }
    }

    #[test]
    fn folding_forgets_case_accents_and_ligatures() {
        for (text, folded) in [
            ("  ÅSA   Öberg ", "asa oberg"),
            ("Strauß STRAUẞ", "strauss strauss"),
            (
                "Bjørn Ægir Łukasz Đorđe Þór",
                "bjorn aegir lukasz dorde thor",
            ),
            ("İstanbul Işık", "istanbul isik"),
            ("O’Brien", "o'brien"),
            ("ΝΙΚΟΣ νικος", "νικοσ νικοσ"),
            ("Ｆｕｌｌ ﬁ", "full fi"),
            ("مُحَمَّد", "محمد"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn folding_keeps_apart_what_only_looks_like_an_accent() {
        assert_ne!(fold("किरण"), fold("करण"));
        assert_ne!(fold("ガク"), fold("カク"));
        assert_eq!(fold("민준"), "민준");
    }

    #[test]
    fn a_bad_name_cannot_come_in_over_the_wire() {
        let good: PersonName =
            serde_json::from_str(r#"{"first":"Anna","last":"Berg"}"#).expect("good");
        assert_eq!(good, name("Anna", "Berg"));
        assert!(serde_json::from_str::<PersonName>(r#"{"first":"A\u0000","last":null}"#).is_err());
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_itself_and_case_does_not_matter(text in any::<String>()) {
            let key = name_key(&text);
            prop_assert_eq!(name_key(&key), key.clone());
            prop_assert_eq!(name_key(&text.to_lowercase()), key);
        }

        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn a_parsed_name_parses_to_itself(text in any::<String>()) {
            if let Ok(part) = parse_part(&text) {
                prop_assert_eq!(parse_part(&part), Ok(part.clone()));
                prop_assert!(part.nfc().count() <= MAX_LENGTH);
            }
        }

        #[test]
        fn every_name_has_initials(first in "\\PC{1,9}", last in "\\PC{0,9}") {
            if let Ok(name) = PersonName::parse(&first, &last, true) {
                prop_assert!(!name.initials().is_empty());
            }
        }
    }
}
