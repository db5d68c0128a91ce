//! Free text, of one line and of several.

use crate::primitives::invisible::is_blank;
use crate::refusal::Problem;

/// The largest number of characters of a free text.
pub const TEXT: u32 = 2_000;

/// The largest number of characters of a job title.
pub const TITLE: u32 = 100;

/// A single line of free text: trimmed, no control characters, at most `most` characters.
///
/// # Errors
/// [`Problem::TooLong`], [`Problem::Control`].
pub fn line(text: &str, most: u32) -> Result<String, Problem> {
    text_of(text, most, false)
}

/// Text of several lines: trimmed, line breaks normalised to LF, at most `most` characters.
///
/// # Errors
/// [`Problem::Missing`] when empty, [`Problem::TooLong`], [`Problem::Control`].
pub fn paragraph(text: &str, most: u32) -> Result<String, Problem> {
    let text = text_of(text, most, true)?;
    if text.is_empty() {
        Err(Problem::Missing)
    } else {
        Ok(text)
    }
}

fn text_of(text: &str, most: u32, lines: bool) -> Result<String, Problem> {
    if is_blank(text) {
        return Ok(String::new());
    }
    let text = text.trim().replace("\r\n", "\n");
    if text
        .chars()
        .any(|c| c.is_control() && !(lines && (c == '\n' || c == '\t')))
    {
        return Err(Problem::Control);
    }
    if text.chars().count() > most as usize {
        return Err(Problem::TooLong { most });
    }
    Ok(text)
}
