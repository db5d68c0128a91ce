//! Lists by cursor: which page is asked for, and how many rows there are (design 5.11).

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which page of a list, as its address says it. Nothing said means the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cursor {
    /// The id of the row after which it begins, or nothing.
    pub after: String,
    /// The id of the row before which it ends, or nothing; goes before `after`.
    pub before: String,
    /// The last page; goes before both.
    pub last: bool,
}

impl Cursor {
    /// The page after a row.
    pub fn after(id: impl Display) -> Self {
        Self { after: id.to_string(), ..Self::default() }
    }

    /// The page before a row.
    pub fn before(id: impl Display) -> Self {
        Self { before: id.to_string(), ..Self::default() }
    }

    /// The last page.
    pub fn last() -> Self {
        Self { last: true, ..Self::default() }
    }

    /// The row that is named; `None` where none is, or what is there is no id.
    pub fn named<T: FromStr>(&self) -> Option<T> {
        let named = if self.before.is_empty() { &self.after } else { &self.before };
        if self.last { None } else { named.parse().ok() }
    }
}

/// How many rows a list has, and where the pages beside the shown one are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pages {
    /// How many in all; exact to 10 000.
    pub total: u32,
    /// Whether there are more than `total`.
    pub more: bool,
    /// The first row of this page, where there is a page before it.
    pub previous: Option<String>,
    /// The last row of this page, where there is a page after it.
    pub next: Option<String>,
}

/// Filters of an address that mean nothing here, each by its name in the address and what it was set to. They are left out, and the page
/// says so: a list that shows everybody must not look as if it showed those who were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored(pub Vec<(String, String)>);

impl Ignored {
    /// Characters of a value that are shown.
    const SHOWN: usize = 40;

    /// Leaves out a filter that is set to something unknown.
    pub fn unless(&mut self, name: &str, value: &mut String, is_known: impl FnOnce(&str) -> bool) {
        if !value.is_empty() && !is_known(value) {
            let value = std::mem::take(value);
            self.0.push((name.to_owned(), value.chars().take(Self::SHOWN).collect()));
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
        for (name, value) in [("nothing", &mut nothing), ("known", &mut known), ("unknown", &mut unknown)] {
            ignored.unless(name, value, |value| value == "a");
        }
        assert_eq!(ignored.0, [("unknown".to_owned(), "x".repeat(40))]);
        assert_eq!((nothing.as_str(), known.as_str(), unknown.as_str()), ("", "a", ""));
    }
}
