//! Invisible characters, which text copied from a web page, a contact card or a word processor
//! often contains.
//!
//! Guards that a single list decides which characters are dropped from values in which they have no
//! meaning (phone numbers, addresses, login names, identity numbers, dates), which are ignored in
//! comparisons, and which a message names by code point.

use std::borrow::Cow;

/// Whether a character is invisible by itself: `Default_Ignorable_Code_Point` of Unicode (soft
/// hyphen, zero-width characters, direction marks, variation selectors, tags) and the marks of
/// interlinear annotations. White space and control characters are not included.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether a character changes the direction of the following text until that is ended, so that a
/// name would rearrange the surrounding line.
#[must_use]
pub(crate) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The text without its invisible characters.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.contains(is_invisible) {
        Cow::Owned(text.replace(is_invisible, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether nothing of the text is visible, so that the field counts as empty.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_around_a_value_is_dropped() {
        for (pasted, seen) in [
            ("\u{202D}070-123 45 67\u{202C}", "070-123 45 67"),
            (
                "\u{2068}anna@example.com\u{2069}\u{200B}",
                "anna@example.com",
            ),
            ("\u{FEFF}anna.\u{AD}berg", "anna.berg"),
            ("2026\u{200E}-12-24", "2026-12-24"),
        ] {
            assert_eq!(visible(pasted), seen, "{pasted:?}");
        }
    }

    #[test]
    fn a_field_of_invisible_characters_is_empty() {
        assert!(is_blank("") && is_blank(" \u{200B}\u{A0}\u{FEFF}") && !is_blank("\u{200B}a"));
    }

    #[test]
    fn what_can_be_seen_or_separates_is_kept() {
        for text in [
            "Åsa Öberg",
            "a\tb\u{A0}c\n",
            "محمد",
            "नेहा",
            "👩 – ’",
            "\u{2800}",
        ] {
            assert!(
                matches!(visible(text), Cow::Borrowed(kept) if kept == text),
                "{text:?}"
            );
        }
    }
}
