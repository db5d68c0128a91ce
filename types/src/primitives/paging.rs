//! Cursor pagination: the requested page, and the number of rows (decision 0023).

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The page of a list, from its address. Without parameters it is the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cursor {
    /// The id of the row after which it starts, or nothing.
    pub after: String,
    /// The id of the row before which it ends, or nothing; takes precedence over `after`.
    pub before: String,
    /// The last page; takes precedence over both.
    pub last: bool,
}

impl Cursor {
    /// The page after a row.
    pub fn after(id: impl Display) -> Self {
        Self {
            after: id.to_string(),
            ..Self::default()
        }
    }

    /// The page before a row.
    pub fn before(id: impl Display) -> Self {
        Self {
            before: id.to_string(),
            ..Self::default()
        }
    }

    /// The last page.
    pub fn last() -> Self {
        Self {
            last: true,
            ..Self::default()
        }
    }

    /// The id of the named row; `None` if there is none, or it is invalid.
    pub fn named<T: FromStr>(&self) -> Option<T> {
        let named = if self.before.is_empty() {
            &self.after
        } else {
            &self.before
        };
        if self.last { None } else { named.parse().ok() }
    }
}

/// The number of rows of a list, and the cursors of the neighbouring pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pages {
    /// The total number of rows; exact to 10 000.
    pub total: u32,
    /// Whether there are more than `total`.
    pub more: bool,
    /// The first row of this page, if there is a previous page.
    pub previous: Option<String>,
    /// The last row of this page, if there is a next page.
    pub next: Option<String>,
}

/// Filters with unknown values, by name and value. They are ignored, and the page says so, because
/// an unfiltered list must not look like a filtered one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored(pub Vec<(String, String)>);

impl Ignored {
    /// Characters of a value that are shown.
    const SHOWN: usize = 40;

    /// Clears a filter with an unknown value, and records it.
    pub fn unless(&mut self, name: &str, value: &mut String, is_known: impl FnOnce(&str) -> bool) {
        if !value.is_empty() && !is_known(value) {
            let value = std::mem::take(value);
            self.0
                .push((name.to_owned(), value.chars().take(Self::SHOWN).collect()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_ignored_where_it_is_set_to_something_unknown() {
        let mut ignored = Ignored::default();
        let (mut nothing, mut known, mut unknown) = (String::new(), "a".to_owned(), "x".repeat(50));
        for (name, value) in [
            ("nothing", &mut nothing),
            ("known", &mut known),
            ("unknown", &mut unknown),
        ] {
            ignored.unless(name, value, |value| value == "a");
        }
        assert_eq!(ignored.0, [("unknown".to_owned(), "x".repeat(40))]);
        assert_eq!(
            (nothing.as_str(), known.as_str(), unknown.as_str()),
            ("", "a", "")
        );
    }
}
