//! E-mail addresses. Guards that mail can be sent to a stored address: lower-case, a single
//! mailbox, no display name, and nothing that could end a header line.

use email_address::{EmailAddress, Options};
use idna::punycode;
use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::primitives::invisible::visible;

/// The most bytes an address may have (RFC 5321; decision 0026).
pub const MAX_LENGTH: usize = 254;

/// The reason why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailError {
    /// More than [`MAX_LENGTH`] bytes.
    TooLong,
    /// No `@`, also in empty text: callers check whether an optional field is empty before they
    /// parse it.
    NoAt,
    /// White space inside the address.
    Spaces,
    /// Any other invalid address: two `@`, no top-level domain, a quoted or empty part, a number as
    /// domain.
    Wrong,
}

/// An e-mail address (S2, SV-17, SV-18): trimmed, lower-case, at most 254 bytes, with a top-level
/// domain. International domains are accepted and kept in readable form, so that `räka.se` and
/// `xn--rka-qla.se` are equal. Invisible characters are dropped. Quoted local parts, address
/// literals and display names are refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Parses an address.
    ///
    /// # Errors
    /// See [`EmailError`].
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let address: String = visible(typed).trim().to_lowercase().nfc().collect();
        if address.len() > MAX_LENGTH {
            return Err(EmailError::TooLong);
        }
        let Some((local, domain)) = address.rsplit_once('@') else {
            return Err(EmailError::NoAt);
        };
        if address.contains(char::is_whitespace) {
            return Err(EmailError::Spaces);
        }
        let address = format!("{local}@{}", readable(domain));
        if address.len() > MAX_LENGTH {
            return Err(EmailError::TooLong);
        }
        let options = Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        EmailAddress::parse_with_options(&address, options).map_err(|_| EmailError::Wrong)?;
        let email = Self(address);
        // RFC 6531 allows any character beyond ASCII, and a domain of numbers is an IP address.
        let is_mailbox = !email.local().starts_with('"')
            && email
                .local()
                .chars()
                .all(|c| c.is_ascii_graphic() || is_letter(c))
            && email
                .domain()
                .chars()
                .all(|c| is_letter(c) || matches!(c, '-' | '.'))
            && email
                .domain()
                .rsplit('.')
                .next()
                .is_some_and(|tld| tld.contains(|c: char| !c.is_ascii_digit()));
        is_mailbox.then_some(email).ok_or(EmailError::Wrong)
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The local part, before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or(&self.0, |(local, _)| local)
    }

    /// The domain, after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address for mail servers, with the domain in ASCII, which every mail server accepts.
    #[must_use]
    pub fn deliverable(&self) -> String {
        let labels = self.domain().split('.').map(|label| {
            match punycode::encode_str(label).filter(|_| !label.is_ascii()) {
                Some(encoded) => format!("{ACE}{encoded}"),
                None => label.to_owned(),
            }
        });
        format!("{}@{}", self.local(), labels.collect::<Vec<_>>().join("."))
    }
}

/// The prefix of the ASCII form of an international domain label.
const ACE: &str = "xn--";

/// A domain in readable letters, in the same form however it was written. A label that starts like
/// an ASCII form but is not a valid one stays as it is.
#[must_use]
pub fn readable(domain: &str) -> String {
    let domain: String = domain
        .nfkc()
        .collect::<String>()
        .to_lowercase()
        .nfkc()
        .map(|c| if c == '。' { '.' } else { c })
        .collect();
    let labels = domain.split('.').map(|label| {
        label
            .strip_prefix(ACE)
            .and_then(decoded)
            .unwrap_or_else(|| label.to_owned())
    });
    labels.collect::<Vec<_>>().join(".")
}

/// Decodes a label in ASCII form, if encoding the letters gives the same label again.
fn decoded(encoded: &str) -> Option<String> {
    let label = punycode::decode_to_string(encoded)?;
    let is_normal = label.nfkc().eq(label.chars()) && label.to_lowercase() == label;
    let is_its_form = !label.is_ascii() && punycode::encode_str(&label).as_deref() == Some(encoded);
    (is_normal && is_its_form && label.chars().all(|c| is_letter(c) || c == '-')).then_some(label)
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

impl TryFrom<String> for Email {
    type Error = String;

    fn try_from(typed: String) -> Result<Self, Self::Error> {
        Self::parse(&typed).map_err(|error| format!("{error:?}"))
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// The address that was probably meant, if the domain nearly matches a common one ("gmial.com") or
/// ends in a top-level domain that does not exist ("firma.con"). Forms show it as a suggestion,
/// never as an error. `None` for every common domain.
#[must_use]
pub fn likely_typo(email: &Email) -> Option<String> {
    let domain = email.domain();
    if COMMON.contains(&domain) {
        return None;
    }
    let (name, tld) = domain.rsplit_once('.')?;
    let repaired = MISTYPED_TLD
        .iter()
        .find(|(wrong, _)| *wrong == tld)
        .map(|(_, right)| *right);
    let meant = COMMON
        .iter()
        .find(|common| {
            common
                .rsplit_once('.')
                .is_some_and(|(common_name, common_tld)| {
                    let same_end = common_tld == repaired.unwrap_or(tld);
                    // These top-level domains exist, so the address counts as a typo only if the
                    // name exactly matches a provider.
                    let cut_end = common_tld == "com"
                        && matches!(tld, "co" | "cm" | "om")
                        && name == common_name;
                    cut_end || (same_end && is_near(name, common_name))
                })
        })
        .map(|common| (*common).to_owned())
        .or_else(|| repaired.map(|tld| format!("{name}.{tld}")))?;
    Some(format!("{}@{meant}", email.local()))
}

/// Valid common domains. The most often mistyped ones come first, because the first near match is
/// suggested.
const COMMON: &[&str] = &[
    "gmail.com",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "yahoo.com",
    "hotmail.se",
    "live.se",
    "telia.com",
    "outlook.se",
    "yahoo.se",
    "live.com",
    "msn.com",
    "me.com",
    "mac.com",
    "aol.com",
    "proton.me",
    "protonmail.com",
    "googlemail.com",
    "comhem.se",
    "bredband.net",
    "tele2.se",
    "bahnhof.se",
    "spray.se",
    "swipnet.se",
    "passagen.se",
    "gmx.com",
    "gmx.net",
    "gmx.de",
    "web.de",
    "mail.com",
    "email.com",
    "ymail.com",
    "rocketmail.com",
    "fastmail.com",
    "zoho.com",
    "mail.ru",
];

/// Typos of the most common top-level domains. None of the left-hand ones exists.
const MISTYPED_TLD: &[(&str, &str)] = &[
    ("con", "com"),
    ("cmo", "com"),
    ("ocm", "com"),
    ("vom", "com"),
    ("xom", "com"),
    ("cpm", "com"),
    ("clm", "com"),
    ("coom", "com"),
    ("comm", "com"),
    ("ccom", "com"),
    ("copm", "com"),
    ("nett", "net"),
    ("nte", "net"),
    ("ent", "net"),
    ("ogr", "org"),
    ("orgg", "org"),
    ("sse", "se"),
];

/// Whether a name nearly matches a common one. Many existing names are close to a short name, so
/// for short names only two swapped letters count.
fn is_near(name: &str, common: &str) -> bool {
    let steps = distance(name, common);
    match common.len() {
        ..=4 => steps <= 1 && sorted(name) == sorted(common),
        5..=6 => steps <= 1,
        _ => steps <= 2,
    }
}

fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters
}

/// Damerau-Levenshtein distance: two swapped adjacent letters count as one edit.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, &l) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &r) in right.iter().enumerate() {
            let mut cost = (last[j] + usize::from(l != r))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && l == right[j - 1] && left[i - 1] == r {
                cost = cost.min(before_last[j - 1] + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn email(typed: &str) -> Email {
        Email::parse(typed).expect(typed)
    }

    #[test]
    fn an_address_is_trimmed_and_lower_case() {
        let anna = email("  Anna.Berg+Usher@Example.COM\t");
        assert_eq!(anna.as_str(), "anna.berg+usher@example.com");
        assert_eq!(
            (anna.local(), anna.domain()),
            ("anna.berg+usher", "example.com")
        );
    }

    #[test]
    fn international_addresses_are_fine() {
        for typed in [
            "anna@räksmörgås.se",
            "anna@xn--rksmrgs-5wao1o.se",
            "åsa@exempel.se",
            "用户@例子.中国",
            "a@b.co",
            "o'hara@example.ie",
        ] {
            assert!(Email::parse(typed).is_ok(), "{typed}");
        }
        assert_eq!(email("anna@ra\u{308}ka.se"), email("anna@räka.se"));
    }

    #[test]
    fn one_domain_in_letters_and_in_ascii_is_not_two() {
        for (typed, kept) in [
            ("anna@xn--rksmrgs-5wao1o.se", "anna@räksmörgås.se"),
            ("anna@XN--RKA-QLA.se", "anna@räka.se"),
            ("anna@RÄKA.SE", "anna@räka.se"),
            ("anna@räka。se", "anna@räka.se"),
            ("anna@ｅｘａｍｐｌｅ.com", "anna@example.com"),
            ("anna@xn--strae-oqa.de", "anna@straße.de"),
            ("用户@xn--fsqu00a.xn--fiqs8s", "用户@例子.中国"),
        ] {
            assert_eq!(email(typed).as_str(), kept, "{typed}");
        }
        // ASCII forms that encode no name, or that differ from the encoding of the name they decode
        // to
        for typed in [
            "anna@xn--a.se",
            "anna@xn--zzzzzzzzzz99999.se",
            "anna@xn--Abc-9999.se",
        ] {
            assert_eq!(
                Email::parse(typed).map(|email| email.as_str().to_owned()),
                Ok(typed.to_lowercase()),
                "{typed}"
            );
        }
    }

    #[test]
    fn mail_servers_that_know_ascii_alone_are_told_the_domain_in_ascii() {
        assert_eq!(
            email("anna@räksmörgås.se").deliverable(),
            "anna@xn--rksmrgs-5wao1o.se"
        );
        assert_eq!(
            email("anna@mail.räka.se").deliverable(),
            "anna@mail.xn--rka-qla.se"
        );
        assert_eq!(email("anna@example.com").deliverable(), "anna@example.com");
    }

    #[test]
    fn a_malformed_address_is_refused_with_its_cause() {
        for (typed, error) in [
            ("", EmailError::NoAt),
            ("anna", EmailError::NoAt),
            ("anna berg@example.com", EmailError::Spaces),
            (
                "anna@example.com\r\nBcc: all@example.com",
                EmailError::Spaces,
            ),
            ("anna@localhost", EmailError::Wrong),
            ("anna@127.0.0.1", EmailError::Wrong),
            ("anna@[127.0.0.1]", EmailError::Wrong),
            ("\"anna\"@example.com", EmailError::Wrong),
            ("<anna@example.com>", EmailError::Wrong),
            ("Anna<anna@example.com>", EmailError::Wrong),
            ("anna@berg@example.com", EmailError::Wrong),
            ("anna..berg@example.com", EmailError::Wrong),
            (".anna@example.com", EmailError::Wrong),
            ("@example.com", EmailError::Wrong),
            ("anna@", EmailError::Wrong),
            ("anna@.com", EmailError::Wrong),
            ("anna@example.", EmailError::Wrong),
            ("anna@-example.com", EmailError::Wrong),
            ("anna@exa_mple.com", EmailError::Wrong),
            ("anna,per@example.com", EmailError::Wrong),
            ("anna\0@example.com", EmailError::Wrong),
        ] {
            assert_eq!(Email::parse(typed), Err(error), "{typed:?}");
        }
    }

    #[test]
    fn an_address_with_invisible_characters_is_not_incomplete() {
        for typed in [
            "anna@example.com\u{200B}",
            "\u{202A}anna@example.com\u{202C}",
            "anna\u{202E}@exam\u{AD}ple.com",
            "\u{FEFF} anna@example.com",
        ] {
            assert_eq!(email(typed).as_str(), "anna@example.com", "{typed:?}");
        }
    }

    #[test]
    fn two_hundred_and_fifty_four_bytes_are_the_end() {
        let address = |first_label| {
            format!(
                "{}@{}.{}.{}.se",
                "a".repeat(64),
                "b".repeat(first_label),
                "c".repeat(63),
                "d".repeat(58)
            )
        };
        assert_eq!(address(63).len(), MAX_LENGTH);
        assert!(Email::parse(&address(63)).is_ok());
        assert_eq!(
            Email::parse(&format!("{}x", address(63))),
            Err(EmailError::TooLong)
        );
    }

    #[test]
    fn slips_in_common_domains_get_a_suggestion() {
        for (typed, meant) in [
            ("anna@gmial.com", "anna@gmail.com"),
            ("anna@gmai.com", "anna@gmail.com"),
            ("anna@gmail.con", "anna@gmail.com"),
            ("anna@gmial.cmo", "anna@gmail.com"),
            ("anna@gmail.co", "anna@gmail.com"),
            ("anna@hotmial.com", "anna@hotmail.com"),
            ("anna@homtail.se", "anna@hotmail.se"),
            ("anna@otlok.com", "anna@outlook.com"),
            ("anna@liev.se", "anna@live.se"),
            ("anna@tleia.com", "anna@telia.com"),
            ("anna@protonmal.com", "anna@protonmail.com"),
            ("anna@firma.con", "anna@firma.com"),
        ] {
            assert_eq!(likely_typo(&email(typed)).as_deref(), Some(meant));
        }
    }

    #[test]
    fn domains_that_exist_are_left_alone() {
        for common in COMMON {
            assert_eq!(likely_typo(&email(&format!("anna@{common}"))), None);
        }
        for domain in [
            "life.se",
            "usher.example",
            "hotmail.no",
            "hotmail.be",
            "stockholm.se",
            "company.co",
            "example.com",
        ] {
            assert_eq!(
                likely_typo(&email(&format!("anna@{domain}"))),
                None,
                "{domain}"
            );
        }
    }

    #[test]
    fn a_bad_address_cannot_come_in_over_the_wire() {
        assert!(serde_json::from_str::<Email>(r#""a b@example.com""#).is_err());
        assert_eq!(
            serde_json::to_string(&email("A@Example.com")).expect("json"),
            r#""a@example.com""#
        );
    }

    proptest! {
        #[test]
        fn a_parsed_address_parses_to_itself_and_holds_no_white_space(typed in "\\PC{1,20}@\\PC{1,20}\\.[a-zé]{2,5}") {
            if let Ok(email) = Email::parse(&typed) {
                prop_assert!(!email.as_str().contains(char::is_whitespace));
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }

        #[test]
        fn no_text_at_all_breaks_the_parser(typed in any::<String>()) {
            if let Ok(email) = Email::parse(&typed) {
                let _ = likely_typo(&email);
            }
        }
    }
}
