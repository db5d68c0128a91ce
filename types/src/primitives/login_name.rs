//! Login names, which people type to sign in. Guards that a login name is plain ASCII and that two
//! are equal exactly when their keys are. Also checks the format that an organisation has chosen.

use crate::primitives::{coded::coded, email::Email, invisible::visible, names::fold};
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};
use unicode_normalization::UnicodeNormalization;

/// The minimum number of characters (decision 0022).
pub const MIN_LENGTH: usize = 3;
/// The maximum number of characters, so that an e-mail address fits (decision 0022).
pub const MAX_LENGTH: usize = 254;

/// The reason why a login name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginNameError {
    /// Nothing was typed.
    Missing,
    /// Fewer than [`MIN_LENGTH`] characters.
    TooShort,
    /// More than [`MAX_LENGTH`] characters.
    TooLong,
    /// The first character other than the letters a–z, digits and `. _ - @ +`.
    Character(char),
    /// An e-mail address other than the person's own.
    NotOwnAddress,
}

/// A login name: an e-mail address or a user name (S1, IZ-07). Stored as typed (NFKC, trimmed,
/// without invisible characters) and compared without case, by [key](LoginName::key).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LoginName(String);

impl LoginName {
    /// Parses a login name: 3–254 ASCII letters, digits and `. _ - @ +`.
    ///
    /// # Errors
    /// See [`LoginNameError`].
    pub fn parse(typed: &str) -> Result<Self, LoginNameError> {
        let name: String = visible(typed).nfkc().collect::<String>().trim().to_owned();
        if name.is_empty() {
            return Err(LoginNameError::Missing);
        }
        if let Some(other) = name.chars().find(|&c| !is_allowed(c)) {
            return Err(LoginNameError::Character(other));
        }
        match name.len() {
            ..MIN_LENGTH => Err(LoginNameError::TooShort),
            MIN_LENGTH..=MAX_LENGTH => Ok(Self(name)),
            _ => Err(LoginNameError::TooLong),
        }
    }

    /// The name as typed, for display.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in lower case, for storage and comparison: unique in the whole system (S1).
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl PartialEq for LoginName {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for LoginName {}

impl Hash for LoginName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl TryFrom<String> for LoginName {
    type Error = String;

    fn try_from(typed: String) -> Result<Self, Self::Error> {
        Self::parse(&typed).map_err(|error| format!("{error:?}"))
    }
}

impl From<LoginName> for String {
    fn from(name: LoginName) -> Self {
        name.0
    }
}

coded! {
    /// The format of an organisation's login names (S1, CS-09).
    #[derive(Default)]
    LoginNameFormat {
        /// `anna.berg`, with a number if it is taken.
        FirstDotLast = "first.last",
        /// The person's e-mail address.
        Email = "email",
        /// Any valid login name; the form proposes `anna.berg`.
        #[default]
        Free = "free",
    }
}

/// Refuses a login name that is an e-mail address other than the person's own, because it could
/// belong to another person, here or in another organisation.
///
/// # Errors
/// [`LoginNameError::NotOwnAddress`].
pub fn ensure_own_address(
    login_name: &LoginName,
    email: Option<&Email>,
) -> Result<(), LoginNameError> {
    let key = login_name.key();
    let is_own = email.is_some_and(|email| email.as_str() == key);
    if is_own || Email::parse(&key).is_err() {
        Ok(())
    } else {
        Err(LoginNameError::NotOwnAddress)
    }
}

/// The login name that the form proposes from the fields typed so far (S1); texts may be empty. If
/// nothing of a name can be written in ASCII, the local part of the e-mail is used; the e-mail
/// format has no fallback. `None` if no valid login name results.
#[must_use]
pub fn propose(format: LoginNameFormat, first: &str, last: &str, email: &str) -> Option<String> {
    let email = Email::parse(email).ok();
    let proposal = match format {
        LoginNameFormat::Email => email?.as_str().to_owned(),
        LoginNameFormat::FirstDotLast | LoginNameFormat::Free => {
            let name = dotted(first, last);
            if LoginName::parse(&name).is_ok() {
                name
            } else {
                email?.local().chars().filter(|&c| is_allowed(c)).collect()
            }
        }
    };
    LoginName::parse(&proposal).ok().map(|name| name.key())
}

/// Whether a login name follows the organisation's format; the form warns if it does not (CS-09).
/// With [`FirstDotLast`](LoginNameFormat::FirstDotLast) a number may follow, and one of several
/// first or last names is enough. For a name that cannot be written in ASCII, any `word.word`
/// follows the format.
#[must_use]
pub fn follows(
    format: LoginNameFormat,
    login_name: &LoginName,
    first: &str,
    last: &str,
    email: &str,
) -> bool {
    let key = login_name.key();
    match format {
        LoginNameFormat::Free => true,
        LoginNameFormat::Email => match (Email::parse(&key), Email::parse(email)) {
            (Ok(named), Ok(email)) => named == email,
            (named, _) => named.is_ok(),
        },
        LoginNameFormat::FirstDotLast => {
            if key.contains('@') {
                return false;
            }
            let base = key.trim_end_matches(|c: char| c.is_ascii_digit());
            match base.split_once('.') {
                Some((left, right)) => {
                    !last.trim().is_empty() && could_be(left, first) && could_be(right, last)
                }
                // A person with a single name has no last name to add after a dot.
                None => last.trim().is_empty() && could_be(base, first),
            }
        }
    }
}

/// Alternatives to offer when a login name is taken, the most likely first: `anna.berg2`,
/// `anna.berg3`, … `a.berg`, `anna.b`, `berg.anna`. For an e-mail address they are made from the
/// local part. The caller checks in the database which are free.
#[must_use]
pub fn alternatives(taken: &LoginName) -> Vec<String> {
    let key = taken.key();
    let (local, is_email) = match key.split_once('@') {
        Some((local, _)) => (local, true),
        None => (key.as_str(), false),
    };
    let stem = local.trim_end_matches(|c: char| c.is_ascii_digit());
    // One or two digits are a counter, which is increased; more digits are a year or a staff
    // number, which is not.
    let (stem, counter) = match local[stem.len()..].parse::<u32>() {
        Ok(counter) if counter < 100 && !stem.is_empty() => (stem.to_owned(), counter.max(1)),
        Ok(_) => (format!("{local}-"), 1),
        Err(_) => (local.to_owned(), 1),
    };
    let mut candidates = Vec::new();
    if is_email {
        candidates.push(local.to_owned());
    }
    candidates.extend((1..=4).map(|more| format!("{stem}{}", counter + more)));
    if let Some((first, last)) = stem
        .split_once('.')
        .filter(|(first, last)| !first.is_empty() && !last.is_empty())
    {
        candidates.push(format!("{}.{last}", &first[..1]));
        candidates.push(format!("{first}.{}", &last[..1]));
        candidates.push(format!("{last}.{first}"));
    }
    candidates.retain(|candidate| *candidate != key && LoginName::parse(candidate).is_ok());
    candidates
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+')
}

/// `first.last`, or only the name that has ASCII letters.
fn dotted(first: &str, last: &str) -> String {
    let parts: Vec<String> = [first, last]
        .map(plain)
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let mut name = parts.join(".");
    // Two names of 200 characters are too long; the shortened text must not end in a separator.
    name.truncate(MAX_LENGTH);
    name.trim_end_matches(['.', '-']).to_owned()
}

/// A name in ASCII letters, digits and inner hyphens; characters that cannot be transliterated are
/// dropped.
fn plain(name: &str) -> String {
    let spaced: String = fold(name)
        .chars()
        .filter_map(|c| match c {
            'a'..='z' | '0'..='9' => Some(c),
            ' ' | '-' | '_' | '/' | '.' => Some(' '),
            _ => None,
        })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join("-")
}

/// Whether a part of a login name matches a name: the whole name with or without separators, or one
/// of its words.
fn could_be(part: &str, name: &str) -> bool {
    let plain = plain(name);
    if plain.is_empty() {
        return part.bytes().any(|b| b.is_ascii_alphabetic());
    }
    let letters = |text: &str| text.replace(['-', '.', '_'], "");
    letters(part) == letters(&plain) || plain.split('-').any(|word| word == part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use LoginNameFormat::{Email as AsEmail, FirstDotLast, Free};
    use proptest::prelude::*;

    fn login(typed: &str) -> LoginName {
        LoginName::parse(typed).expect(typed)
    }

    #[test]
    fn a_login_name_could_be_somebody_elses_address() {
        let email = |text: &str| Email::parse(text).ok();
        for (typed, own, is_allowed) in [
            ("anna.berg", None, true),
            ("Anna@Example.com", email("anna@example.com"), true),
            ("anna@example.com", email("anna@example.org"), false),
            ("anna@example.com", None, false),
            ("anna@ward3", None, true),
        ] {
            assert_eq!(
                ensure_own_address(&login(typed), own.as_ref()).is_ok(),
                is_allowed,
                "{typed}"
            );
        }
    }

    #[test]
    fn a_login_name_is_shown_as_typed_and_compared_without_case() {
        let anna = login("  Anna.Berg ");
        assert_eq!(anna.as_str(), "Anna.Berg");
        assert_eq!(anna.key(), "anna.berg");
        assert_eq!(anna, login("ANNA.BERG"));
        assert_eq!(login("ａｎｎａ１").as_str(), "anna1");
    }

    #[test]
    fn a_login_name_pasted_with_invisible_characters_is_not_another() {
        for typed in [
            "\u{202A}anna.berg\u{202C}",
            "anna\u{AD}.berg\u{200B}",
            "\u{FEFF} anna.berg",
        ] {
            assert_eq!(login(typed).as_str(), "anna.berg", "{typed:?}");
        }
        assert_eq!(LoginName::parse("\u{200B}"), Err(LoginNameError::Missing));
    }

    #[test]
    fn bad_login_names_are_refused_by_their_cause() {
        for (typed, error) in [
            ("  ", LoginNameError::Missing),
            ("ab", LoginNameError::TooShort),
            ("anna berg", LoginNameError::Character(' ')),
            ("åsa", LoginNameError::Character('å')),
            ("аnna", LoginNameError::Character('а')),
            ("anna\0", LoginNameError::Character('\0')),
            ("anna<b>", LoginNameError::Character('<')),
        ] {
            assert_eq!(LoginName::parse(typed), Err(error), "{typed:?}");
        }
        assert_eq!(
            LoginName::parse(&"a".repeat(255)),
            Err(LoginNameError::TooLong)
        );
        assert!(LoginName::parse(&"a".repeat(254)).is_ok());
        assert!(LoginName::parse("anna+usher@example.com").is_ok());
    }

    #[test]
    fn names_are_transliterated() {
        for (first, last, proposal) in [
            ("Anna", "Berg", "anna.berg"),
            ("Åsa", "Öström", "asa.ostrom"),
            ("Anna Karin", "von Berg", "anna-karin.von-berg"),
            ("José", "Strauß", "jose.strauss"),
            ("Søren", "Æbelø", "soren.aebelo"),
            ("Łukasz", "Đorđević", "lukasz.dordevic"),
            ("Þór", "Jónsson", "thor.jonsson"),
            ("Siobhán", "O’Brien", "siobhan.obrien"),
            ("J. R.", "(Bob) Dobbs", "j-r.bob-dobbs"),
            ("Sukarno", "", "sukarno"),
            ("小明", "Berg", "berg"),
        ] {
            assert_eq!(
                propose(FirstDotLast, first, last, "").as_deref(),
                Some(proposal)
            );
        }
    }

    #[test]
    fn a_name_without_ascii_falls_back_to_the_mailbox() {
        assert_eq!(propose(FirstDotLast, "小明", "王", ""), None);
        assert_eq!(
            propose(FirstDotLast, "小明", "王", "not yet an address"),
            None
        );
        assert_eq!(
            propose(FirstDotLast, "小明", "王", "Wang.X!@example.com").as_deref(),
            Some("wang.x")
        );
        assert_eq!(propose(Free, "", "", ""), None);
    }

    #[test]
    fn the_email_format_proposes_the_address_or_nothing() {
        assert_eq!(
            propose(AsEmail, "Anna", "Berg", " Anna@Example.com").as_deref(),
            Some("anna@example.com")
        );
        assert_eq!(propose(AsEmail, "Anna", "Berg", ""), None);
        assert_eq!(propose(AsEmail, "Anna", "Berg", "anna@räka.se"), None);
    }

    #[test]
    fn names_follow_first_dot_last_with_a_number_and_with_one_of_several_names() {
        for (name, first, last) in [
            ("anna.berg", "Anna", "Berg"),
            ("Anna.Berg2", "Anna", "Berg"),
            ("anna-karin.berg", "Anna Karin", "Berg"),
            ("annakarin.berg", "Anna-Karin", "Berg"),
            ("anna.berg", "Anna-Karin", "von Berg"),
            ("anna.von.berg", "Anna", "von Berg"),
            ("asa.ostrom17", "Åsa", "Öström"),
            ("sukarno", "Sukarno", ""),
            ("xiaoming.wang", "小明", "王"),
        ] {
            assert!(
                follows(FirstDotLast, &login(name), first, last, ""),
                "{name}"
            );
        }
        for (name, first, last) in [
            ("aberg", "Anna", "Berg"),
            ("annab", "Anna", "Berg"),
            ("berg.anna", "Anna", "Berg"),
            ("anna", "Anna", "Berg"),
            ("anna.berg@example.com", "Anna", "Berg"),
            ("anna.bergx", "Anna", "Berg"),
        ] {
            assert!(
                !follows(FirstDotLast, &login(name), first, last, ""),
                "{name}"
            );
        }
    }

    #[test]
    fn the_email_format_wants_the_persons_own_address() {
        let anna = login("Anna@Example.com");
        assert!(follows(AsEmail, &anna, "", "", "anna@example.com"));
        assert!(!follows(AsEmail, &anna, "", "", "berg@example.com"));
        assert!(follows(AsEmail, &anna, "", "", ""));
        assert!(!follows(AsEmail, &login("anna"), "", "", ""));
        assert!(follows(Free, &login("x-1"), "", "", ""));
    }

    #[test]
    fn alternatives_count_on_and_then_shorten() {
        assert_eq!(
            alternatives(&login("Anna.Berg")),
            [
                "anna.berg2",
                "anna.berg3",
                "anna.berg4",
                "anna.berg5",
                "a.berg",
                "anna.b",
                "berg.anna"
            ]
        );
        assert_eq!(alternatives(&login("anna.berg2"))[0], "anna.berg3");
        assert_eq!(alternatives(&login("anna1985"))[0], "anna1985-2");
        assert_eq!(
            alternatives(&login("anna@example.com"))[..2],
            ["anna", "anna2"]
        );
        assert_eq!(alternatives(&login("19850709"))[0], "19850709-2");
    }

    #[test]
    fn the_codes_of_the_formats_are_one_thing_everywhere() {
        for format in LoginNameFormat::ALL {
            assert_eq!(LoginNameFormat::from_code(format.code()), Some(format));
            assert_eq!(
                serde_json::to_string(&format).expect("json"),
                format!("\"{}\"", format.code())
            );
        }
        assert_eq!(LoginNameFormat::from_code("first_last"), None);
    }

    #[test]
    fn a_bad_login_name_cannot_come_in_over_the_wire() {
        assert!(serde_json::from_str::<LoginName>(r#""a b""#).is_err());
        assert_eq!(
            serde_json::to_string(&login("Anna")).expect("json"),
            r#""Anna""#
        );
    }

    proptest! {
        #[test]
        fn what_is_proposed_is_valid_and_follows(first in "\\PC{0,20}", last in "\\PC{0,20}") {
            if let Some(proposal) = propose(FirstDotLast, &first, &last, "") {
                let name = LoginName::parse(&proposal).expect("a proposal is a login name");
                if !plain(&first).is_empty() && !plain(&last).is_empty() && !proposal.ends_with(|c: char| c.is_ascii_digit()) {
                    prop_assert!(follows(FirstDotLast, &name, &first, &last, ""));
                }
            }
        }

        #[test]
        fn every_alternative_is_another_valid_login_name(typed in "[a-zA-Z0-9._@+-]{0,260}") {
            if let Ok(name) = LoginName::parse(&typed) {
                for other in alternatives(&name) {
                    let other = LoginName::parse(&other).expect("an alternative is a login name");
                    prop_assert!(other != name);
                }
            }
        }
    }
}
